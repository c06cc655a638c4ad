"""Campaigns: named sets of vouchers from one template, codes drawn or one for each member."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.base.kinds.registry import RECORD_TABLES
from engine.base.profiles import Profile
from engine.base.records import records_of
from engine.customers.documents import Statement
from engine.customers.record_values import RecordValues
from engine.errors import Issue, NotFoundError, TakenError, UsageError
from engine.limits import CAMPAIGN_CODES
from engine.lists.objects import to_objects
from engine.privacy.masks import masked
from engine.redemptions.codes import PARTS, CodePattern, draw
from engine.redemptions.term_documents import read_terms
from engine.redemptions.vouchers import VOUCHERS, taken
from engine.rights import EXPORT, REVEAL
from engine.segments import library
from engine.store.changes import ChangeSet
from engine.store.database import Transaction
from engine.store.records.metadata import schema_of
from engine.text.display import quoted
from engine.workspace.downloads import note_download
from engine.workspace.workbench import Access, Workbench

CAMPAIGNS = RECORD_TABLES["campaigns"]
MOST = CAMPAIGN_CODES.most
NAMES = ("source_id", "name", "email")  # by which codes say whose they are
# What its vouchers get; dates, segments and the least amount they obey as the campaign has them.
GIVEN = (
    *("type", "value", "redemption_limit", "customer_limit", "category", "category_id"),
    *(name for name in VOUCHERS.columns if name.startswith("discount_")),
)
Record = Mapping[str, Any]
Also = Callable[[Transaction], object]


@dataclass(frozen=True, eq=False)
class CampaignView:
    """A campaign with its vouchers."""

    record: Record
    document: Mapping[str, Any]  # as lists have it
    codes: int  # vouchers that name it
    redeemed: int  # how often they count as redeemed now


def create_campaign(
    access: Access, name: str, document: Any, count: int = 0, personal_for: str | None = None
) -> CampaignView:
    """
    Creates a campaign, and its first codes with it.

    Args:
        document: terms as of a voucher, and `code`: `pattern` or `length`, `charset`, `prefix`,
            `postfix`.
        count: how many codes.
        personal_for: a segment by id or name: a code for each member instead, which nobody else
            can redeem.

    Raises:
        UsageError: something does not fit; all of it at once.
        NotFoundError: there is no such segment.
        TakenError: there is a campaign of this name.
    """
    said = _said(access, name, document)
    segment = library.find(access, personal_for) if personal_for is not None else None
    how = _pattern(said.columns)
    holders = _members(access, segment.id) if segment else None
    with access.change_set("campaign") as (change, profile):
        if _position(profile, name) is not None:
            raise TakenError(f"there is a campaign with the name {quoted(name)}")
        values = RecordValues(change, access.zone)
        made = {**values.fresh(CAMPAIGNS), "active": True, **values.of(said)}
        about = {"name": name, "created_at": change.now, "personal_for": segment and segment.id}
        record = {**made, **about}
        values.write(CAMPAIGNS, record)
        values.end(profile)
        _issue(change, profile, record, how, count, holders)
    return find_campaign(access, record["id"])


def _said(access: Access, name: str, document: Any) -> Statement:
    """What a document says of a campaign to come; raises all faults at once, with its name's."""
    issues = []
    if not name.strip() or not name.isprintable():
        issues.append(Issue("$.name", f"expected a name on one line, got {quoted(name)}"))
    try:
        said = read_terms(access, CAMPAIGNS, document)
    except UsageError as error:
        raise UsageError(error.message, [*issues, *error.issues]) from error
    if issues:
        raise UsageError("the campaign needs another name", issues)
    return said


def add_codes(
    access: Access, name: str, count: int, also: Also = lambda _connection: None
) -> pl.Series:
    """
    Draws more codes for a campaign.

    Args:
        also: writes more into the transaction that keeps them.

    Returns:
        One row per new voucher: its code.

    Raises:
        NotFoundError: there is no such campaign.
        UsageError: its pattern has no room for so many.
    """
    with access.change_set("campaign") as (change, profile):
        record = stored_campaign(profile, name)
        codes = _issue(change, profile, record, _pattern(record), count, None)
        change.record(also)
    return codes


def edit_campaign(access: Access, name: str, document: Any) -> CampaignView:
    """
    Gives a campaign other terms, which its vouchers obey from now on; a null clears one.

    What its codes give stays as it was when they were drawn.

    Raises:
        NotFoundError: there is no such campaign.
        UsageError: something does not fit; all of it at once.
    """
    sent = {key: value for key, value in document.items() if key not in ("id", "name", "code")}
    with access.change_set("campaign") as (change, profile):
        before, values = stored_campaign(profile, name), RecordValues(change, access.zone)
        after = {**before, **values.of(read_terms(access, CAMPAIGNS, sent, before))}
        if any(before.get(name) != value for name, value in after.items()):
            values.write(CAMPAIGNS, {**after, "updated_at": change.now})
            values.end(profile)
    return find_campaign(access, before["id"])


def delete_campaign(
    access: Access, name: str, also: Also = lambda _connection: None
) -> CampaignView:
    """
    Removes a campaign with its vouchers; what was redeemed stays in the log.

    Args:
        also: writes more into the transaction that removes it.

    Raises:
        NotFoundError: there is no such campaign.
    """
    gone = find_campaign(access, name)
    with access.change_set("campaign") as (change, profile):
        record = stored_campaign(profile, name)
        _remove(change, profile, CAMPAIGNS.name, pl.col("row") == record["row"])
        _remove(change, profile, VOUCHERS.name, pl.col("campaign") == record["name"])
        change.record(also)
    return gone


def campaigns(workbench: Workbench) -> list[CampaignView]:
    """Every campaign, newest first."""
    profile = workbench.profile()
    records = records_of(profile, CAMPAIGNS.name)
    return views(profile, pl.int_range(records.total, eager=True).reverse())


def find_campaign(workbench: Workbench, name: str) -> CampaignView:
    """
    The campaign of this id or name.

    Raises:
        NotFoundError: there is none.
    """
    profile = workbench.profile()
    return views(profile, pl.Series([_place(profile, name)]))[0]


def download_codes(access: Access, name: str) -> pl.DataFrame:
    """
    `campaign_codes` for whoever takes them away, which the log keeps; one row per voucher.

    Whose they are is masked for who may not see that, as in an export.
    """
    codes = campaign_codes(access, name)
    note_download(access, "campaign codes", codes.height, EXPORT)
    if access.may(REVEAL):
        return codes
    return codes.with_columns(masked(codes[column]) for column in NAMES)


def campaign_codes(workbench: Workbench, name: str) -> pl.DataFrame:
    """
    The codes of a campaign, to hand out.

    Returns:
        One row per voucher: `code`, `active`, and of whom a personal one is for `customer_id`,
        `source_id`, `name`, `email`.

    Raises:
        NotFoundError: there is no such campaign.
    """
    profile = workbench.profile()
    campaign = stored_campaign(profile, name)["name"]
    mine = profile.activity.records(VOUCHERS.name).filter(pl.col("campaign") == campaign)
    people = profile.customers.select("id", *NAMES)
    found = mine.select(code="id", active="active", customer_id="holder")
    return found.join(
        people, left_on="customer_id", right_on="id", how="left", maintain_order="left"
    )


def to_object(view: CampaignView) -> dict[str, Any]:
    """It as JSON."""
    counts = {"vouchers_count": view.codes, "redeemed_quantity": view.redeemed}
    return {**view.document, **counts, "object": "campaign"}


def stored_campaign(profile: Profile, name: str) -> dict[str, Any]:
    """
    A campaign as it is stored.

    Args:
        name: or its id.

    Raises:
        NotFoundError: there is none.
    """
    return profile.activity.records(CAMPAIGNS.name).row(_place(profile, name), named=True)


def _place(profile: Profile, name: str) -> int:
    place = profile.activity.place(CAMPAIGNS.name, name)
    place = _position(profile, name) if place is None else place
    if place is None:
        raise NotFoundError(f"no campaign has the id or name {quoted(name)}")
    return place


def _position(profile: Profile, name: str) -> int | None:
    places = (profile.activity.records(CAMPAIGNS.name)["name"] == name).arg_true()
    return int(places[0]) if len(places) else None


def views(profile: Profile, places: pl.Series) -> list[CampaignView]:
    """Some campaigns by their places among all, with their vouchers."""
    records = records_of(profile, CAMPAIGNS.name)
    fields = [field for field in records.catalogue.fields() if records.values(field) is not None]
    documents = to_objects(records, fields, places)
    rows = records.frame[places]
    counts = _counts(profile, rows["name"])
    return [
        CampaignView(record, document, *counts.get(record["name"], (0, 0)))
        for record, document in zip(rows.iter_rows(named=True), documents, strict=True)
    ]


def _counts(profile: Profile, campaigns: pl.Series) -> dict[str, tuple[int, int]]:
    """How many codes each has, and how often all of them were used; those without any left out."""
    vouchers = profile.activity.records(VOUCHERS.name)
    codes = vouchers.filter(pl.col("campaign").is_in(campaigns.implode())).select("campaign", "id")
    uses = profile.activity.uses().of_each(codes["id"])  # one by one a million take minutes
    summed = codes.hstack([uses["times"]]).group_by("campaign").agg(pl.len(), pl.col("times").sum())
    return {name: (count, times) for name, count, times in summed.iter_rows()}


def _pattern(columns: Record) -> CodePattern:
    """
    How the codes of a campaign look.

    Raises:
        UsageError: it cannot be drawn from.
    """
    names = ("pattern", "length", *PARTS)
    return CodePattern.of({name: columns.get(f"code_{name}") for name in names})


def _members(access: Access, segment_id: str) -> pl.Series:
    """The ids of the members of a segment."""
    found = library.members(access, library.find(access, segment_id))
    return found.profile.ids.filter(found.mask)


def _issue(
    change: ChangeSet,
    profile: Profile,
    campaign: Record,
    how: CodePattern,
    count: int,
    holders: pl.Series | None,
) -> pl.Series:
    """Writes new vouchers of a campaign; gives their codes."""
    wanted = count if holders is None else len(holders)
    if not 0 <= wanted <= MOST:
        raise UsageError(f"expected 0 to {MOST:,} codes at once, got {wanted:,}")
    codes = draw(wanted, how, lambda some: taken(profile, some))
    first = change.before.next_rows[VOUCHERS.name]
    schema = schema_of(VOUCHERS, change.before.columns)
    frame = pl.DataFrame({"id": codes}).with_columns(
        pl.int_range(first, first + wanted, dtype=pl.Int64).alias("row"),
        *(pl.lit(campaign.get(name), schema[name]).alias(name) for name in GIVEN),
        pl.lit(campaign["name"]).alias("campaign"),
        pl.lit(change.now, schema["created_at"]).alias("created_at"),
        pl.Series("holder", holders if holders is not None else [None] * wanted, pl.String),
        active=True,
        deleted=False,
    )
    if wanted:
        change.append(VOUCHERS, frame, schema, first + wanted)
    return codes


def _remove(change: ChangeSet, profile: Profile, table: str, which: pl.Expr) -> None:
    gone = profile.activity.records(table).filter(which).with_columns(deleted=True)
    if not gone.is_empty():
        schema = change.before.schema(RECORD_TABLES[table])
        change.append(RECORD_TABLES[table], gone, schema, change.before.next_rows[table])

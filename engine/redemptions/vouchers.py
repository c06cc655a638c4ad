"""Vouchers one by one: created, edited, enabled and disabled, filled up, shown with their use."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.base.kinds.registry import RECORD_TABLES
from engine.base.kinds.words import amount as money
from engine.base.profiles import Profile
from engine.base.records import records_of
from engine.customers.record_values import RecordValues
from engine.errors import NotFoundError, TakenError, UsageError
from engine.lists.objects import to_objects
from engine.redemptions.codes import CodePattern, draw
from engine.redemptions.term_documents import read_terms
from engine.redemptions.terms import Terms, voucher_terms
from engine.store.changes import ChangeSet
from engine.text.display import quoted
from engine.workspace.workbench import Access, Workbench

VOUCHERS = RECORD_TABLES["vouchers"]
Record = Mapping[str, Any]
Said = Callable[[Record, Profile], Mapping[str, Any]]


@dataclass(frozen=True, eq=False)
class VoucherView:
    """A voucher with what was made of it."""

    terms: Terms
    redeemed: int  # how often it counts as redeemed now
    balance: int | None  # cents left on a gift card; None: it is none
    document: Mapping[str, Any]  # as lists have it


def create_voucher(access: Access, document: Any) -> VoucherView:
    """
    Creates a voucher.

    Args:
        document: `code` (drawn as `code_config` says unless given), `type`, `discount` or `gift`,
            `active`, dates, `redemption.quantity`, `customer_limit`, `segments`,
            `minimum_amount`, `campaign`, `metadata`.

    Raises:
        UsageError: something does not fit; all of it at once.
        TakenError: there is a voucher with this code.
    """
    said, zone = read_terms(access, VOUCHERS, document), access.zone
    wanted, how = said.columns.get("id"), CodePattern.of(document.get("code_config") or {})

    def write(change: ChangeSet, profile: Profile) -> str:
        code = wanted or draw(1, how, lambda codes: taken(profile, codes)).item()
        if taken(profile, pl.Series([code])).item():
            raise TakenError(f"there is a voucher with the code {quoted(code)}: edit that one")
        values = RecordValues(change, zone)
        made = {"active": True, **values.of(said)}
        at = {"created_at": change.now, "id": code}
        values.write(VOUCHERS, {**values.fresh(VOUCHERS), **made, **at})
        values.end(profile)
        return str(code)

    keys = [(VOUCHERS.name, wanted)] if wanted else []
    return find_voucher(access, access.write_small("voucher", write, keys))


def edit_voucher(access: Access, code: str, document: Any) -> VoucherView:
    """
    Gives a voucher other terms; a null clears one.

    Raises:
        NotFoundError: no voucher has the code.
        UsageError: something does not fit; all of it at once.
    """
    sent = {key: value for key, value in document.items() if key != "code"}

    def write(change: ChangeSet, profile: Profile) -> None:
        before, values = stored_voucher(profile, code), RecordValues(change, access.zone)
        after = {**before, **values.of(read_terms(access, VOUCHERS, sent, before))}
        if any(before.get(name) != value for name, value in after.items()):
            values.write(VOUCHERS, {**after, "updated_at": change.now})
            values.end(profile)

    access.write_small("voucher", write, [(VOUCHERS.name, code)])
    return find_voucher(access, code)


def enable_voucher(access: Access, code: str, *, active: bool = True) -> VoucherView:
    """
    Lets a voucher be redeemed, or not.

    Raises:
        NotFoundError: no voucher has the code.
    """
    return edit_voucher(access, code, {"active": active})


def delete_voucher(access: Access, code: str) -> None:
    """
    Removes a voucher; what was redeemed of it stays in the log.

    Raises:
        NotFoundError: no voucher has the code.
    """

    def write(change: ChangeSet, profile: Profile) -> None:
        place = place_of(profile, code)
        gone = profile.activity.records(VOUCHERS.name)[place : place + 1]
        schema, next_row = change.before.schema(VOUCHERS), change.before.next_rows[VOUCHERS.name]
        change.append(VOUCHERS, gone.with_columns(deleted=pl.lit(value=True)), schema, next_row)

    access.write_small("voucher", write, [(VOUCHERS.name, code)])


def add_balance(access: Access, code: str, cents: int) -> VoucherView:
    """
    Puts more on a gift card, or takes some off.

    Raises:
        NotFoundError: no voucher has the code.
        UsageError: it is no gift card, or less would be on it than was spent.
    """

    def write(change: ChangeSet, profile: Profile) -> None:
        before = stored_voucher(profile, code)
        gift, spent = voucher_terms(before).gift, profile.activity.uses().of_code(code).spent
        if gift is None:
            raise UsageError(f"expected a gift card, got {quoted(code)}, which is none")
        if gift + cents < spent:
            raise UsageError(
                f"expected at most {money(gift - spent)} to take off, which is left on "
                f"{quoted(code)}, got {money(-cents)}"
            )
        values = RecordValues(change, access.zone)
        after = {**before, "value": gift + cents, "updated_at": change.now}
        if cents:
            values.write(VOUCHERS, after)

    # Alone: a redemption that shared the commit could spend what is taken off.
    with access.change_set("voucher") as (change, profile):
        write(change, profile)
    return find_voucher(access, code)


def find_voucher(workbench: Workbench, code: str) -> VoucherView:
    """
    The voucher with this code.

    Raises:
        NotFoundError: there is none.
    """
    profile = workbench.profile()
    return next(views(profile, pl.Series([place_of(profile, code)])))


def views(profile: Profile, places: pl.Series) -> Iterator[VoucherView]:
    """Some vouchers by their places among all, with what was made of them."""
    records = records_of(profile, VOUCHERS.name)
    fields = [field for field in records.catalogue.fields() if records.values(field) is not None]
    documents, uses = to_objects(records, fields, places), profile.activity.uses()
    for record, document in zip(
        records.frame[places].iter_rows(named=True), documents, strict=True
    ):
        terms = voucher_terms(record)
        use = uses.of_code(terms.name)
        balance = None if terms.gift is None else max(0, terms.gift - use.spent)
        yield VoucherView(terms, use.times, balance, document)


def vouchers(workbench: Workbench, campaign: str | None = None) -> Iterator[VoucherView]:
    """Every voucher, or those of a campaign by its name, in the order in which they came."""
    profile = workbench.profile()
    frame = profile.activity.records(VOUCHERS.name)
    mine = pl.lit(value=True) if campaign is None else pl.col("campaign") == campaign
    chosen = frame.select(mine.fill_null(value=False).alias("mine"))
    places = (
        pl.int_range(frame.height, eager=True) if campaign is None else (chosen["mine"].arg_true())
    )
    return views(profile, places)


def to_object(view: VoucherView) -> dict[str, Any]:
    """It as JSON."""
    gift = (
        {}
        if view.balance is None
        else {"gift": {"amount": view.terms.gift, "balance": view.balance}}
    )
    quantity = {"quantity": view.terms.limit, "redeemed_quantity": view.redeemed}
    return {**view.document, **gift, "redemption": quantity, "object": "voucher"}


def place_of(profile: Profile, code: str) -> int:
    """
    Where a voucher stands among all.

    Raises:
        NotFoundError: no voucher has the code.
    """
    place = profile.activity.place(VOUCHERS.name, code)
    if place is None:
        raise NotFoundError(f"no voucher has the code {quoted(code)}")
    return place


def stored_voucher(profile: Profile, code: str) -> dict[str, Any]:
    """
    A voucher as it is stored.

    Raises:
        NotFoundError: no voucher has the code.
    """
    place = place_of(profile, code)
    return profile.activity.records(VOUCHERS.name).row(place, named=True)


def taken(profile: Profile, codes: pl.Series) -> pl.Series:
    """Of some codes, whether each is a voucher's already."""
    return codes.is_in(profile.activity.records(VOUCHERS.name)["id"].implode())

"""
One customer is created or changed within a change set, as an import of a line would.

`upsert_customer` finds out what comes of it and writes nothing, so that whoever redeems or orders
knows the customer's `row` first; `CustomerUpsert.write` writes it. Customers rules 4 to 18.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.customers import ANONYMOUS, MERGED
from engine.base.kinds.registry import CUSTOMERS
from engine.base.merging import Merges, merged_customers, move_records, units_of
from engine.base.profiles import Profile
from engine.customers.documents import Statement
from engine.customers.frames import frame_of
from engine.customers.identity import IdentityMatch
from engine.customers.metadata_values import MetadataFields
from engine.privacy.suppression import expect_known
from engine.store.changes import ChangeSet
from engine.store.records.latest import at_places
from engine.store.records.metadata import MetadataColumn, schema_of
from engine.store.records.upsert import new_ids
from engine.store.snapshot import Snapshot

CREATED = "created_at"
NAMING = ("name", "email", "phone")  # whoever has one of them is no visitor without a name
Row = Mapping[str, Any]  # a customer by stored column


@dataclass(frozen=True, eq=False)
class CustomerUpsert:
    """What an upsert comes to, before anything is written."""

    before: Row | None  # the customer as stored; None: there was none
    after: Row  # what is not in it is null
    merges: Merges  # profiles without a name that turned out to be this customer
    versions: pl.DataFrame  # of customers; none where nothing changes
    next_row: int
    fields: MetadataFields  # with what it brings; further records of the change set go on from it

    @property
    def row(self) -> int:
        """The customer's number in every record."""
        return int(self.after["row"])

    @property
    def created(self) -> bool:
        """Whether there was no such customer before."""
        return self.before is None

    @property
    def changed(self) -> bool:
        """Whether the profile is another one than before."""
        return self.row in self.versions["row"]

    def write(
        self, change: ChangeSet, profile: Profile, fields: MetadataFields | None = None
    ) -> None:
        """
        Writes it, behind all other records of the change set.

        Records of a merged visitor that the change set has written already are not written again:
        they have to name the `row` of this customer.

        Args:
            fields: `fields` with what the other records bring.
        """
        (fields or self.fields).bring(change)
        if not self.versions.is_empty():
            schema = schema_of(CUSTOMERS, self.fields.columns)
            # Only what is merged comes from the base, and shares its memory.
            change.append(CUSTOMERS, self.versions, schema, self.next_row, ready=not self.merges)
        move_records(profile, self.merges, change)


class Basis(Protocol):
    """What a change set begins from and when, or what somebody only looks at."""

    @property
    def before(self) -> Snapshot:
        """The state."""

    @property
    def now(self) -> datetime:
        """The instant."""


def upsert_customer(
    change: Basis, profile: Profile, who: IdentityMatch, said: Statement, zone: ZoneInfo
) -> CustomerUpsert:
    """
    What a statement comes to for the customer who is meant.

    Args:
        change: no customer is written in it yet.
        zone: the project's, for naive instants in metadata.

    Raises:
        ErasedError: it would bring somebody back who was erased.
    """
    expect_known(change.before.erased, (who.source_id, who.token), said.columns)
    fields, values = MetadataFields.of(change.before).storing(said.keys, zone)
    first = change.before.next_rows[CUSTOMERS.name]
    before = None if who.position is None else profile.customers.row(who.position, named=True)
    known = before or _created(first, said, change.now)
    after: Row = {**known, **said.columns, **values, **_keys(before, who, said)}
    visitors = pl.Series(who.visitors, dtype=pl.Int64)
    gone = at_places(profile.customers, visitors)
    merges = dict.fromkeys(gone["row"].to_list(), int(after["row"]))
    if merges:
        stay, units = _frame([after], fields.columns), units_of(CUSTOMERS, change.before)
        stay, gone = merged_customers(stay, gone, merges, units)
        after = stay.row(0, named=True)
    next_row = first + (before is None)
    links = _links(who, after, next_row, change.now)
    made = [*_changed(before, after, change.now), *links]
    versions = [_frame(made, fields.columns), gone]
    return CustomerUpsert(
        before,
        after,
        merges,
        _joined(versions),
        next_row + len(links),
        fields,
    )


def _joined(versions: list[pl.DataFrame]) -> pl.DataFrame:
    """All of them; mostly there is one, and to join frames of forty columns takes 0.5 ms."""
    some = [part for part in versions if not part.is_empty()] or versions[:1]
    return pl.concat(some, how="diagonal") if len(some) > 1 else some[0]


def _changed(before: Row | None, after: Row, now: datetime) -> list[Row]:
    """The version to write: none where everything is as it was."""
    if before is None:
        return [after]
    differs = any(before.get(name) != value for name, value in after.items())
    return [{**after, "updated_at": now}] if differs else []


def _links(who: IdentityMatch, after: Row, row: int, now: datetime) -> list[Row]:
    """
    A visitor who has never been anybody else, so that the token leads to the customer from now on.
    """
    if who.token is None or after.get("source_id") == who.token:
        return []
    made = {**_created(row, Statement(), now), "source_id": who.token, ANONYMOUS: True}
    return [{**made, "deleted": True, MERGED: after["row"]}]


def _keys(before: Row | None, who: IdentityMatch, said: Statement) -> dict[str, Any]:
    """The source id, and whether there is a name by now."""
    named = who.source_id is not None or any(said.columns.get(name) for name in NAMING)
    if before is None:
        anonymous = True if who.token and not named else None
        return {"source_id": who.source_id or who.token, ANONYMOUS: anonymous}
    keys: dict[str, Any] = {}
    if before["source_id"] is None and who.source_id is not None:
        keys["source_id"] = who.source_id
    if before[ANONYMOUS] and named:
        keys[ANONYMOUS] = None
    return keys


def _created(row: int, said: Statement, now: datetime) -> dict[str, Any]:
    at = said.columns.get(CREATED) or now
    return {"row": row, "id": new_ids(CUSTOMERS.prefix, 1).item(), "deleted": False, CREATED: at}


def _frame(rows: list[Row], columns: tuple[MetadataColumn, ...]) -> pl.DataFrame:
    return frame_of(schema_of(CUSTOMERS, columns), rows)

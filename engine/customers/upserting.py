"""
One customer is created or changed within a change set, as an import of a line would.

`upsert_customer` finds out what comes of it and writes nothing, so that whoever redeems or orders knows
the customer's `row` first; `CustomerUpsert.write` writes it. Customers rules 4 to 18.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.customers import ANONYMOUS, MERGED
from engine.base.kinds.registry import CUSTOMERS
from engine.base.merging import Merges, merged_customers, moved_records, units_of
from engine.base.profiles import Profile
from engine.customers.documents import Statement
from engine.customers.identity import IdentityMatch
from engine.customers.metadata_values import place_values
from engine.store.changes import ChangeSet
from engine.store.records.metadata import Key, MetadataColumn, Name, NamedType, claim, schema_of
from engine.store.records.upsert import new_ids

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
    names: Mapping[Name, NamedType]  # that are new
    columns: tuple[MetadataColumn, ...]  # every one that there is
    new: tuple[MetadataColumn, ...]

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

    def write(self, change: ChangeSet, profile: Profile) -> None:
        """
        Writes it, behind all other records of the change set.

        Records of a merged visitor that the change set has written already are not written again:
        they have to name the `row` of this customer.
        """
        if not self.versions.is_empty():
            schema = schema_of(CUSTOMERS, self.columns)
            change.append(CUSTOMERS, self.versions, schema, self.next_row)
            if self.names or self.new:
                change.bring(self.names, self.new)
        before = change.before
        for table, records in moved_records(profile, self.merges, change):
            change.append(table, records, before.schema(table), before.next_rows[table.name])


def upsert_customer(
    change: ChangeSet, profile: Profile, who: IdentityMatch, said: Statement, zone: ZoneInfo
) -> CustomerUpsert:
    """
    What a statement comes to for the customer who is meant.

    Args:
        change: no customer is written in it yet.
        zone: the project's, for naive instants in metadata.
    """
    values, names = _metadata(change, said, zone)
    known, new = claim(change.before.columns, values)
    columns, first = tuple(known.values()), change.before.next_rows[CUSTOMERS.name]
    before = None if who.position is None else profile.customers.row(who.position, named=True)
    after = {
        **(before or _created(first, said, change.now)),
        **said.columns,
        **_emptied(said, columns),
        **{known[key].column: value for key, value in values.items()},
        **_keys(before, who, said),
    }
    stay, gone = _frame(after, columns), profile.customers[list(who.visitors)]
    merges = dict.fromkeys(gone["row"].to_list(), int(after["row"]))
    if merges:
        stay, gone = merged_customers(stay, gone, merges, units_of(CUSTOMERS, change.before))
        after = stay.row(0, named=True)
    next_row = first + (before is None)
    linked = []
    if who.token and after.get("source_id") != who.token:
        linked = [_frame(_link(who.token, next_row, after["row"], change.now), columns)]
    stay = stay.clear() if before and not _differs(before, after) else stay
    if before:
        stay = stay.with_columns(updated_at=pl.lit(change.now, stay.schema["updated_at"]))
    versions = pl.concat([stay, gone, *linked], how="diagonal")
    return CustomerUpsert(
        before, after, merges, versions, next_row + len(linked), names, columns, tuple(new)
    )


def _metadata(
    change: ChangeSet, said: Statement, zone: ZoneInfo
) -> tuple[dict[Key, Any], dict[Name, NamedType]]:
    """What is said of metadata as it is stored, and the types of new names."""
    values, names = dict[Key, Any](), dict[Name, NamedType]()
    for name, leaves in said.keys.items():
        stored, fresh = place_values(leaves, name, {**change.before.names, **names}, zone)
        values |= stored
        names |= fresh
    return values, names


def _emptied(said: Statement, columns: tuple[MetadataColumn, ...]) -> dict[str, None]:
    """The columns of the keys that are written: a key is replaced as a whole."""
    return {row.column: None for row in columns if row.unit in said.keys}


def _keys(before: Row | None, who: IdentityMatch, said: Statement) -> dict[str, Any]:
    """The source id, and whether there is a name by now."""
    named = who.source_id is not None or any(said.columns.get(name) for name in NAMING)
    if before is None:
        return {"source_id": who.source_id or who.token, ANONYMOUS: None if named else True}
    keys: dict[str, Any] = {}
    if before["source_id"] is None and who.source_id is not None:
        keys["source_id"] = who.source_id
    if before[ANONYMOUS] and named:
        keys[ANONYMOUS] = None
    return keys


def _created(row: int, said: Statement, now: datetime) -> dict[str, Any]:
    at = said.columns.get(CREATED) or now
    return {"row": row, "id": new_ids(CUSTOMERS.prefix, 1).item(), "deleted": False, CREATED: at}


def _link(token: str, row: int, into: int, now: datetime) -> dict[str, Any]:
    """A visitor who has never been anybody else: the token leads to the customer from now on."""
    made = {**_created(row, Statement(), now), "source_id": token, ANONYMOUS: True}
    return {**made, "deleted": True, MERGED: into}


def _frame(row: Row, columns: tuple[MetadataColumn, ...]) -> pl.DataFrame:
    schema = schema_of(CUSTOMERS, columns)
    del schema["change"]
    return pl.DataFrame({name: [row.get(name)] for name in schema}, schema=schema)


def _differs(before: Row, after: Row) -> bool:
    return any(before.get(name) != value for name, value in after.items())

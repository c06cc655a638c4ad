"""One consistent state of the workspace: which versions of records count, and their columns."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import polars as pl
from sqlalchemy import Connection, func, select

from engine.errors import ClockError
from engine.store.records.fresh import Batches
from engine.store.records.metadata import (
    MetadataColumn,
    Name,
    Names,
    read_columns,
    read_names,
    schema_of,
)
from engine.store.records.pointers import Pointer, pointers
from engine.store.records.tables import RecordTable
from engine.store.records.versions import expect_told
from engine.store.results.tables import change_set
from engine.store.results.tombstones import NOBODY, Tombstones, tombstones

LAST_CHANGE = select(func.max(change_set.c.number))


@dataclass(frozen=True)
class Snapshot:
    """One consistent state of the workspace, taken in one read transaction."""

    first: int  # the first change set whose records are here; 0 before any
    change: int  # the last one
    at: datetime | None  # its instant
    pointers: Mapping[str, Pointer]  # by record table
    names: Names
    columns: tuple[MetadataColumn, ...]
    pending: Batches = field(default_factory=dict)  # not committed yet
    erased: Tombstones = NOBODY  # who must not come back

    @property
    def next_rows(self) -> dict[str, int]:
        """The first `row` not yet given, by record table."""
        return {name: where.next_row for name, where in self.pointers.items()}

    @property
    def since(self) -> int:
        """The first change set whose state every table can still tell; 0: all of them."""
        return max((where.since for where in self.pointers.values()), default=0)

    @property
    def folded(self) -> int:
        """Up to which change set the history was folded away; 0: nowhere."""
        return max((where.folded for where in self.pointers.values()), default=0)

    @property
    def fields(self) -> tuple[Names, tuple[MetadataColumn, ...]]:
        """All that the fields of filters depend on."""
        return self.names, self.columns

    @cached_property
    def columns_by_name(self) -> Mapping[Name, tuple[MetadataColumn, ...]]:
        """The physical columns of each key of metadata, oldest first."""
        found: dict[Name, tuple[MetadataColumn, ...]] = {}
        for row in self.columns:
            found[row.name] = (*found.get(row.name, ()), row)
        return found

    def schema(self, table: RecordTable) -> dict[str, pl.DataType]:
        """Every column of the table's versions, metadata included."""
        return schema_of(table, self.columns)


def snapshot_at(connection: Connection, instant: datetime) -> Snapshot:
    """The state that the change sets up to an instant left; names and types are today's."""
    early = select(change_set).where(change_set.c.at <= instant)
    last = connection.execute(early.order_by(change_set.c.number.desc()).limit(1)).first()
    change, at = (last.number, last.at) if last else (0, None)
    return replace(snapshot_in(connection), change=change, at=at)


def snapshots_of(connection: Connection, numbers: Collection[int]) -> dict[int, Snapshot]:
    """The states behind some change sets by their numbers; raises what `expect_told` does."""
    now, instants = snapshot_in(connection), instants_of(connection, numbers)
    expect_told(connection, now.pointers.values(), min(numbers))
    return {each: replace(now, change=each, at=instants.get(each)) for each in numbers}


def snapshot_in(connection: Connection) -> Snapshot:
    """The state as this transaction sees it, with what it has written itself."""
    newest = select(change_set.c.number, change_set.c.at).order_by(change_set.c.number.desc())
    last = connection.execute(newest.limit(1)).first()
    return Snapshot(
        first=connection.scalar(select(func.min(change_set.c.number))) or 0,
        change=last.number if last else 0,
        at=last.at if last else None,
        pointers=pointers(connection),
        names=read_names(connection),
        columns=read_columns(connection),
        erased=tombstones(connection),
    )


def instants_of(connection: Connection, numbers: Iterable[int]) -> dict[int, datetime]:
    """The instants of some change sets by their numbers; those of a million writes take 10 s."""
    wanted = func.json_each(json.dumps([*numbers])).table_valued("value")  # any number of them
    asked = select(change_set).where(change_set.c.number.in_(select(wanted.c.value)))
    return {row.number: row.at for row in connection.execute(asked)}


def last_change(connection: Connection) -> int:
    """The number of the last change set that was committed; 0: there is none."""
    return connection.scalar(LAST_CHANGE) or 0


def expect_after(now: datetime, last: datetime | None) -> None:
    """
    Sees that what is written now does not stand before the last change.

    Raises:
        ClockError: the clock is before it, by mistake of the machine or of who gives the instant.
    """
    if last is not None and now < last:
        raise ClockError(
            f"expected an instant at or after the last change, {_instant_text(last)}, "
            f"got {_instant_text(now)}: a write cannot be backdated. Nothing was changed: "
            "set the clock of this machine right, or give a later instant"
        )


def _instant_text(instant: datetime) -> str:
    return f"{instant:%FT%T}.{instant.microsecond // 1000:03}Z"

"""
The one way to write: a change set, begun under the workspace's lock, committed by one transaction,
alone or in a group of those that waited together (groups.py).

A few records are written by the SQLite transaction itself, with every result; many are appended to
Delta first, and the transaction moves the pointer to them. What lies behind the pointer was never
committed: whoever next appends to that table takes it away. From time to time one append takes the
small writes to Delta as well, and its small files are made into one (compaction.py).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

import polars as pl
from sqlalchemy import Connection, delete

from engine.store.records.contents import record_content
from engine.store.records.fresh import apart
from engine.store.records.lake import Lake
from engine.store.records.metadata import (
    MetadataColumn,
    Name,
    Names,
    change_name,
    record_columns,
    record_names,
)
from engine.store.records.pointers import Pointer
from engine.store.records.small_writes import MOST_ROWS
from engine.store.records.storage import to_storage
from engine.store.records.tables import RecordTable
from engine.store.records.versions import appended
from engine.store.results.change_log import Act, strip
from engine.store.results.segments import revise
from engine.store.results.tables import (
    api_key,
    change_log,
    change_set,
    checksum,
    erasure,
    metadata,
    page_session,
    person,
    pointer,
    setting,
    tombstone,
    webhook_target,
)
from engine.store.snapshot import Snapshot

# By an emptying; who was erased must not come back behind it.
KEPT = (setting, api_key, person, page_session, webhook_target, change_set, change_log, pointer,
        checksum, erasure, tombstone)  # fmt: skip


@dataclass
class ChangeSet:
    """
    A change set being written: many records go to Delta at once, all else waits for the commit.

    A rehearsal writes no records, and its transaction is rolled back.
    """

    lake: Lake
    tables: Mapping[str, RecordTable]
    before: Snapshot
    act: Act
    rehearsal: bool = False
    results: list[Callable[[Connection], object]] = field(default_factory=list)
    written: dict[str, pl.DataFrame] = field(default_factory=dict)  # versions, by record table
    wrote: bool = False  # records; a change set that wrote none gets no number
    emptied: bool = False
    rewritten: bool = False  # versions of before
    redefined: set[str] = field(default_factory=set)  # ids of segments whose filters it wrote over
    names: bool = False  # whether it brings names or types that nobody has had yet
    pointers: dict[str, Pointer] = field(default_factory=dict)  # those that it moves
    small: set[str] = field(default_factory=set)  # tables of which the database keeps it all

    @property
    def number(self) -> int:
        """Its place in the history."""
        return self.before.change + 1

    @property
    def now(self) -> datetime:
        """Its instant."""
        return self.act.at

    def append(
        self,
        table: RecordTable,
        versions: pl.DataFrame,
        schema: Mapping[str, pl.DataType],
        next_row: int,
        *,
        ready: bool = False,
    ) -> None:
        """
        Writes one version each of some records, which it has not written before.

        Called again, it appends: a change set of any size is written batch by batch, and what lies
        in the Delta table so far is behind the pointer until the commit.

        Args:
            versions: `row`, `deleted` and any columns of `schema`; one row per record.
            schema: the same one each time.
            next_row: the first `row` that the table has not given after this.
            ready: they have every column of `schema` but `change`, in its order and types, and
                share their memory with nothing: to look at forty types takes 0.2 ms, and to copy
                a row of text 0.5.
        """
        if versions.is_empty():  # such as what an erasure leaves of records that are all deleted
            return
        stamped = self._stamped(versions, [*schema].index("change"))
        stored = stamped if ready else apart(to_storage(stamped, schema))
        before = self.written.get(table.name, stored.clear())
        known = not before.is_empty()  # to join frames takes a millisecond
        self.written[table.name] = pl.concat([before, stored], rechunk=False) if known else stored
        self._point(self._store(table, before, stored, schema, next_row))

    def _stamped(self, versions: pl.DataFrame, place: int) -> pl.DataFrame:
        """With the number in `change`, at best where it belongs: no query to plan, 0.3 ms each."""
        number = pl.Series("change", [self.number], pl.Int64)
        stamp = number if versions.height == 1 else number.new_from_index(0, versions.height)
        if "change" in versions.columns:
            return versions.clone().replace_column(versions.get_column_index("change"), stamp)
        return versions.clone().insert_column(min(place, versions.width), stamp)

    def _store(
        self,
        table: RecordTable,
        before: pl.DataFrame,
        stored: pl.DataFrame,
        schema: Mapping[str, pl.DataType],
        next_row: int,
    ) -> Pointer:
        """Keeps more versions beside those before; gives where all of the table lie then."""
        settled = self.before.pointers[table.name]
        where = replace(self.pointers.get(table.name, settled), next_row=next_row)
        if before.height + stored.height <= MOST_ROWS:
            self.small.add(table.name)
            return where
        new = self.written[table.name] if table.name in self.small else stored
        self.small.discard(table.name)
        if self.rehearsal:
            return where
        version = self.lake.append(table, where.version, new, schema)
        # One append, however many files: another kind of count would compact large files.
        appends = appended(settled, version, self.number).appends
        return replace(where, version=version, upto=self.number, appends=appends)

    def rewrite(
        self,
        table: RecordTable,
        rows: Sequence[int],
        versions: pl.DataFrame,
        schema: Mapping[str, pl.DataType],
    ) -> None:
        """
        Puts other versions in the place of the whole history of some records.

        Before anything is appended to the table, and where nothing of it waits in the database.
        What lay there goes with `Store.purge`.

        Args:
            rows: of the records, by their `row`, ascending.
            versions: what stays of them.
        """
        where = self.before.pointers[table.name]
        if self.rehearsal or not rows:
            return
        version = self.lake.rewrite(table, where.version, rows, versions, schema)
        self._point(replace(where, version=version))
        self.rewritten = True

    def rewrite_all(
        self, table: RecordTable, versions: pl.DataFrame, schema: Mapping[str, pl.DataType]
    ) -> None:
        """
        `rewrite` of all records of a table.

        Args:
            versions: what stays of their history, each with its `row` and `change`.
        """
        where = self.before.pointers[table.name]
        if self.rehearsal:
            return
        version = self.lake.rewrite_all(table, where.version, versions, schema)
        self._point(replace(where, version=version))
        self.rewritten = True

    def forget_before(self, table: RecordTable, number: int, folded: int = 0) -> None:
        """
        Notes that states of a table before a change set cannot be told any more.

        Args:
            folded: up to which change set the versions were made into one a record.
        """
        where = self.pointers.get(table.name, self.before.pointers[table.name])
        since, folded = max(number, where.since), max(folded, where.folded)
        self._point(replace(where, since=since, folded=folded))

    def empty(self) -> None:
        """
        Removes all records, all results and the history before; numbers go on counting.

        The disk is freed by `Store.reclaim`.
        """
        self.record(lambda connection: _forget(connection, self.number))
        for table in self.tables.values():
            where = self.before.pointers[table.name]
            version = self.lake.empty(table, where.version)
            self._point(Pointer(table.name, version, where.next_row))
        self.emptied = True

    def record(self, result: Callable[[Connection], object]) -> None:
        """Adds a result that the commit writes, after the change set's own line."""
        self.results.append(result)

    def bring(self, names: Names, columns: Iterable[MetadataColumn]) -> None:
        """Adds names and columns of metadata that come with its records."""
        new = tuple(columns)
        self.names = self.names or bool(names or new)
        self.record(lambda connection: record_names(connection, names))
        self.record(lambda connection: record_columns(connection, new))

    def drop(self, names: Iterable[Name]) -> None:
        """Takes names away that no record will have, so that they are of any type again."""
        gone = tuple(names)
        self.names = self.names or bool(gone)

        def take(connection: Connection) -> None:
            for name in gone:
                change_name(connection, name, None)

        self.record(take)

    @cached_property
    def keys(self) -> frozenset[tuple[str, str]]:
        """The ids and source ids of the records that it wrote, each with its table."""
        return frozenset(
            (table, key)
            for table, versions in self.written.items()
            for name in ("id", "source_id")
            if name in versions.columns
            for key in versions[name].to_list()
            if key is not None
        )

    @property
    def leaves(self) -> Snapshot:
        """The state behind it, but for the names and columns that it brings."""
        if not self.wrote:
            return self.before
        return replace(
            self.before,
            first=self.before.first or self.number,
            change=self.number,
            at=self.now,
            pointers={**self.before.pointers, **self.pointers},
        )

    def done(self) -> Act:
        """What its line in the log says."""
        self.act.touched |= {name: frame.height for name, frame in self.written.items()}
        return self.act

    def _point(self, where: Pointer) -> None:
        settled = self.before.pointers[where.table]
        moves = settled.version == self.pointers.get(where.table, settled).version != where.version
        self.pointers[where.table] = where
        if moves:
            self.record(lambda connection: self._note(connection, self.tables[where.table]))
        self.wrote = True

    def _note(self, connection: Connection, table: RecordTable) -> None:
        """Writes what a table holds in Delta from now on."""
        version = self.pointers[table.name].version
        record_content(connection, table, self.lake.content(table, version))


def _forget(connection: Connection, number: int) -> None:
    """Deletes all but KEPT, and of the change sets those before `number`."""
    strip(connection)
    for table in reversed(metadata.sorted_tables):
        if table not in KEPT:
            connection.execute(delete(table))
    revise(connection)
    connection.execute(delete(change_set).where(change_set.c.number < number))

"""
The one way to write: a change set, begun under the workspace's lock, committed by one transaction.

Records are appended to Delta first; the SQLite transaction then moves the pointer to them together
with every result. What lies behind the pointer was never committed: whoever next holds the lock
restores it.
"""

import getpass
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from engine.errors import ConflictError, StoreError
from engine.store.database import open_database, writing
from engine.store.lake import Lake, to_storage
from engine.store.metadata import MetadataColumn, Names, read_columns, read_names, schema_of
from engine.store.records import RecordTable
from engine.store.segments import revise
from engine.store.tables import change_set, metadata, pointer, setting


@dataclass(frozen=True)
class Snapshot:
    """One consistent state of the workspace, taken in one read transaction."""

    first: int  # the first change set whose records are here; 0 before any
    change: int  # the last one
    at: datetime | None  # its instant
    versions: Mapping[str, int]  # record table -> Delta version
    next_rows: Mapping[str, int]  # record table -> the first `row` not yet given
    names: Names
    columns: tuple[MetadataColumn, ...]
    past: bool = False  # the records pointed at go on beyond `change`
    pending: Mapping[str, pl.DataFrame] = field(default_factory=dict)  # versions not in the lake

    @property
    def fields(self) -> tuple[Names, tuple[MetadataColumn, ...]]:
        """All that the fields of filters depend on."""
        return self.names, self.columns

    def schema(self, table: RecordTable) -> dict[str, pl.DataType]:
        """Every column of the table's versions, metadata included."""
        return schema_of(table, self.columns)


@dataclass
class ChangeSet:
    """
    A change set being written: records go to Delta at once, all else waits for the commit.

    A rehearsal writes no records, and its transaction is rolled back.
    """

    lake: Lake
    tables: Mapping[str, RecordTable]
    before: Snapshot
    cause: str
    now: datetime
    rehearsal: bool = False
    actor: str = field(default_factory=getpass.getuser)
    results: list[Callable[[Connection], object]] = field(default_factory=list)
    written: dict[str, pl.DataFrame] = field(default_factory=dict)  # versions, by record table
    wrote: bool = False  # records; a change set that wrote none gets no number

    @property
    def number(self) -> int:
        """Its place in the history."""
        return self.before.change + 1

    def append(
        self,
        table: RecordTable,
        versions: pl.DataFrame,
        schema: Mapping[str, pl.DataType],
        next_row: int,
    ) -> None:
        """
        Writes one version each of some records.

        Args:
            versions: `row`, `deleted` and any columns of `schema`; one row per record.
            next_row: the first `row` that the table has not given after this.
        """
        stamped = versions.with_columns(change=pl.lit(self.number, dtype=pl.Int64))
        stored = self.written[table.name] = to_storage(stamped, schema)
        version = self.before.versions[table.name]
        if not self.rehearsal:
            version = self.lake.append(table, stored, schema)
        self._point(table, version, next_row)

    def empty(self) -> None:
        """Removes all records, all results and the history before; numbers go on counting."""
        self.record(lambda connection: _forget(connection, self.number))
        for table in self.tables.values():
            self._point(table, self.lake.restore(table, 0), self.before.next_rows[table.name])

    def record(self, result: Callable[[Connection], object]) -> None:
        """Adds a result that the commit writes, after the change set's own line."""
        self.results.append(result)

    def left_in(self, connection: Connection) -> Snapshot:
        """The state that it leaves, as the transaction that commits it sees it."""
        snapshot = snapshot_in(connection)
        return replace(snapshot, pending=self.written) if self.rehearsal else snapshot

    def commit(self, connection: Connection) -> None:
        """Writes the line in the history, the pointer and the results, in that order."""
        if self.wrote:
            connection.execute(
                insert(change_set).values(
                    number=self.number, cause=self.cause, actor=self.actor, at=self.now
                )
            )
        for result in self.results:
            result(connection)

    def _point(self, table: RecordTable, version: int, next_row: int) -> None:
        moved = update(pointer).where(pointer.c.table == table.name)
        self.record(
            lambda connection: connection.execute(moved.values(version=version, next_row=next_row))
        )
        self.wrote = True


class Store:
    """The records and results of one workspace folder."""

    def __init__(
        self,
        folder: Path,
        tables: Mapping[str, RecordTable],
        database: Engine,
        lake: Lake,
        lock: FileLock,
    ) -> None:
        self.folder = folder
        self.tables = tables
        self._database = database
        self._lake = lake
        self._lock = lock

    @classmethod
    def open(cls, folder: Path, tables: Mapping[str, RecordTable]) -> "Store":
        """
        Opens the workspace, creating it where there is none, and mends what a killed writer left.

        Args:
            tables: by name; those that the workspace has not yet are created.

        Raises:
            StoreError: the folder cannot hold a workspace, or a newer program wrote it.
        """
        lake, lock = Lake(folder / "tables"), FileLock(folder / "writer.lock")
        try:
            (folder / "exports").mkdir(parents=True, exist_ok=True)
            database = open_database(folder / "workbench.db", lock)
            store = cls(folder, tables, database, lake, lock)
            store._mend()
        except OSError as error:
            reason = f"expected a folder for the workspace at {folder}, got: {error.strerror}"
            raise StoreError(reason) from None
        return store

    def close(self) -> None:
        """Frees the database's files."""
        self._database.dispose()

    def read(self) -> AbstractContextManager[Connection]:
        """A connection that sees one state."""
        return self._database.connect()

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction for results that belong to no change of records."""
        return writing(self._database)

    def snapshot(self) -> Snapshot:
        """The last committed state."""
        with self.read() as connection:
            return snapshot_in(connection)

    def snapshot_at(self, instant: datetime) -> Snapshot:
        """The state that the change sets up to an instant left; names and types are today's."""
        with self.read() as connection:
            snapshot = snapshot_in(connection)
            early = select(change_set).where(change_set.c.at <= instant)
            last = connection.execute(early.order_by(change_set.c.number.desc()).limit(1)).first()
        return _until(snapshot, last.number if last else 0, last.at if last else None)

    def snapshot_of(self, number: int) -> Snapshot:
        """The state that the change sets up to this number left; names and types are today's."""
        with self.read() as connection:
            snapshot = snapshot_in(connection)
            asked = select(change_set.c.at).where(change_set.c.number == number)
            return _until(snapshot, number, connection.scalar(asked))

    def last_change(self) -> int:
        """The number of the last change set, 0 before the first; costs well under a millisecond."""
        with self.read() as connection:
            return connection.scalar(select(func.max(change_set.c.number))) or 0

    def versions(
        self,
        table: RecordTable,
        snapshot: Snapshot,
        after: int = 0,
        only: pl.Expr | None = None,
    ) -> pl.DataFrame:
        """What change sets behind number `after` wrote, up to the snapshot; one row a version."""
        version = snapshot.versions[table.name]
        wanted = [pl.col("change") > after] if after else []
        wanted += [pl.col("change") <= snapshot.change] if snapshot.past else []
        wanted += [] if only is None else [only]
        found = self._lake.read(table, version, snapshot.schema(table), wanted)
        if table.name not in snapshot.pending:
            return found
        return pl.concat([found, snapshot.pending[table.name].filter(*wanted)], how="diagonal")

    @contextmanager
    def change_set(
        self, cause: str, now: Callable[[], datetime], *, rehearsal: bool = False
    ) -> Iterator[ChangeSet]:
        """
        Holds the lock; what is written inside becomes visible all at once at the end, or never.

        Args:
            now: asked once the lock is held, so that whoever waits is not dated back.
            rehearsal: everything is done but nothing is kept.

        Raises:
            ConflictError: `now` is before the last change set's instant.
        """
        with self._lock:
            self._restore()
            change = ChangeSet(self._lake, self.tables, self.snapshot(), cause, now(), rehearsal)
            if change.before.at is not None and change.now < change.before.at:
                raise ConflictError(
                    f"expected an instant at or after the last change, {change.before.at:%FT%TZ}, "
                    f"got {change.now:%FT%TZ}: a write cannot be dated back"
                )
            yield change
            with self.write() as connection:
                change.commit(connection)
                if rehearsal:
                    connection.rollback()

    def _mend(self) -> None:
        # A writer at work holds the lock: then there is nothing to mend, and nobody waits for it.
        try:
            with self._lock.acquire(timeout=0):
                self._restore()
        except Timeout:
            # Another process is creating the workspace, or tables that are new in this program.
            if not self.tables.keys() <= self.snapshot().versions.keys():
                with self._lock:
                    self._restore()

    def _restore(self) -> None:
        """Gives every record table the content that its pointer names."""
        pointed = self.snapshot().versions
        found = {
            table.name: self._lake.restore(table, pointed.get(table.name))
            for table in self.tables.values()
        }
        if found.items() <= pointed.items():
            return
        with self.write() as connection:
            for name, version in found.items():
                if name in pointed:
                    moved = update(pointer).where(pointer.c.table == name)
                    connection.execute(moved.values(version=version))
                else:
                    first = {"table": name, "version": version, "next_row": 0}
                    connection.execute(insert(pointer).values(first))


def _forget(connection: Connection, number: int) -> None:
    """Deletes all but the settings, the pointers and the change sets from `number` on."""
    for table in reversed(metadata.sorted_tables):
        if table not in (setting, change_set, pointer):
            connection.execute(delete(table))
    revise(connection)
    connection.execute(delete(change_set).where(change_set.c.number < number))


def _until(snapshot: Snapshot, number: int, at: datetime | None) -> Snapshot:
    return replace(snapshot, change=number, at=at, past=number < snapshot.change)


def snapshot_in(connection: Connection) -> Snapshot:
    """The state as this transaction sees it, with what it has written itself."""
    newest = select(change_set.c.number, change_set.c.at).order_by(change_set.c.number.desc())
    last = connection.execute(newest.limit(1)).first()
    rows = connection.execute(select(pointer)).all()
    return Snapshot(
        first=connection.scalar(select(func.min(change_set.c.number))) or 0,
        change=last.number if last else 0,
        at=last.at if last else None,
        versions={row.table: row.version for row in rows},
        next_rows={row.table: row.next_row for row in rows},
        names=read_names(connection),
        columns=read_columns(connection),
    )

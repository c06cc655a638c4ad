"""
The one way to write: a change set, begun under the workspace's lock and committed by one SQLite transaction.

Records are appended to Delta first; the transaction then moves the pointer to them together with every result.
Whatever lies behind the pointer was never committed: whoever next holds the lock restores it.
"""

import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, func, insert, select, update

from engine.errors import ConflictError, StoreError
from engine.store.database import open_database
from engine.store.lake import Lake
from engine.store.metadata import MetadataColumn, Names, read_columns, read_names
from engine.store.records import RECORD_TABLES, RecordTable
from engine.store.tables import change_set, pointer


@dataclass(frozen=True)
class Snapshot:
    """One consistent state of the workspace, taken in one read transaction."""

    change: int  # the last change set; 0 before the first
    at: datetime | None  # its instant
    versions: Mapping[str, int]  # record table -> Delta version
    next_rows: Mapping[str, int]  # record table -> the first `row` not yet given
    names: Names
    columns: tuple[MetadataColumn, ...]

    def schema(self, table: RecordTable) -> dict[str, pl.DataType]:
        """Every column of the table's versions, metadata included."""
        return {**table.schema, **{row.column: row.dtype for row in self.columns}}


@dataclass
class ChangeSet:
    """A change set being written; it exists once its transaction commits."""

    store: "Store"
    connection: Connection
    before: Snapshot
    cause: str
    now: datetime
    number: int
    actor: str = field(default_factory=getpass.getuser)
    wrote: bool = False

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
        if versions.is_empty():
            return
        stamped = versions.with_columns(change=pl.lit(self.number, dtype=pl.Int64))
        version = self.store.lake.append(table, stamped, schema)
        self.connection.execute(
            update(pointer)
            .where(pointer.c.table == table.name)
            .values(version=version, next_row=next_row)
        )
        self.begin()

    def begin(self) -> None:
        """Gives the change set its line in the history, once."""
        if not self.wrote:
            self.connection.execute(
                insert(change_set).values(
                    number=self.number, cause=self.cause, actor=self.actor, at=self.now
                )
            )
            self.wrote = True


class Store:
    """The records and results of one workspace folder."""

    def __init__(self, folder: Path, database: Engine, lake: Lake, lock: FileLock) -> None:
        self.folder = folder
        self.database = database
        self.lake = lake
        self._lock = lock

    @classmethod
    def open(cls, folder: Path) -> "Store":
        """
        Opens the workspace, creating it where there is none, and mends what a killed writer left.

        Raises:
            StoreError: the folder cannot hold a workspace, or a newer program wrote it.
        """
        try:
            (folder / "exports").mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"expected a folder for the workspace at {folder}, got: {error.strerror}"
            ) from None
        lock = FileLock(folder / "writer.lock")
        store = cls(
            folder, open_database(folder / "workbench.db", lock), Lake(folder / "tables"), lock
        )
        store._mend()
        return store

    def close(self) -> None:
        """Frees the database's files."""
        self.database.dispose()

    def snapshot(self) -> Snapshot:
        """The last committed state."""
        with self.database.connect() as connection:
            return _snapshot(connection)

    def last_change(self) -> int:
        """The number of the last change set, 0 before the first: cheap enough to ask at every read."""
        with self.database.connect() as connection:
            return connection.scalar(select(func.max(change_set.c.number))) or 0

    def versions(self, table: RecordTable, snapshot: Snapshot, after: int = 0) -> pl.DataFrame:
        """The versions of records that change sets behind number `after` wrote, up to the snapshot."""
        scan = self.lake.scan(table, snapshot.versions[table.name], snapshot.schema(table))
        return (scan.filter(pl.col("change") > after) if after else scan).collect()

    @contextmanager
    def change_set(self, cause: str, now: datetime) -> Iterator[ChangeSet]:
        """
        Holds the lock and one transaction; what is written inside becomes visible all at once or not at all.

        Raises:
            ConflictError: `now` is before the last change set's instant.
        """
        with self._lock:
            self._restore()
            with self.database.begin() as connection:
                before = _snapshot(connection)
                if before.at is not None and now < before.at:
                    raise ConflictError(
                        f"expected an instant at or after the last change ({before.at.isoformat()}), "
                        f"got {now.isoformat()}: a write cannot be dated back"
                    )
                yield ChangeSet(self, connection, before, cause, now, before.change + 1)

    def _mend(self) -> None:
        # A writer at work holds the lock: then there is nothing to mend, and nobody waits for it.
        try:
            with self._lock.acquire(timeout=0):
                self._restore()
        except Timeout:
            return

    def _restore(self) -> None:
        with self.database.begin() as connection:
            pointed = dict(
                connection.execute(select(pointer.c.table, pointer.c.version)).tuples().all()
            )
            for table in RECORD_TABLES.values():
                newest = self.lake.create(table)
                if table.name not in pointed:
                    connection.execute(
                        insert(pointer).values(table=table.name, version=newest, next_row=0)
                    )
                elif newest != pointed[table.name]:
                    restored = self.lake.restore(table, pointed[table.name])
                    connection.execute(
                        update(pointer)
                        .where(pointer.c.table == table.name)
                        .values(version=restored)
                    )


def _snapshot(connection: Connection) -> Snapshot:
    last = connection.execute(
        select(change_set.c.number, change_set.c.at).order_by(change_set.c.number.desc()).limit(1)
    ).first()
    rows = connection.execute(select(pointer)).all()
    return Snapshot(
        change=last.number if last else 0,
        at=last.at if last else None,
        versions={row.table: row.version for row in rows},
        next_rows={row.table: row.next_row for row in rows},
        names=read_names(connection),
        columns=read_columns(connection),
    )

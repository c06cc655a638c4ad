"""The records and results of one workspace folder: opened, read, and changed one at a time."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import RLock

import polars as pl
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine

from engine.actors import Actor
from engine.errors import ConflictError, DiskError, StoreError
from engine.store.changes import ChangeSet
from engine.store.compaction import Compaction
from engine.store.database import open_database, reading, writing
from engine.store.folder import DATABASE, EXPORTS, LOCK, SCRATCH, TABLES, is_new, lost, unlike
from engine.store.groups import CommitGroup
from engine.store.kept_results import KeptResults
from engine.store.purge import is_noted, purge, remember
from engine.store.records.contents import contents, record_content, strangers
from engine.store.records.fresh import Fresh, joined
from engine.store.records.key_names import record_keys
from engine.store.records.lake import Lake
from engine.store.records.metadata import MetadataColumn, read_columns
from engine.store.records.pointers import Pointer, pointers, save_pointer
from engine.store.records.small_writes import MOST_WAITING, lost_small
from engine.store.records.storage import to_storage
from engine.store.records.sums import note_older
from engine.store.records.tables import RecordTable
from engine.store.records.versions import Only, Versions
from engine.store.results.change_log import Act, record
from engine.store.results.tombstones import NOBODY, tombstones
from engine.store.snapshot import (
    Snapshot,
    expect_after,
    last_change,
    snapshot_at,
    snapshot_in,
    snapshots_of,
)
from engine.system.disk import refusals_told
from engine.system.scratch import sweep

POLL = 0.005  # seconds between two looks at the lock of another process


class Store:
    """The records and results of one workspace folder."""

    def __init__(
        self,
        folder: Path,
        tables: Mapping[str, RecordTable],
        database: Engine,
        lake: Lake,
        lock: FileLock,
        *,
        new: bool,
    ) -> None:
        self.folder = folder
        self.tables = tables
        self.new = new  # whether this opening has made it
        self.kept = KeptResults(database)
        self._database = database
        self._lake = lake
        self._lock = lock
        self._turn = RLock()  # threads of this process wait for it, and not by polling the file
        self._versions = Versions(database, lake)
        self._fresh = Fresh()
        self._latest: Snapshot | None = None
        self._erased = NOBODY  # as last seen
        self._compaction = Compaction(folder, tables, database, lake, self._locked)

    @classmethod
    def open(cls, folder: Path, tables: Mapping[str, RecordTable]) -> "Store":
        """
        Opens the workspace, creating it where there is none; where nothing can be written, it can
        be read.

        Args:
            tables: by name; those that the workspace has not yet are created.

        Raises:
            StoreError: the folder cannot hold a workspace, what lies there is not whole, or a newer
                program wrote it.
        """
        new = is_new(folder)
        lake, lock = Lake(folder / TABLES), FileLock(folder / LOCK)
        try:
            with refusals_told(folder):
                if new:
                    (folder / EXPORTS).mkdir(parents=True, exist_ok=True)
                older = partial(note_older, folder / TABLES)
                database = open_database(folder / DATABASE, lock, on_upgrade=older)
                store = cls(folder, tables, database, lake, lock, new=new)
                store._begin()
                sweep(folder / SCRATCH)
        except OSError as error:
            reason = f"expected a folder for the workspace at {folder}, got: {error.strerror}"
            raise StoreError(reason) from None
        return store

    def close(self) -> None:
        """Frees the database's files, once what is being compacted is."""
        self._compaction.end()
        self.kept.close()
        self._database.dispose()

    def read(self) -> AbstractContextManager[Connection]:
        """
        A connection that sees one state.

        Raises:
            StoreError: what is read is damaged, or the disk refuses.
        """
        return reading(self._database)

    @contextmanager
    def write(
        self, begun: Callable[[], Act], *, waits: bool = True
    ) -> Iterator[tuple[Connection, Act]]:
        """
        A transaction for what belongs to no change of records; it leaves the act's line.

        Raises:
            DiskError: the disk refuses; nothing was changed.
            StoreError: it does not wait, and somebody else writes.
        """
        with writing(self._database, waits=waits) as connection:
            act = begun()  # only now, so that whoever waits is not dated back
            yield connection, act
            record(connection, act)

    @contextmanager
    def pause_writers(self) -> Iterator[None]:
        """Lets every writer wait until the end."""
        with writing(self._database):
            yield

    def damages(self, table: RecordTable, snapshot: Snapshot) -> list[str]:
        """What is wrong with the files of a record table, each in a sentence's end."""
        return self._lake.damages(table, snapshot.pointers[table.name].version)

    def without_sums(self, table: RecordTable, snapshot: Snapshot) -> list[str]:
        """The files of a record table that have no check sum."""
        return self._lake.unnoted(table, snapshot.pointers[table.name].version)

    def note_sums(self) -> None:
        """Notes the check sums of all files that have none."""
        for name, where in self.snapshot().pointers.items():
            self._lake.note_sums(self.tables[name], where.version)

    def strays(self, table: RecordTable, snapshot: Snapshot) -> list[str]:
        """What lies beside the files of a record table and belongs to no version of it."""
        return self._lake.strays(table, snapshot.pointers[table.name].version)

    def snapshot(self) -> Snapshot:
        """The last committed state; taken from memory as long as it is the last one."""
        with self.read() as connection:
            known, erased = self._latest, tombstones(connection)
            if known is None or known.change != last_change(connection):
                known = self._latest = snapshot_in(connection)
                if self._erased is not erased:
                    self._fresh.forget()  # another process has erased somebody
            self._erased = erased  # they may be lifted without a change of records
            return replace(known, pointers=pointers(connection), erased=erased)

    def snapshot_at(self, instant: datetime) -> Snapshot:
        """The state that the change sets up to an instant left; names and types are today's."""
        with self.read() as connection:
            return snapshot_at(connection, instant)

    def snapshot_of(self, number: int) -> Snapshot:
        """As `snapshot_at` gives it behind this change set; raises what `expect_told` does."""
        return self.snapshots_of([number])[number]

    def snapshots_of(self, numbers: Collection[int]) -> dict[int, Snapshot]:
        """Each as `snapshot_of` gives it, by its number: a hundred take what one does."""
        with self.read() as connection:
            return snapshots_of(connection, numbers)

    def last_change(self) -> int:
        """The number of the last change set, 0 before the first; costs some microseconds."""
        return self.kept.of(last_change)

    def versions(
        self, table: RecordTable, snapshot: Snapshot, after: int = 0, only: Only = None
    ) -> pl.DataFrame:
        """
        What change sets behind number `after` wrote, up to the snapshot; one row a version.

        Raises:
            ConflictError: the workspace was emptied since the snapshot was taken.
        """
        schema = snapshot.schema(table)
        recent, low = self._fresh.recent(table.name, snapshot.pending, snapshot.change, after)
        if low > after:
            recent.insert(0, self.stored(table, snapshot, after, low, only))
        versions = joined(recent) if recent else pl.DataFrame(schema=schema)
        chosen = versions if versions.schema == schema else to_storage(versions, schema)
        if low < after:
            chosen = chosen.filter(pl.col("change") > after)
        return chosen if only is None else chosen.filter(only)

    def stored(
        self, table: RecordTable, snapshot: Snapshot, after: int, until: int, only: Only = None
    ) -> pl.DataFrame:
        """What `versions` gives, one row a version, from the disk alone."""
        return self._versions.read(table, snapshot.schema(table), after, until, only)

    def columns(self, table: RecordTable, snapshot: Snapshot, names: Iterable[str]) -> pl.DataFrame:
        """Some columns of all versions up to the snapshot, one row a version."""
        schema = snapshot.schema(table)
        wanted = {name: schema[name] for name in ("change", *names)}
        return self._versions.read(table, wanted, 0, snapshot.change)

    @contextmanager
    def group(
        self, now: Callable[[], datetime], *, rehearsal: bool = False, gathered: bool = False
    ) -> Iterator[CommitGroup]:
        """
        Holds the lock; the change sets kept inside become visible all at once at the end, or never.

        Args:
            now: asked once the lock is held, so that whoever waits is not dated back.
            rehearsal: everything is done but nothing is kept.
            gathered: all that waits in the database goes to Delta before, so that it can be
                rewritten there.

        Raises:
            ClockError: `now` is before the last change set's instant.
        """
        with refusals_told(self.folder), self._locked():
            group = self._group(now(), 1 if gathered else MOST_WAITING, rehearsal=rehearsal)
            yield group
            if not group.changes:
                return
            with writing(self._database) as connection:
                group.commit(connection)
                if rehearsal:
                    connection.rollback()
            if not rehearsal:
                self._committed(group)
                self._keep_keys(group.before.columns)
        self._compaction.look(group.before.pointers.values())

    @contextmanager
    def change_set(
        self, cause: str, now: Callable[[], datetime], actor: Actor
    ) -> Iterator[ChangeSet]:
        """A group of one; raises what `group` does."""
        with self.group(now) as group:
            change = group.change_set(cause, actor)
            yield change
            group.keep(change)

    def reclaim(self) -> None:
        """Gives the room of what was erased back to the disk; waits for writers."""
        self._compaction.reclaim()

    def purge(self) -> None:
        """
        Takes away what erasures have left on the disk, if anything; waits for writers.

        Of many who erase at once whoever comes next does it for all that have erased by then.

        Raises:
            ConflictError: a reader who does not end keeps pages of before.
        """
        with self._compaction.alone():
            purge(self.folder, self._database, self._compaction.clean)

    def _group(self, at: datetime, most: int, *, rehearsal: bool) -> CommitGroup:
        """The one to write, at an instant that is not before the last change."""
        before = self._gathered(most)
        expect_after(at, before.at)

        def begin(state: Snapshot, act: Act) -> ChangeSet:
            return ChangeSet(self._lake, self.tables, state, act, rehearsal)

        return CommitGroup(begin, before, at)

    def _committed(self, group: CommitGroup) -> None:
        """Keeps in memory what was just written, in place of reading it back."""
        if any(change.emptied or change.rewritten for change in group.changes):
            self._fresh.forget()
        else:
            for last, batch in group.batch.items():
                self._fresh.keep(last, batch)
        group.committed()
        self._latest = group.after or self._latest

    def _gathered(self, most: int) -> Snapshot:
        """The last committed state, once small writes that are so many were taken to Delta."""
        snapshot = self.snapshot()
        full = [name for name, one in snapshot.pointers.items() if one.waiting >= most]
        for name in full:
            table = self.tables[name]
            self._versions.gather(table, snapshot.schema(table), snapshot.change)
        return self.snapshot() if full else snapshot

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """
        Holds the writer's lock.

        Raises:
            StoreError: something is in the place of its file.
        """
        with self._turn:
            try:
                held = self._lock.acquire(poll_interval=POLL)
            except (IsADirectoryError, NotADirectoryError, FileNotFoundError) as error:
                raise StoreError(
                    f"expected a file for the writer's lock at {self.folder / LOCK}, got: "
                    f"{error.strerror}. Nothing was changed: move away what is there"
                ) from None
            with held:
                yield

    def _begin(self) -> None:
        try:
            self._verify()
            self._create()
            self._note_keys()
            self._end_purge()
        except BaseException:
            self.close()
            raise

    def _create(self) -> None:
        """Makes the record tables that are not there yet."""
        if self.snapshot().pointers.keys() >= self.tables.keys():
            return
        with self._lock:
            known = self.snapshot().pointers
            made = [
                self._created(table) for table in self.tables.values() if table.name not in known
            ]
            with writing(self._database) as connection:
                for where in made:
                    save_pointer(connection, where)
                    table = self.tables[where.table]
                    record_content(connection, table, self._lake.content(table, where.version))

    def _created(self, table: RecordTable) -> Pointer:
        """The pointer to a table that has none yet, and so must be empty."""
        version = self._lake.create(table)
        if version:
            raise lost(self.folder, f"one that knows nothing of the {table.name}")
        return Pointer(table.name, version, 0)

    def _note_keys(self) -> None:
        """As `_keep_keys`, where no writer is at work and the disk takes it."""
        with suppress(Timeout, OSError, DiskError), self._lock.acquire(timeout=0):
            self._keep_keys()

    def _end_purge(self) -> None:
        """Goes on with what an erasure has left to do, where the disk takes it."""
        with suppress(Timeout, OSError, DiskError, ConflictError):
            if is_noted(self._database):
                self.purge()
            remember(self.folder, self._database)

    def _verify(self) -> None:
        """
        Refuses tables that are not those of this database.

        Raises:
            StoreError: with every one of them.
        """
        while True:
            with self.read() as connection:
                snapshot, noted = snapshot_in(connection), contents(connection)
                found = lost_small(connection, snapshot.pointers)
            found += strangers(
                self._lake, self.tables.values(), snapshot.pointers, snapshot.change, noted
            )
            if not found:
                self._latest = snapshot
                return
            if self._as_before(snapshot):  # else others have written or compacted meanwhile
                raise unlike(self.folder, found)

    def _as_before(self, snapshot: Snapshot) -> bool:
        with self.read() as connection:
            return pointers(connection) == snapshot.pointers

    def _keep_keys(self, before: tuple[MetadataColumn, ...] | None = None) -> None:
        """Notes the keys of metadata beside the records, so that they outlive the database."""
        with self.read() as connection:
            columns = read_columns(connection)
        if columns != before:
            with suppress(OSError):  # a full disk: the next change notes them
                record_keys(self.folder / TABLES, columns)

"""
Keeps the number of files of each Delta table bounded, beside writers and readers.

Small files are made into one without the writer's lock, which is held only to move the pointer, if
it still names what was compacted, and to delete what no pointer names any more. Killed at any
instant it leaves a table whose pointer holds: the next append takes away what came behind it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock, Thread

from filelock import FileLock
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from engine.errors import ConflictError, DiskError, StoreError
from engine.store.database import reading, shrink, writing
from engine.store.folder import COMPACTION
from engine.store.records.contents import record_content
from engine.store.records.lake import Lake
from engine.store.records.pointers import Pointer, pointers, save_pointer
from engine.store.records.tables import RecordTable

MOST_APPENDS = 16  # to a Delta table between two compactions


class Compaction:
    """The compaction of one workspace; one at a time, whatever the number of processes."""

    def __init__(
        self,
        folder: Path,
        tables: Mapping[str, RecordTable],
        database: Engine,
        lake: Lake,
        locked: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._tables = tables
        self._database = database
        self._lake = lake
        # Of the writer, in turn with those of this process: whoever only looked at the file whether
        # it is free now and then waited for minutes beside fifty of them.
        self._locked = locked
        self._alone = folder / COMPACTION  # held while files are made or deleted beside it
        self._starting = Lock()
        self._thread: Thread | None = None

    def look(self, tables: Iterable[Pointer]) -> None:
        """Begins in the background if a table has seen too many appends; nobody waits for it."""
        if not any(one.appends >= MOST_APPENDS for one in tables):
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                # A process ends when its compaction has: a command of one write compacts as well.
                self._thread = Thread(target=self._run, name="compaction")
                self._thread.start()

    def end(self) -> None:
        """Waits for what is going on."""
        if self._thread is not None:
            self._thread.join()

    def reclaim(self) -> None:
        """Deletes all that no pointer names, and gives free pages of the database back."""
        with self.alone():
            self.clean()
        # What was erased is gone: a reader who stays, or a full disk, keeps the room for a while.
        with suppress(sqlite3.OperationalError, ConflictError, DiskError):
            shrink(self._database)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits for whoever makes or deletes files beside the pointers, and keeps others away."""
        with FileLock(self._alone):
            yield

    def clean(self) -> None:
        """Deletes the files and the log that no pointer names; only within `alone`."""
        for table in self._tables.values():
            self._clean(table)

    def _run(self) -> None:
        # Another process is at it; or what fails is tried again after the next append.
        with suppress(OSError, StoreError, DBAPIError), FileLock(self._alone, timeout=0):
            for table in self._tables.values():
                if self._pointer(table).appends >= MOST_APPENDS:
                    self._compact(table)

    def _compact(self, table: RecordTable) -> None:
        with self._locked():  # what a killed writer left behind the pointer would be compacted, too
            before = self._moved(table, self._lake.settle)
        version = self._lake.compact(table, before.version)
        with self._locked():
            now = self._pointer(table)
            if version is None or now.version != before.version:
                return  # somebody has appended meanwhile; the next append begins again
            self._save(replace(now, version=version, appends=0))
        self._clean(table)

    def _clean(self, table: RecordTable) -> None:
        with self._locked():
            now = self._moved(table, self._lake.clean)
            self._lake.shorten_log(table, now.version)

    def _moved(self, table: RecordTable, step: Callable[[RecordTable, int], int]) -> Pointer:
        """The pointer behind a step that leaves the content as it is; the lock is held."""
        now = self._pointer(table)
        moved = replace(now, version=step(table, now.version))
        if moved != now:
            self._save(moved)
        return moved

    def _pointer(self, table: RecordTable) -> Pointer:
        with reading(self._database) as connection:
            return pointers(connection)[table.name]

    def _save(self, moved: Pointer) -> None:
        with writing(self._database) as connection:
            save_pointer(connection, moved)
            table = self._tables[moved.table]
            record_content(connection, table, self._lake.content(table, moved.version))

"""
Which work was begun and has not ended: what a killed process leaves behind is told, not forgotten.

Each process holds a lock as long as it lives, which the kernel frees on kill -9; an entry whose
lock nobody holds was interrupted. A folder that takes no notes, as on a full or read-only disk,
stops no page: work that would have to be noted says why it cannot begin.
"""

import json
import logging
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from engine.actors import Actor
from engine.errors import StoreError
from engine.system.disk import refusals_told, replaced
from engine.system.scratch import hold

JOBS = "jobs"  # the folder of a workspace with what its processes are at
LEFT = ".set-aside"  # the end of a note's name that could not be removed


@dataclass(frozen=True)
class JournalEntry:
    """One piece of work that was begun."""

    path: Path
    kind: str
    label: str
    by: str = ""  # the signature of who asked for it; none in notes of before it was kept
    damaged: bool = False  # its note cannot be read


class Journal:
    """The work begun in one workspace, by any process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = secrets.token_hex(8)
        # Of the process: a lock of its thread would keep alive all that the thread has seen.
        self._alive = FileLock(self._lock(self._process), thread_local=False)
        with suppress(OSError, StoreError):  # `begin` tries again, and says so
            self._enter()
            self._sweep()

    def begin(self, kind: str, label: str, by: Actor) -> Path:
        """
        Notes that work begins; the path is what `end` takes.

        Raises:
            StoreError: no note can be written, as on a full disk.
        """
        self._enter()
        path = self.folder / f"{self._process}-{secrets.token_hex(4)}.json"
        with refusals_told(self.folder, f"{label} was not begun"):
            replaced(path, json.dumps({"kind": kind, "label": label, "by": by.signature}))
        return path

    def end(self, path: Path) -> None:
        """Notes that it has ended, or that its interruption was seen."""
        try:
            if path.is_dir():
                path.rename(path.with_name(f"{path.name}{LEFT}"))
            else:
                path.unlink(missing_ok=True)
        except OSError as error:  # it is told again then
            logging.getLogger(__name__).warning("%s cannot be removed: %s", path, error)

    def interrupted(self) -> list[JournalEntry]:
        """The work whose process is gone; a note that cannot be read stands for itself alone."""
        return self._entries(dead=True)

    def at_work(self) -> list[JournalEntry]:
        """The work of processes that live."""
        return self._entries(dead=False)

    def close(self) -> None:
        """Says that this process holds nothing any more."""
        self._alive.release()

    def _enter(self) -> None:
        """Holds the lock by which others see that this process lives."""
        with refusals_told(self.folder, "Nothing was begun"):
            try:
                self.folder.mkdir(exist_ok=True)
                if not self._alive.is_locked:
                    hold(self._alive)
            except (FileExistsError, NotADirectoryError):
                raise StoreError(
                    f"expected a folder at {self.folder}, got a file: move it away"
                ) from None

    def _sweep(self) -> None:
        """Removes the locks of processes that are gone and have left no work."""
        noted = {path.name.partition("-")[0] for path in self._notes()}
        for lock in self.folder.glob("*.lock"):
            if lock.stem not in noted and self._is_dead(lock.stem):
                lock.unlink(missing_ok=True)

    def _entries(self, *, dead: bool) -> list[JournalEntry]:
        """The notes of some processes; each is asked once, however many notes it has left."""
        is_dead = cache(self._is_dead)
        with suppress(OSError):
            return [
                entry_of(path)
                for path in self._notes()
                if is_dead(path.name.partition("-")[0]) is dead
            ]
        return []

    def _notes(self) -> Iterator[Path]:
        yield from sorted(self.folder.glob("[!.]*.json"))

    def _is_dead(self, process: str) -> bool:
        if process == self._process:
            return False
        try:
            with FileLock(self._lock(process), timeout=0):
                return True
        except (Timeout, OSError):  # where no lock can be made, nobody can tell
            return False

    def _lock(self, process: str) -> Path:
        return self.folder / f"{process}.lock"


def is_served(folder: Path) -> bool:
    """Whether a process that lives shows the workspace in this folder, or does long work in it."""
    for lock in (folder / JOBS).glob("*.lock"):
        try:
            with FileLock(lock, timeout=0):
                pass
        except Timeout:
            return True
        except OSError:  # gone meanwhile
            continue
    return False


def entry_of(path: Path) -> JournalEntry:
    """What a note says; of one that is half written, empty or something else, that it is so."""
    try:
        note = json.loads(path.read_text("utf-8"))
        return JournalEntry(path, str(note["kind"]), str(note["label"]), str(note.get("by", "")))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return JournalEntry(
            path, "unknown", f"Some work (its note {path.name} is damaged)", damaged=True
        )

"""
Which work was begun and has not ended: what a killed process leaves behind is told, not forgotten.

Each process holds a lock as long as it lives, which the kernel frees on kill -9; an entry whose
lock nobody holds was interrupted.
"""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout


@dataclass(frozen=True)
class Entry:
    """One piece of work that was begun."""

    path: Path
    kind: str
    label: str


class Journal:
    """The work begun in one workspace, by any process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder = folder
        self._process = secrets.token_hex(8)
        # Of the process: a lock of its thread would keep alive all that the thread has seen.
        self._alive = FileLock(self._lock(self._process), thread_local=False)
        self._alive.acquire()

    def begin(self, kind: str, label: str) -> Path:
        """Notes that work begins; the path is what `end` takes."""
        path = self._folder / f"{self._process}-{secrets.token_hex(4)}.json"
        path.write_text(json.dumps({"kind": kind, "label": label}), "utf-8")
        return path

    def end(self, path: Path) -> None:
        """Notes that it has ended, or that its interruption was seen."""
        path.unlink(missing_ok=True)

    def interrupted(self) -> list[Entry]:
        """The work whose process is gone."""
        dead = [path for path in sorted(self._folder.glob("*.json")) if self._is_dead(path)]
        return [Entry(path, **json.loads(path.read_text("utf-8"))) for path in dead]

    def close(self) -> None:
        """Says that this process holds nothing any more."""
        self._alive.release()

    def _is_dead(self, path: Path) -> bool:
        process = path.name.partition("-")[0]
        if process == self._process:
            return False
        try:
            with FileLock(self._lock(process), timeout=0):
                return True
        except Timeout:
            return False

    def _lock(self, process: str) -> Path:
        return self._folder / f"{process}.lock"

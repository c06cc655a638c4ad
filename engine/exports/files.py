"""A file that appears whole or not at all, hashed while it is written."""

import hashlib
import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import UsageError
from engine.exports.partial_files import unfinished
from engine.system.disk import refused

SENT = 16 << 20  # bytes that go to the disk at a time


class HashedFile:
    """Counts and hashes what passes through, and has the disk begin with it meanwhile."""

    def __init__(self, file: io.BufferedWriter) -> None:
        self._file = file
        self._sent = 0
        self.digest = hashlib.sha256()
        self.written = 0

    def write(self, data: bytes | memoryview) -> int:
        """Writes all of `data`."""
        self.digest.update(data)
        self.written += len(data)
        taken = self._file.write(data)
        if self.written - self._sent >= SENT:
            self._send()
        return taken

    def _send(self) -> None:
        """Nobody waits for it: else the end would wait for all of it, 0.12 s for 250 MB."""
        self._file.flush()
        if sys.platform == "linux":
            size = self.written - self._sent
            os.posix_fadvise(self._file.fileno(), self._sent, size, os.POSIX_FADV_DONTNEED)
        self._sent = self.written

    def flush(self) -> None:
        """Hands on what was written; the writers of other formats ask for it."""
        self._file.flush()

    @property
    def closed(self) -> bool:
        """Whether writing has ended."""
        return self._file.closed


@contextmanager
def appearing(
    path: Path, notes: Path, still: Callable[[], object] = lambda: None
) -> Iterator[HashedFile]:
    """
    A file to write; at the end it takes the name `path`, after a failure nothing is left.

    Args:
        notes: the folder that remembers the file until then, in case the process is killed.
        still: asked just before the file takes its name; what it raises leaves none.

    Raises:
        DiskError: the disk is full, read-only or forbidden.
        UsageError: the file cannot be written there.
    """
    try:
        with unfinished(notes, path.parent) as part:
            with part.open("wb") as file:
                yield HashedFile(file)
                file.flush()
                os.fsync(file.fileno())
            still()
            part.replace(path)
    except OSError as error:
        inside = notes in Path(error.filename or path).parents
        if disk := refused(error, notes if inside else path.parent, "No file was written"):
            raise disk from error
        reason = error.strerror or str(error)
        raise UsageError(f"expected a file that can be written at {path}, got: {reason}") from None

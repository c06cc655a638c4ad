"""Where the code of this process writes, by what Python tells of each file that it opens."""

import os
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
PLACES = {"open": 0, "os.mkdir": 0, "os.rename": 1, "os.link": 1, "sqlite3.connect": 0}
LISTENING: list[set[Path]] = []


@contextmanager
def written():
    """The files and folders that are made or written in the meantime, in any thread."""
    _listen()
    found: set[Path] = set()
    LISTENING.append(found)
    try:
        yield found
    finally:
        LISTENING.remove(found)


def outside(found, *folders):
    """Those that lie in none of the folders, nor are devices."""
    known = [folder.resolve() for folder in (*folders, Path("/dev"), Path("/proc"))]
    paths = {path.resolve() for path in found}
    return sorted(
        path for path in paths if not any(path.is_relative_to(folder) for folder in known)
    )


@cache
def _listen():
    """No hook can be taken away again, so there is one for all tests of a process."""
    sys.addaudithook(_note)


def _note(event, arguments):
    if LISTENING and event in PLACES and _writes(event, arguments):
        path = arguments[PLACES[event]]
        if isinstance(path, str | bytes):
            for found in LISTENING:
                name = os.fsdecode(path)
                found.add(Path(urlsplit(name).path if name.startswith("file:") else name))


def _writes(event, arguments):
    """Whether it is more than reading, and the file has a name."""
    if event != "open":
        return True
    flags = arguments[2] or 0
    return bool(flags & WRITES) and flags & os.O_TMPFILE != os.O_TMPFILE

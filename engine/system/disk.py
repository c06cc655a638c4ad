"""
What a disk or the system refuses, in words: full, read-only, forbidden, too many open files.

Python, SQLite and the Rust libraries each say it in a way of their own, and one of them by a panic.
"""

import errno
import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from engine.errors import DiskError, WorkbenchError


class Refusal(NamedTuple):
    """One way in which the system refuses."""

    reason: str
    remedy: str


FULL = Refusal("the disk is full", "free some space there and try again")
QUOTA = Refusal("your quota of the disk is used up", "free some space there and try again")
READ_ONLY = Refusal("the disk is read-only", "make it writable or use a copy elsewhere")
FORBIDDEN = Refusal("there is no permission", "give this user the right to it or use a copy")
TOO_MANY = Refusal("too many files are open", "close other programs, or raise `ulimit -n`")
MEMORY = Refusal("there is not enough memory", "close other programs, or use a larger machine")
TOO_LARGE = Refusal("a file may not grow so large here", "raise `ulimit -f`, or use another disk")
BROKEN = Refusal("the disk cannot be read or written", "see to the disk, then `workbench check`")

REFUSALS: Mapping[int, Refusal] = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: QUOTA,
    errno.EROFS: READ_ONLY,
    errno.EACCES: FORBIDDEN,
    errno.EPERM: FORBIDDEN,
    errno.EMFILE: TOO_MANY,
    errno.ENFILE: TOO_MANY,
    errno.ENOMEM: MEMORY,
    errno.EFBIG: TOO_LARGE,
    errno.EIO: BROKEN,
}
# What SQLite says for sure; its I/O errors have many reasons.
OF_SQLITE: Mapping[int, Refusal] = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_NOMEM: MEMORY,
    sqlite3.SQLITE_PERM: FORBIDDEN,
}
UNSURE = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
BY_RUST = re.compile(r"os error (\d+)")  # how its libraries end what the system told them
ENOUGH = 65_536  # bytes: more than what is left of a disk on which SQLite found no room


def refusal(error: BaseException, folder: Path) -> Refusal | None:
    """How the system refused, by what an error says, or by trying; None: it is no such error."""
    original = getattr(error, "orig", None) or error  # SQLAlchemy puts its own around it
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0) & 0xFF
        return OF_SQLITE.get(code) or (tried(folder) or BROKEN if code in UNSURE else None)
    if isinstance(original, MemoryError):
        return MEMORY
    number = original.errno if isinstance(original, OSError) else None
    said = BY_RUST.search(str(original)) if number is None else None
    return REFUSALS.get(int(said[1]) if said else number or 0)


def tried(folder: Path) -> Refusal | None:
    """How a folder refuses a new file; None: it takes one."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(bytes(ENOUGH))
            file.flush()
    except OSError as error:
        return REFUSALS.get(error.errno or 0)
    return None


def expect_room(folder: Path, size: int) -> None:
    """
    Sees that a folder can take a file of so many bytes; none is left there.

    Delta's writer ends in a panic where it finds no room.

    Raises:
        DiskError: it cannot.
    """
    with refusals_told(folder), TemporaryFile(dir=folder) as file:
        try:
            os.posix_fallocate(file.fileno(), 0, max(size, ENOUGH))
        except OSError as error:
            if error.errno in REFUSALS:  # else the disk cannot say beforehand
                raise


def refused(error: BaseException, folder: Path, kept: str) -> DiskError | None:
    """The error to show, of the folder that refuses; None: it is not the system that refuses."""
    found, place = refusal(error, folder), _place(error) or folder
    return DiskError(f"{found.reason}: {place}. {kept}: {found.remedy}") if found else None


def _place(error: BaseException) -> Path | None:
    """The folder of the file that an error names: it may be another than the one of the work."""
    name = error.filename if isinstance(error, OSError) else None
    return Path(os.fsdecode(name)).parent if isinstance(name, str | bytes) else None


def first_line(error: BaseException) -> str:
    """What an error says, without the stack that Rust adds."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def is_panic(error: BaseException) -> bool:
    """Whether a Rust library gave up; each has its own class, which no `except Exception` takes."""
    return type(error).__name__ == "PanicException"


@contextmanager
def refusals_told(folder: Path, kept: str = "Nothing was changed") -> Iterator[None]:
    """
    Tells what the system refuses inside as a DiskError.

    Args:
        folder: where it works.
        kept: what is to be said of the work.

    Raises:
        DiskError: the disk is full, read-only or forbidden.
    """
    try:
        yield
    except WorkbenchError:
        raise
    except Exception as error:
        told = refused(error, folder, kept)
        if told is None:
            raise
        raise told from error


def replaced(file: Path, text: str) -> None:
    """
    Writes a small file that is there whole or, after a failure or a kill, as it was before.

    Raises:
        OSError: it cannot be written.
    """
    part = file.with_name(f".{secrets.token_hex(8)}.part")
    try:
        part.write_text(text, "utf-8")
        part.replace(file)
    finally:
        with suppress(OSError):  # it is there after a failure only
            part.unlink()

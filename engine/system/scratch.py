"""
Temporary folders that do not outlive their process by more than the next start.

Customers' files lie in a folder of their workspace, where an erasure looks through them and whoever
opens it next removes what a process that was killed has left; all else where the system wants
temporary files. Each process that makes any holds a lock beside them, which the kernel frees on
kill -9: what lies beside no lock that is held belongs to nobody any more.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryFile, gettempdir, mkdtemp
from typing import BinaryIO, cast

from filelock import FileLock, Timeout

from engine.errors import DiskError
from engine.system.disk import refusals_told

PREFIX = "workbench-"
MADE = ("upload", "query", "demo", "sample", "backup")  # folders for these may be left


@contextmanager
def scratch(what: str, place: Path | None = None) -> Iterator[Path]:
    """A folder to work in, gone at the end; after a kill, at the next start."""
    folder = scratch_folder(what, place)
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def scratch_folder(what: str, place: Path | None = None) -> Path:
    """
    A folder of this process that whoever asks for it removes.

    Args:
        place: the folder to make it in, made where it is not there; the system's unless given.

    Raises:
        DiskError: the folder for temporary files takes none.
    """
    place = place or _place()
    with refusals_told(place):
        place.mkdir(exist_ok=True)
        return Path(mkdtemp(prefix=f"{PREFIX}{what}-{_process(place)}-", dir=place))


@contextmanager
def scratch_file() -> Iterator[BinaryIO]:
    """
    A file without a name, to write and to map; the kernel removes it with the last that reads it.

    Raises:
        DiskError: the folder for temporary files takes no more.
    """
    place = _place()
    with refusals_told(place), TemporaryFile(dir=place, buffering=0) as file:
        yield cast("BinaryIO", file)


def sweep(folder: Path | None = None) -> None:
    """
    Removes what processes that are gone have left; of this user alone.

    Args:
        folder: where; the system's folder for temporary files unless given.
    """
    place = folder or _usual()
    for left in (each for what in MADE for each in place.glob(f"{PREFIX}{what}-*")):
        with suppress(OSError):
            if left.is_dir() and not left.is_symlink() and left.stat().st_uid == os.geteuid():
                _remove(left, _lock(place, _owner(left)))
    for lock in place.glob(f"{PREFIX}*.lock"):
        with suppress(OSError, Timeout), FileLock(lock, timeout=0):
            lock.unlink(missing_ok=True)


def _place() -> Path:
    """Where the system wants temporary files."""
    try:
        return Path(gettempdir())
    except FileNotFoundError as error:  # Python has tried to write to each
        raise DiskError(
            f"no folder for temporary files takes any: {error.strerror}. Free some space there, or "
            "name another in TMPDIR"
        ) from None


def _usual() -> Path:
    try:
        return _place()
    except DiskError:  # it is full, and what was left there may be why
        return Path(os.environ.get("TMPDIR", "/tmp"))


def _remove(left: Path, lock: Path) -> None:
    if not lock.exists():  # of an older program, or of nobody
        rmtree(left, ignore_errors=True)
        return
    with suppress(Timeout), FileLock(lock, timeout=0):
        rmtree(left, ignore_errors=True)


def _owner(left: Path) -> str:
    return left.name.split("-")[2]


def _process(place: Path) -> str:
    """The name of this process in that place, under a lock that it holds as long as it lives."""
    return Path(_alive(place).lock_file).stem.removeprefix(PREFIX)


@cache
def _alive(place: Path) -> FileLock:
    lock = FileLock(_lock(place, secrets.token_hex(8)), thread_local=False)
    hold(lock)
    return lock


def hold(lock: FileLock) -> None:
    """Holds a lock whose file others remove once nobody holds it, as they might just now."""
    lock.acquire()
    while not Path(lock.lock_file).exists():
        lock.release()
        lock.acquire()


def _lock(place: Path, name: str) -> Path:
    return place / f"{PREFIX}{name}.lock"

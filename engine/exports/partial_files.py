"""
Files that are being written: after a kill -9 the next export or start of the server removes them.

Such a file lies beside what it will become, anywhere on the machine, so the workspace keeps a note
of where: a lock that its process holds, which the kernel frees when the process is gone, and the
path. They hold what customers have told, and nobody would know them by their names.

One that lies among the exports of the workspace is unfinished until its receipt is kept.
"""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from engine.store.folder import EXPORTS

NAME = re.compile(r"\.[0-9a-f]{16}\.part")  # of a file that is being written


@contextmanager
def unfinished(notes: Path, folder: Path) -> Iterator[Path]:
    """
    A path in a folder for a file that is gone at the end, unless it has got another name by then.

    Args:
        notes: the folder that remembers it meanwhile; made where it is not there.
    """
    token = secrets.token_hex(8)  # two exports to one path cannot write into each other
    part = folder / f".{token}.part"
    notes.mkdir(exist_ok=True)
    with _locked(notes, token) as note:
        note.write_text(str(part), "utf-8")
        try:
            yield part
        finally:
            _remove(part)


@contextmanager
def without_receipt(notes: Path, file: Path) -> Iterator[None]:
    """
    A file among the exports, named by the id of its receipt, which is kept inside or there is none.

    Args:
        notes: the folder that remembers it meanwhile; made where it is not there.
    """
    notes.mkdir(exist_ok=True)
    with _locked(notes, file.stem) as note:
        note.write_text(str(file.absolute()), "utf-8")
        try:
            yield
        except BaseException:
            _remove(file)
            raise


def remove_unfinished(notes: Path, has_receipt: Callable[[str], bool]) -> None:
    """
    Removes the files whose process is gone.

    Args:
        has_receipt: whether there is one with an id; its file stays.
    """
    for token in {file.stem for file in notes.glob("*")}:
        # Not if it is still being written, or the workspace can only be read.
        with suppress(Timeout, OSError), _locked(notes, token, timeout=0) as note:
            part = _file_of(note)
            if part and not (part.stem == note.stem and has_receipt(note.stem)):
                _remove(part)


@contextmanager
def _locked(notes: Path, token: str, timeout: float = -1) -> Iterator[Path]:
    """The path of a note, which is gone at the end, with its lock."""
    note, lock = (notes / f"{token}.{suffix}" for suffix in ("note", "lock"))
    with FileLock(lock, timeout=timeout):
        try:
            yield note
        finally:
            note.unlink(missing_ok=True)
            lock.unlink(missing_ok=True)


def _file_of(note: Path) -> Path | None:
    """The file of a note; None where the note is broken, or was made to name another file."""
    try:
        part = Path(note.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    own = part.stem == note.stem and part.parent.absolute() == exports_of(note.parent)
    return part if own or (NAME.fullmatch(part.name) and part.stem == f".{note.stem}") else None


def exports_of(notes: Path) -> Path:
    """The folder of the exports of the same workspace."""
    return notes.absolute().with_name(EXPORTS)


def _remove(part: Path | None) -> None:
    if part:
        with suppress(OSError):  # not there, or on a disk that is not: nothing to fail for
            part.unlink()

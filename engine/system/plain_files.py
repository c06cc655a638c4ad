"""Files that people name: plain ones only, since a device, a pipe or `/proc` may never end."""

import os
import stat
from pathlib import Path

from engine.errors import UsageError
from engine.limits import DOCUMENT
from engine.text.display import quoted

OTHERS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def check_plain(path: Path) -> None:
    """
    Sees that a file can be read to its end.

    Raises:
        UsageError: there is no file, or it is none with an end, such as a device or a pipe.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"expected a file, found none at {_short_path(path)}: {reason}") from None
    other = next((name for test, name in OTHERS if test(found.st_mode)), None)
    if other is None and found.st_size == 0 and _has_content(path):
        other = "a file of the system, which says of itself that it is empty"
    if other is not None:
        raise UsageError(f"expected a plain file, got {other} at {_short_path(path)}")


def plain_bytes(path: Path) -> bytes:
    """
    All of a small file.

    Raises:
        UsageError: as `check_plain`; it cannot be read; it is larger than a document may be.
    """
    check_plain(path)
    try:
        with path.open("rb") as file:
            return bounded(file.read(DOCUMENT.most + 1), _short_path(path))
    except OSError as error:
        raise UsageError(f"expected a readable file at {path}, got: {error.strerror}") from None


def bounded(content: bytes, name: str) -> bytes:
    """
    The content of a document.

    Raises:
        UsageError: it is longer than `DOCUMENT`; reading one byte more than that shows it.
    """
    if len(content) > DOCUMENT.most:
        raise UsageError(f"expected at most {DOCUMENT} in {quoted(name)}, got more")
    return content


def _has_content(path: Path) -> bool:
    """Whether a file that says it is empty has something to read; it is not waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return bool(os.read(handle, 1))
    except OSError:
        return True
    finally:
        os.close(handle)


def _short_path(path: Path) -> str:
    name = str(path)
    return name if len(name) <= 300 else f"{name[:300]}…"

"""Where an export may write: no file of the workspace, nothing but a plain file."""

import stat
from collections.abc import Callable
from pathlib import Path

from engine.errors import UsageError

KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
)


def export_target(to: Path, workspace: Path, *, force: bool = False) -> Path:
    """
    The file that an export to a path may write, links followed.

    Args:
        force: whether a plain file that is there may be replaced.

    Raises:
        UsageError: it is in the workspace, there already, or something else than a file.
    """
    try:
        target = to.resolve()
        if any(_is_same(parent, workspace) for parent in target.parents):
            raise UsageError(
                f"expected a file outside the workspace, got {to}: what lies in {workspace} is its "
                "own"
            )
        mode = to.stat().st_mode  # of `to`: a link of /proc points to pipes that have no path
    except FileNotFoundError:
        return target
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a NUL
        raise UsageError(f"expected a file that can be written at {to}, got: {error}") from None
    if not stat.S_ISREG(mode):
        kind = next((name for test, name in KINDS if test(mode)), "none")
        raise UsageError(f"expected a plain file to write, got {to}: it is {kind}")
    if not force:
        raise UsageError(
            f"expected a file that is not there yet, got {to}: choose another, or replace it with "
            "--force"
        )
    return target


def _is_same(folder: Path, workspace: Path) -> bool:
    """Whether both are one folder, however they are written or mounted."""
    try:
        return folder.samefile(workspace)
    except OSError:
        return False

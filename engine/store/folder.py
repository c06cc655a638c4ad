"""
What lies in the folder of a workspace, judged before anything in it is opened or made.

A new `workbench.db` beside records that an older one pointed at would be an empty workspace without
a word, so only a folder that is new gets one.
"""

import stat
from collections.abc import Iterable
from pathlib import Path

from engine.errors import Issue, StoreError
from engine.system.disk import refusals_told
from engine.text.display import quoted

DATABASE, TABLES, EXPORTS, LOCK, COMPACTION, ASIDE, BACKUPS = (
    "workbench.db", "tables", "exports", "writer.lock", "compaction.lock", "set-aside", "backups"
)  # fmt: skip
SCRATCH = "scratch"  # the folder of files that are being looked at, such as uploads
ERASED = "erased.json"  # who was erased, beside the database
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside its file
OURS = frozenset((DATABASE, *(DATABASE + end for end in BESIDE), TABLES, EXPORTS, LOCK, COMPACTION,
                  ASIDE, BACKUPS, "jobs", "unfinished", SCRATCH, ERASED))  # fmt: skip
# What systems put into any folder.
STRAY = frozenset((".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", "lost+found"))
ADOPT = "`workbench check --adopt`"


def is_new(folder: Path) -> bool:
    """
    Whether a workspace is to be made here; what a creation that was killed has left counts as new.

    Raises:
        StoreError: the folder is no place for a workspace, or its `workbench.db` is lost.
    """
    with refusals_told(folder):
        if folder.is_symlink() and not folder.exists():
            raise StoreError(f"expected a folder at {folder}, got a link to {folder.readlink()}, "
                             "which is not there: is its disk connected?")  # fmt: skip
        if not folder.exists():
            return True
        if not folder.is_dir():
            raise StoreError(f"expected a folder for the workspace at {folder}, got a file")
        return not _has_database(folder) and _has_nothing_else(folder)


def remains(folder: Path) -> list[str]:
    """What a workspace has left here, `workbench.db` aside, as an analyst reads it."""
    kept = folder / TABLES
    tables = sorted(one.name for one in kept.iterdir() if any_in(one)) if kept.is_dir() else []
    found = [f"the records of {', '.join(tables)}"] if tables else []
    found += ["exports"] if any_in(folder / EXPORTS) else []
    found += ["notes of jobs"] if any_in(folder / "jobs") else []
    return found


def lost(folder: Path, what: str) -> StoreError:
    """
    The error of a workspace without a `workbench.db` that can be used.

    Args:
        what: what is there in its place.
    """
    left = ", ".join(remains(folder))
    return StoreError(
        f"expected the workbench.db of the workspace at {folder}, got {what}; beside it "
        f"lie {left or 'no records'}. Nothing was changed. Restore workbench.db from a "
        f"backup; or let {ADOPT} make a new one from the records that are there: it keeps the old "
        "file, says what it finds, and brings back no receipts and no history of segments"
    )


def any_in(folder: Path) -> bool:
    """Whether a folder holds anything; what is no folder holds itself."""
    return any(folder.iterdir()) if folder.is_dir() else folder.exists()


def _has_database(folder: Path) -> bool:
    """Whether there is a database to open; an empty one whose content waits beside it counts."""
    file = folder / DATABASE
    if file.is_symlink() and not file.exists():
        raise lost(folder, f"a link to {file.readlink()}, which is not there")
    if file.exists() and not stat.S_ISREG(file.stat().st_mode):
        raise lost(folder, "a folder" if file.is_dir() else "something that is no file")
    return _size(file) > 0 or (file.exists() and _size(folder / f"{DATABASE}-wal") > 0)


def _has_nothing_else(folder: Path) -> bool:
    if remains(folder) or _size(folder / f"{DATABASE}-wal"):
        raise lost(folder, "an empty file" if (folder / DATABASE).exists() else "none")
    others = sorted({file.name for file in folder.iterdir()} - OURS - STRAY)
    if others:
        shown = ", ".join(map(quoted, others[:3]))
        raise StoreError(
            f"expected a folder for the workspace that is new or empty, got {folder} with "
            f"{len(others):,} files or folders of something else, such as {shown}. Nothing was "
            "changed: choose another folder, or a new one inside it"
        )
    return True


def _size(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def unlike(folder: Path, found: Iterable[Issue]) -> StoreError:
    """The error about tables that are not those of the database."""
    return StoreError(
        f"the records in {folder / TABLES} are not those that its workbench.db knows. "
        "Nothing was changed: put the folders back or restore the workspace from a backup; "
        f"{ADOPT} goes on with the records that are there and keeps the rest beside them",
        found,
    )

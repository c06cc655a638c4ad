"""Copies of `workbench.db`: of one moment, whoever writes meanwhile."""

import sqlite3
from contextlib import closing
from pathlib import Path

from engine.store.folder import BACKUPS

KEPT = 3  # databases of older versions, the newest ones


def copy_database(source: sqlite3.Connection, to: Path) -> None:
    """The database of a connection as one file."""
    with closing(sqlite3.connect(to)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # else it would lie in two files


def kept_before(file: Path, version: str) -> Path:
    """
    Copies a database before it is migrated; the copies of the oldest versions go.

    Raises:
        OSError: it cannot be written.
        sqlite3.Error: the same, by SQLite.
    """
    folder = file.parent / BACKUPS
    folder.mkdir(exist_ok=True)
    kept, part = folder / f"workbench-{version}.db", folder / f".workbench-{version}.part"
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as old:
        copy_database(old, part)
    part.replace(kept)
    for older in sorted(folder.glob("workbench-*.db"))[:-KEPT]:
        older.unlink()
    return kept

"""
What an erasure leaves on the disk is taken away once it is committed: old files and free pages.

That it is to be done is part of the commit, so a process that is killed before or during it leaves
it to whoever opens the workspace next.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from sqlalchemy import Connection, Engine

from engine.store.database import reading, shrink, writing
from engine.store.folder import ERASED
from engine.store.results.settings import delete_setting, save_setting, settings
from engine.store.results.tombstones import GROUP, kept_in, take_over, text_of, tombstones
from engine.system.disk import replaced

NOTE = "purge"  # of the settings: what is still to be done


def note_purge(connection: Connection, files: Iterable[str] = ()) -> None:
    """
    Notes, in the transaction that erases, what is to be done behind it.

    Args:
        files: to be removed too, by their paths in the workspace.
    """
    known = settings(connection, GROUP).get(NOTE, {})
    noted = {
        "files": sorted({*known.get("files", ()), *files}),
        "times": known.get("times", 0) + 1,
    }
    save_setting(connection, GROUP, NOTE, noted)


def is_noted(database: Engine) -> bool:
    """Whether something is still to be done."""
    with reading(database) as connection:
        return NOTE in settings(connection, GROUP)


def remember(folder: Path, database: Engine) -> None:
    """
    Takes over who was erased by the file beside the database, which may be one of a backup.

    Raises:
        StoreError: the file holds something else.
    """
    kept = kept_in(folder / ERASED)
    with reading(database) as connection:
        new = kept.known.hashes - tombstones(connection).hashes
    if new:
        with writing(database) as connection:
            take_over(connection, kept)


def purge(folder: Path, database: Engine, clean: Callable[[], None]) -> None:
    """
    Does what is noted; doing it twice is no harm.

    What is noted meanwhile stays so: its files may have come behind the look at their folder.

    Args:
        clean: takes away the files of records that no pointer names.

    Raises:
        ConflictError: a reader who does not end keeps old pages.
        DiskError: the disk refuses.
    """
    with reading(database) as connection:
        noted, text = settings(connection, GROUP).get(NOTE), text_of(connection)
    if noted is None:
        return
    replaced(folder / ERASED, text)
    for name in noted["files"]:
        _remove(folder / name)
    clean()
    shrink(database)
    with writing(database) as connection:
        if settings(connection, GROUP).get(NOTE) == noted:
            delete_setting(connection, GROUP, NOTE)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        rmtree(path)
        return
    with suppress(FileNotFoundError):
        path.unlink()

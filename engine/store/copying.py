"""All files of a workspace at one moment, while others write to it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from engine.errors import StoreError
from engine.store.database import closing_database, driver_of, open_database, reading
from engine.store.database_copies import copy_database
from engine.store.folder import COMPACTION, DATABASE, EXPORTS, LOCK, TABLES
from engine.store.records.key_names import FILE as KEYS
from engine.store.records.lake import Lake
from engine.store.records.pointers import Pointer, pointers
from engine.store.snapshot import last_change
from engine.store.store import Store
from engine.system.disk import refusals_told


@dataclass(frozen=True)
class WorkspaceCopy:
    """What a workspace holds at one moment."""

    change: int  # the last change set
    files: dict[str, Path]  # by the place in the folder of the workspace


@contextmanager
def copied(store: Store, scratch: Path) -> Iterator[WorkspaceCopy]:
    """
    Every file of one moment; nothing of them is deleted until the end.

    Args:
        scratch: a folder for a copy of the database.

    Raises:
        StoreError: files of records are missing or damaged.
    """
    # What no pointer names any more is deleted by whoever has this lock.
    with refusals_told(store.folder), FileLock(store.folder / COMPACTION):
        copy = scratch / DATABASE
        with store.read() as connection:
            copy_database(driver_of(connection), copy)
        database = open_database(copy, FileLock(copy.with_name(LOCK)))
        with closing_database(database), reading(database) as connection:
            change, known = last_change(connection), pointers(connection)
        files = {DATABASE: copy, **_records(store, known), **_others(store.folder)}
        yield WorkspaceCopy(change, files)


def _records(store: Store, known: Mapping[str, Pointer]) -> dict[str, Path]:
    """The files that pointers name."""
    lake, folder = Lake(store.folder / TABLES), store.folder.absolute()
    found: dict[str, Path] = {}
    for name, where in known.items():
        table = store.tables[name]
        if damages := lake.damages(table, where.version):
            raise StoreError(
                f"the records of {name} are damaged, and no backup was made: "
                f"{'; '.join(damages[:3])}: `workbench check --deep` names all that is damaged"
            )
        for file in lake.parts(table, where.version):
            found[file.relative_to(folder).as_posix()] = file
    return found


def _others(folder: Path) -> dict[str, Path]:
    """The files of exports, and the keys of metadata."""
    files = [*(folder / EXPORTS).glob("[!.]*"), folder / TABLES / KEYS]
    return {file.relative_to(folder).as_posix(): file for file in files if file.is_file()}

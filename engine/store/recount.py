"""What a database says against what it once said: its rows, its log, its index, its pointers."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock
from sqlalchemy import Connection, select

from engine.actors import Actor
from engine.errors import StoreError
from engine.store.database import closing_database, open_database, reading, writing
from engine.store.folder import DATABASE, LOCK, TABLES
from engine.store.records.contents import contents
from engine.store.records.lake import Lake
from engine.store.records.pointers import pointers, save_pointer
from engine.store.records.tables import RecordTable
from engine.store.results.change_log import Act, record
from engine.store.results.checksums import (
    COUNTED,
    LIMIT,
    RowSum,
    noted,
    row_sum,
    tallies,
    uncounted,
)
from engine.store.results.log_chain import last_link
from engine.store.results.memberships import last_pass
from engine.store.results.moves import Line, index_rows, stored_index
from engine.store.results.tables import pointer, segment
from engine.store.snapshot import last_change
from engine.store.store import Store
from engine.system.disk import refusals_told


@dataclass(frozen=True)
class TableDifference:
    """A table, or a part of one, whose rows are not those that were written."""

    table: str
    part: str  # empty: all of it
    expected: RowSum
    found: RowSum


def differences(
    connection: Connection, tables: Iterable[str] = COUNTED
) -> Iterator[TableDifference]:
    """The tables whose rows another hand has changed."""
    known = noted(connection)
    for name in tables:
        now = tallies(connection, COUNTED[name])
        for part in sorted({*known[name], *now}):
            expected, found = known[name].get(part, RowSum()), now.get(part, RowSum())
            if expected != found:
                yield TableDifference(name, part, expected, found)


def index_differs(connection: Connection) -> bool:
    """Whether an index of strokes is another than the strokes make."""
    return _sum(index_rows(connection)) != _sum(stored_index(connection))


def _sum(lines: Iterable[Line]) -> RowSum:
    count = total = 0
    for line in lines:
        count, total = count + 1, (total + row_sum(line)) % LIMIT
    return RowSum(count, total)


def state(store: Store) -> tuple[object, ...]:
    """What is another once records, members or definitions were written."""
    with store.read() as connection:
        return last_change(connection), last_pass(connection), last_link(connection)


def static_ids(connection: Connection) -> dict[str, str]:
    """The name of each segment that is a list, by its id: nothing else tells who is in it."""
    found = connection.execute(
        select(segment.c.id, segment.c.name).where(segment.c.type == "static")
    )
    return {row.id: row.name for row in found}


def repoint(
    folder: Path, tables: Mapping[str, RecordTable], actor: Actor, now: datetime
) -> list[str]:
    """
    Sets pointers right that name another version than was noted, where that one is still there.

    Returns:
        What was done, in lines to read; nothing where the database cannot be opened.
    """
    lock, lake = FileLock(folder / LOCK), Lake(folder / TABLES)
    if not (folder / DATABASE).is_file():
        return []
    with refusals_told(folder), lock:
        database = open_database(folder / DATABASE, lock)
        with closing_database(database):
            with reading(database) as connection:
                held, known = pointers(connection), contents(connection)
            wrong = [
                replace(where, version=known[name].version)
                for name, where in held.items()
                if name in tables and name in known and known[name].version != where.version
                if _is_there(lake, tables[name], known[name].version)
            ]
            if wrong:
                with writing(database) as connection:
                    for where in wrong:
                        save_pointer(connection, where)
                    uncounted(connection, pointer.name)
                    touched = {"tables": [where.table for where in wrong]}
                    record(connection, Act(actor, "repair", now, {**touched}))
    return [
        f"the pointer of {where.table} is at version {where.version:,} again" for where in wrong
    ]


def _is_there(lake: Lake, table: RecordTable, version: int) -> bool:
    try:
        return not lake.damages(table, version)
    except StoreError:
        return False

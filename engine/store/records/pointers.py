"""Where the versions of each record table lie: a version of its Delta table, and small writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.errors import StoreError
from engine.store.results.tables import pointer
from engine.store.results.upserts import put, upsert

LINE = upsert(pointer)


@dataclass(frozen=True)
class Pointer:
    """The state of one record table's storage."""

    table: str
    version: int  # of the Delta table
    next_row: int  # the first `row` not yet given
    upto: int = 0  # the last change set whose versions the Delta table may hold
    waiting: int = 0  # change sets whose versions lie in the database
    appends: int = 0  # to the Delta table since it was compacted
    since: int = 0  # the first change set whose state can still be told; 0: every one
    folded: int = 0  # up to which change set a record has one version at most; 0: none was folded


class Pointers(dict[str, Pointer]):
    """By the record table's name; each has one from the first opening on."""

    def __missing__(self, table: str) -> Pointer:
        raise StoreError(
            f"workbench.db says nothing of where the records of {table} lie, so it is damaged: "
            "restore the workspace from a backup; `workbench check` names all that is damaged"
        )


def pointers(connection: Connection) -> Mapping[str, Pointer]:
    """
    By the record table's name.

    Raises:
        StoreError: at the first look at a table that has none.
        ValueError: a number of one is none, as the file is damaged.
    """
    return Pointers({row.table: _pointer(row) for row in connection.execute(select(pointer))})


def _pointer(row: Row[Any]) -> Pointer:
    numbers: Sequence[Any]
    table, *numbers = row
    if not all(isinstance(number, int) for number in numbers):
        raise ValueError(f"a pointer of {table} with {numbers} in place of numbers")
    return Pointer(table, *numbers)


def save_pointer(connection: Connection, moved: Pointer) -> None:
    """Writes it, in place of the one before."""
    put(connection, LINE, [vars(moved)])

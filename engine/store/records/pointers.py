"""Where the versions of each record table lie: a version of its Delta table, and small writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

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


def pointers(connection: Connection) -> Mapping[str, Pointer]:
    """By the record table's name."""
    return {row.table: Pointer(*row) for row in connection.execute(select(pointer))}


def save_pointer(connection: Connection, moved: Pointer) -> None:
    """Writes it, in place of the one before."""
    put(connection, LINE, [vars(moved)])

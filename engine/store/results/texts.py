"""The texts in the tables of `workbench.db`, read and written in place: a column at a time."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    delete,
    exists,
    select,
    update,
)

from engine.store.results.log_chain import blank
from engine.store.results.segments import revise
from engine.store.results.tables import change_log, metadata, segment_version

UNIQUE = (PrimaryKeyConstraint, UniqueConstraint)
KINDS = ("VARCHAR", "JSON", "BLOB")  # of columns that may hold what somebody wrote


class StoredText(NamedTuple):
    """One value of a table."""

    key: tuple[Any, ...]  # the primary key of its row
    value: Any  # as its column says it: text, or what JSON holds


def text_columns() -> list[str]:
    """Every column of every table that holds text, JSON or bytes: `table.column`."""
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if str(column.type.compile()) in KINDS
    ]


def cells(connection: Connection, place: str) -> Iterator[StoredText]:
    """The values of a column, `table.column`, that are not null."""
    table, column = _column(place)
    keys = list(table.primary_key)
    for *key, value in connection.execute(select(*keys, column).where(column.is_not(None))):
        yield StoredText(tuple(key), value)


def write_cells(connection: Connection, place: str, changed: Iterable[StoredText]) -> None:
    """Writes other values into a column."""
    table, column = _column(place)
    for cell in changed:
        if table is change_log:
            blank(connection, cell.key[0], {column.name: cell.value})
        else:
            value = _free(connection, table, column, cell)
            row = update(table).where(*_of(table, cell.key))
            connection.execute(row.values({column.name: value}))
    if table is segment_version:
        revise(connection)


def write_rows(
    connection: Connection, place: str, keys: Iterable[tuple[Any, ...]], values: Mapping[str, Any]
) -> None:
    """Writes the same into several rows of the table of a column."""
    table, _ = _column(place)
    for key in keys:
        connection.execute(update(table).where(*_of(table, key)).values(values))


def delete_rows(connection: Connection, place: str, keys: Iterable[tuple[Any, ...]]) -> None:
    """Removes rows of the table of a column."""
    table, _ = _column(place)
    for key in keys:
        connection.execute(delete(table).where(*_of(table, key)))


def _column(place: str) -> tuple[Table, Column[Any]]:
    name, _, column = place.partition(".")
    table = metadata.tables[name]
    return table, table.columns[column]


def _of(table: Table, key: tuple[Any, ...]) -> list[Any]:
    return [column == part for column, part in zip(table.primary_key, key, strict=True)]


def _free(connection: Connection, table: Table, column: Column[Any], cell: StoredText) -> Any:
    """The value, with a number behind it where another row has it and none may."""
    if not any(column.name in key.columns for key in table.constraints if isinstance(key, UNIQUE)):
        return cell.value
    key = zip(table.primary_key, cell.key, strict=True)
    beside = [part == value for part, value in key if column.primary_key and part is not column]
    tries = (cell.value if turn == 1 else f"{cell.value} {turn}" for turn in count(1))
    return next(
        one for one in tries
        if not connection.scalar(select(exists().select_from(table).where(column == one, *beside)))
    )  # fmt: skip

"""
What small change sets wrote, kept in the database until one append takes many to the Delta table.

An append of one row costs a file, a line in Delta's log and 14 ms, and each makes the next reading
slower; as a row of the transaction that commits the change set anyway it costs 0.3 ms. Change sets
that commit together share a row, which stands under the last of them: each of their versions knows
its own.
"""

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from engine.errors import Issue
from engine.store.records.fresh import joined
from engine.store.records.pointers import Pointer
from engine.store.results.tables import small_write
from engine.store.results.upserts import put

MOST_ROWS = 500  # versions in one row; a change set of more is worth a file of its own
MOST_WAITING = 128  # rows of one table: reading them takes 10 ms
KEPT = insert(small_write)
Row = Mapping[str, Any]  # of `small_write`


def keep_small(connection: Connection, table: str, written: Iterable[pl.DataFrame]) -> int:
    """
    Writes what change sets of a group wrote of a table.

    Args:
        written: one frame of versions a change set, in order of their numbers.

    Returns:
        How many rows more wait of the table.
    """
    rows = [_row(table, together) for together in _packed(written)]
    put(connection, KEPT, rows)
    return len(rows)


def _packed(written: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """As many change sets at a time as come to MOST_ROWS."""
    together: list[pl.DataFrame] = []
    for versions in written:
        if together and sum(len(one) for one in together) + len(versions) > MOST_ROWS:
            yield joined(together)
            together = []
        together.append(versions)
    if together:
        yield joined(together)


def _row(table: str, versions: pl.DataFrame) -> Row:
    stream = io.BytesIO()
    # Columns without a value are left out: an edit fills 10 of 30, in a quarter of the room.
    nulls = zip(versions.columns, versions.null_count().row(0), strict=True)
    filled = [name for name, none in nulls if none < versions.height]
    versions[filled].write_ipc_stream(stream)  # `select` would plan a query, 0.15 ms a write
    return {"table": table, "change": versions["change"][-1], "versions": stream.getvalue()}


def small_versions(
    connection: Connection, table: str, schema: Mapping[str, pl.DataType], after: int, until: int
) -> pl.DataFrame:
    """
    What change sets behind `after`, up to `until`, wrote and still waits; one row a version.

    Returns:
        The columns of `schema` that any of them fills, in any order.
    """
    columns = small_write.c
    of_table = select(columns.versions).where(columns.table == table).order_by(columns.change)
    asked = of_table.where(columns.change > after, columns.change <= until)
    beyond = of_table.where(columns.change > until).limit(1)  # with some of before, perhaps
    blobs = [*connection.scalars(asked), *connection.scalars(beyond)]
    found = joined([read_small(blob) for blob in blobs] or [pl.DataFrame(schema=schema)])
    return found.filter(pl.col("change").is_between(after, until, closed="right"))


def read_small(blob: bytes) -> pl.DataFrame:
    """What some change sets wrote: one row per version, the columns that any of them fills."""
    return pl.read_ipc_stream(io.BytesIO(blob))


def drop_small(connection: Connection, table: str) -> None:
    """Removes what has been taken to the Delta table."""
    connection.execute(delete(small_write).where(small_write.c.table == table))


def lost_small(connection: Connection, pointers: Mapping[str, Pointer]) -> list[Issue]:
    """Which tables have not so many small writes waiting as were kept."""
    counted = select(small_write.c.table, func.count().label("many")).group_by(small_write.c.table)
    held = {row.table: row.many for row in connection.execute(counted)}
    return [
        Issue(f"tables/{table}", f"expected {where.waiting:,} small changes in workbench.db, got "
              f"{held.get(table, 0):,}")
        for table, where in pointers.items()
        if held.get(table, 0) != where.waiting
    ]  # fmt: skip

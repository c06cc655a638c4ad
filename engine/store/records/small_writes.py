"""
What small change sets wrote, kept in the database until one append takes many to the Delta table.

An append of one row costs a file, a line in Delta's log and 14 ms, and each makes the next reading
slower; as a row of the transaction that commits the change set anyway it costs 0.1 ms.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from engine.errors import Issue
from engine.store.records.pointers import Pointer
from engine.store.results.tables import small_write
from engine.store.results.upserts import put

MOST_ROWS = 500  # versions in one change set; more are worth a file of their own
MOST_WAITING = 128  # change sets of one table: reading them takes 10 ms
KEPT = insert(small_write)
Row = Mapping[str, Any]  # of `small_write`


def small_write_of(table: str, number: int, versions: pl.DataFrame) -> Row:
    """What one change set wrote of a record table, as it is kept."""
    stream = io.BytesIO()
    # Columns without a value are left out: an edit fills 10 of 30, in a quarter of the room.
    nulls = zip(versions.columns, versions.null_count().row(0), strict=True)
    filled = [name for name, none in nulls if none < versions.height]
    versions[filled].write_ipc_stream(stream)  # `select` would plan a query, 0.15 ms a write
    return {"table": table, "change": number, "versions": stream.getvalue()}


def keep_small(connection: Connection, rows: Sequence[Row]) -> None:
    """Writes what change sets wrote."""
    put(connection, KEPT, rows)


def small_versions(
    connection: Connection, table: str, schema: Mapping[str, pl.DataType], after: int, until: int
) -> pl.DataFrame:
    """
    What change sets behind `after`, up to `until`, wrote and still waits; one row a version.

    Returns:
        The columns of `schema` that any of them fills, in any order.
    """
    columns = small_write.c
    asked = (
        select(columns.versions)
        .where(columns.table == table, columns.change > after, columns.change <= until)
        .order_by(columns.change)
    )
    found = [read_small(blob) for blob in connection.scalars(asked)]
    return pl.concat(found, how="diagonal") if found else pl.DataFrame(schema=schema)


def read_small(blob: bytes) -> pl.DataFrame:
    """What one change set wrote of a table: one row per record, the columns that it fills."""
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

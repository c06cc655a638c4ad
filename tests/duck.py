"""DuckDB over the tables that a printed query reads."""

from functools import cache

import duckdb
import polars as pl

from engine.base.kinds.registry import RECORD_TABLES
from engine.store.records.metadata import claim
from engine.store.snapshot import Snapshot

EMPTY = {name: pl.DataFrame(schema=dict(each.schema)) for name, each in RECORD_TABLES.items()}
EMPTY["members"] = pl.DataFrame(schema={"segment": pl.String, "customer_row": pl.Int64})


def snapshot_of(names):
    """The schema of a workspace whose customers' metadata has these names and types."""
    keys = [(space, (name,), kind, many) for (space, name), (kind, many) in names.items()]
    _, columns = claim((), keys)
    return Snapshot(0, 0, None, {}, names, tuple(columns))


def found(query, **tables):
    """
    The `row`s that a query finds.

    Args:
        tables: frames by name; tables and columns that are not given are empty.
    """
    for name, frame in {**EMPTY, **tables}.items():
        lacking = {
            column: dtype
            for column, dtype in EMPTY.get(name, frame).schema.items()
            if column not in frame.columns
        }
        nulls = (pl.lit(None, dtype).alias(column) for column, dtype in lacking.items())
        connection().register(name, frame.with_columns(nulls).to_arrow())
    return [row for (row,) in connection().execute(query).fetchall()]


@cache
def connection():
    """One in a process: to open another costs 30 ms, and each query brings all of its tables."""
    return duckdb.connect()

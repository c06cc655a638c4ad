"""
The Delta tables of a workspace: append-only versions of records.

What counts is the version that SQLite points at; a version behind it is an append whose commit never came.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
from deltalake import DeltaTable, write_deltalake

from engine.store.records import RecordTable

# Statistics would copy personal values into the log: an allow-list of the two technical columns.
CONFIGURATION = {"delta.dataSkippingStatsColumns": "row,change"}


class Lake:
    """The record tables below one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, table: RecordTable) -> str:
        return str(self._folder / table.name)

    def create(self, table: RecordTable) -> int:
        """Creates the empty table if it is not there; gives its newest version."""
        path = self._path(table)
        if not DeltaTable.is_deltatable(path):
            schema = pl.DataFrame(schema=table.schema).to_arrow().schema
            DeltaTable.create(path, schema=schema, configuration=CONFIGURATION)
        return DeltaTable(path).version()

    def append(
        self, table: RecordTable, versions: pl.DataFrame, schema: Mapping[str, pl.DataType]
    ) -> int:
        """Appends one change set's versions in one atomic commit; gives the new version."""
        write_deltalake(
            self._path(table), to_storage(versions, schema), mode="append", schema_mode="merge"
        )
        return DeltaTable(self._path(table)).version()

    def restore(self, table: RecordTable, version: int) -> int:
        """Makes the newest content what it was at `version` (33 ms); gives the version that says so."""
        delta = DeltaTable(self._path(table))
        if delta.version() != version:
            delta.restore(version)
        return DeltaTable(self._path(table)).version()

    def scan(
        self, table: RecordTable, version: int, schema: Mapping[str, pl.DataType]
    ) -> pl.LazyFrame:
        """Every version of every record up to the table's `version`, one row each, columns as `schema`."""
        return pl.scan_delta(self._path(table), version=version).select(
            _column(name, dtype) for name, dtype in schema.items()
        )


def _column(name: str, dtype: pl.DataType) -> pl.Expr:
    # Delta has one text type and one instant type, so a read needs no cast; it only pins the order.
    return pl.col(name).cast(dtype)


def to_storage(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """
    The frame with exactly the columns of `schema`, in its order and types; a column not given is null.

    Delta takes no Categorical, Enum, all-null or Time columns, narrows unsigned integers without a word
    and casts text to a numeric column, so nothing reaches it but through here.

    Raises:
        polars.exceptions.InvalidOperationError: a value does not fit its column (a bug above).
    """
    missing = [
        pl.lit(None, dtype=schema[name]).alias(name) for name in schema if name not in frame.columns
    ]
    return frame.with_columns(missing).select(
        pl.col(name).cast(dtype, strict=True) for name, dtype in schema.items()
    )


def latest(versions: pl.DataFrame) -> pl.DataFrame:
    """
    One row per living record, its latest version, in order of `row`.

    A scatter of positions costs 7 ms at 1.2 M versions where `unique` takes 450 ms.
    """
    if versions.is_empty():
        return versions
    ordered = (
        versions if versions["change"].is_sorted() else versions.sort("change", maintain_order=True)
    )
    rows = ordered["row"].to_numpy()
    position = np.full(rows.max() + 1, -1, dtype=np.int64)
    position[rows] = np.arange(len(rows))  # of equal rows the last one stays
    keep = position[position >= 0]
    newest = ordered if len(keep) == len(rows) and (np.diff(keep) > 0).all() else ordered[keep]
    return newest.filter(~pl.col("deleted")) if newest["deleted"].any() else newest

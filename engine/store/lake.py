"""
The Delta tables of a workspace: append-only versions of records.

What counts is the version that SQLite points at; a version behind it is an append whose commit
never came.
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

    def append(
        self, table: RecordTable, versions: pl.DataFrame, schema: Mapping[str, pl.DataType]
    ) -> int:
        """Appends one change set's versions in one atomic commit; gives the new Delta version."""
        stored = to_storage(versions, schema)
        write_deltalake(self._path(table), stored, mode="append", schema_mode="merge")
        return DeltaTable(self._path(table)).version()

    def restore(self, table: RecordTable, version: int | None) -> int:
        """
        Makes the newest content what it was at `version` (33 ms where it is not already).

        Args:
            version: None empties the table, creating it where it is not there.

        Returns:
            The newest Delta version, which has that content.
        """
        path = self._path(table)
        if not DeltaTable.is_deltatable(path):
            schema = pl.DataFrame(schema=table.schema).to_arrow().schema
            DeltaTable.create(path, schema=schema, configuration=CONFIGURATION)
        delta = DeltaTable(path)
        if delta.version() != (version or 0):
            delta.restore(version or 0)
        return DeltaTable(path).version()

    def scan(
        self, table: RecordTable, version: int, schema: Mapping[str, pl.DataType]
    ) -> pl.LazyFrame:
        """One row per version of a record up to the Delta `version`, the columns of `schema`."""
        return pl.scan_delta(self._path(table), version=version).select(list(schema))

    def _path(self, table: RecordTable) -> str:
        return str(self._folder / table.name)


def to_storage(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """
    The frame with the columns of `schema`, in its order and types; what is not given is null.

    Delta takes no Categorical, Enum, all-null or Time columns, narrows unsigned integers without
    a word and casts text to a numeric column, so nothing reaches it but through here.

    Raises:
        polars.exceptions.PolarsError: a value does not fit its column (a bug above).
    """
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


def latest(versions: pl.DataFrame) -> pl.DataFrame:
    """
    One row per living record, its latest version, in order of `row`.

    A scatter of positions costs 7 ms at 1.2 M versions where `unique` takes 450 ms.
    """
    if versions.is_empty():
        return versions
    in_order = versions["change"].is_sorted()
    ordered = versions if in_order else versions.sort("change", maintain_order=True)
    rows = ordered["row"].to_numpy()
    position = np.full(rows.max() + 1, -1, dtype=np.int64)
    position[rows] = np.arange(len(rows))  # of equal rows the last one stays
    keep = position[position >= 0]
    unchanged = len(keep) == len(rows) and bool((np.diff(keep) > 0).all())
    newest = ordered if unchanged else ordered[keep]
    return newest.filter(~pl.col("deleted")) if newest["deleted"].any() else newest

"""How much memory records take at least, by the files that they are read from."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from engine.system.memory import SMALL, expect_memory

# Bytes of memory that a value takes at least, null or not; of the other types it is 8.
WIDTHS = {pl.String: 16, pl.Date: 4, pl.Int32: 4, pl.Boolean: 0}


def expect_to_fit(folder: Path, added: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> None:
    """
    Sees that the records of a table fit in memory.

    Args:
        folder: of the table.
        added: its files, one row each: their `path` in the folder and how many `records`.
        schema: the columns that are read.

    Raises:
        MemoryFullError: even the least that they take does not.
    """
    widths = {name: WIDTHS.get(type(dtype), 8) for name, dtype in schema.items()}
    if int(added["records"].sum()) * sum(widths.values()) < SMALL:
        return
    least = 0
    for path, records in added.select("path", "records").rows():
        held = widths.keys() & pl.read_parquet_schema(folder / path)  # what it lacks takes nothing
        least += int(records) * sum(widths[name] for name in held)
    expect_memory(least, f"reading the {folder.name}")

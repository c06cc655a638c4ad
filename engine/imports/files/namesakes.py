"""Rows that mean one customer and give several names: merged, but never in silence."""

from collections.abc import Iterator

import polars as pl

from engine.imports.columns.table import Table
from engine.imports.notes import Note
from engine.text.display import quoted


def namesakes(frame: pl.DataFrame, table: Table) -> Iterator[Note]:
    """How many customers have rows with different names, with one of them as an example."""
    key = next((name for name in ("id", "source_id") if name in frame.columns), None)
    if key is None or "name" not in frame.columns or table.column("name") is None:
        return
    known = frame.select(key=pl.col(key).str.to_lowercase(), name="name", written=key).drop_nulls()
    if known["key"].n_unique() == known.height:
        return
    several = known.group_by("key", maintain_order=True).agg(
        pl.col("name").unique(maintain_order=True), pl.col("written").first()
    )
    several = several.filter(pl.col("name").list.len() > 1)
    if not several.is_empty():
        first, second, *_ = several["name"][0]
        yield Note(
            "key",
            f"rows with different names mean one customer, {several.height:,} times, such as "
            f"{quoted(several['written'][0])} with {quoted(first)} and {quoted(second)}: the last "
            "one counts; are they the same person?",
        )

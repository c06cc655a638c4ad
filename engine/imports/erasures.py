"""
Rows of people who were erased are left out of a file, wherever they would go; imports rule 59.

They count and are kept nowhere, neither as rejected rows nor as set aside: a receipt that repeats
them would bring them back.
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from engine.base.kinds.registry import CUSTOMERS
from engine.imports.columns.table import CUSTOMER_EMAIL, CUSTOMER_ID, CUSTOMER_SOURCE_ID
from engine.imports.files.batch import Batch
from engine.imports.visitors import TRACKING
from engine.privacy.suppression import suppressed, suppressed_cells
from engine.store.records.tables import RecordTable
from engine.store.results.tombstones import Tombstones
from engine.system.spool import thinned
from engine.workspace.tracking import Tokens

OWN = ("id", "source_id", "email", "phone")  # of customers
OWNERS = (CUSTOMER_ID.name, CUSTOMER_SOURCE_ID.name, CUSTOMER_EMAIL.name)


def without_erased(
    batch: Batch, table: RecordTable, erased: Tombstones, tokens: Tokens | None
) -> tuple[Batch, int]:
    """The file without those rows, and how many they were."""
    if not erased.hashes:
        return batch, 0
    left_out = pl.concat(_left_out(batch.rows, table, erased, tokens)).unique("row")
    rejected, aside = (
        frame.filter(~suppressed_cells(frame, erased))
        for frame in (batch.rejected, batch.set_aside)
    )
    count = left_out.height + batch.rejected.height - rejected.height
    rows = thinned(batch.rows, left_out)
    return replace(batch, rows=rows, rejected=rejected, set_aside=aside), count


def _left_out(
    rows: pl.DataFrame, table: RecordTable, erased: Tombstones, tokens: Tokens | None
) -> Iterator[pl.DataFrame]:
    yield suppressed(rows, (*OWNERS, TRACKING), erased)
    if table is CUSTOMERS:
        yield suppressed(rows, OWN, erased)
    if tokens and TRACKING in rows.columns:
        made = {one: tokens.of(one) for one in rows[TRACKING].drop_nulls().unique()}
        tracked = rows.select("row", pl.col(TRACKING).replace(made))
        yield suppressed(tracked, (TRACKING,), erased)

"""Totals of lines: a column of totals that say of each item what it comes to, not of its order."""

from dataclasses import replace

import polars as pl

from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.files.batch import Draft
from engine.imports.notes import Note
from engine.text.display import quoted

TOTAL, AMOUNT = "total_amount", "items.amount"
FACTORS = (PRICE, QUANTITY) = ("items.price", "items.quantity")
KEYS = ("source_id", "id")  # of the record
ALIKE = 0.005


def line_totals(draft: Draft, table: Table, mapping: ImportMapping) -> Draft:
    """
    The draft with the totals as amounts of the items where they are quantity times price.

    Only where rows of one order have several of them: of orders of one line both are the same.
    """
    known = {each.name: each for each in draft.columns}
    key = next((name for name in KEYS if name in known), None)
    if key is None or AMOUNT in known or not {TOTAL, *FACTORS} <= known.keys():
        return draft
    header = draft.header[draft.key_places[TOTAL]]
    if header in mapping.columns or table.column(header):
        return draft
    if known[TOTAL].cell is not known[PRICE].cell or not _are_of_lines(draft.frame, key):
        return draft
    amount = next(each for each in table.columns if each.name == AMOUNT)
    known[TOTAL] = replace(amount, cell=known[TOTAL].cell)
    text = "is quantity × price of its line, so it is the amount of the item and no total of orders"
    return replace(
        draft,
        frame=draft.frame.rename({TOTAL: AMOUNT}),
        columns=tuple(known.values()),
        key_places={AMOUNT if name == TOTAL else name: at for name, at in draft.key_places.items()},
        notes=(*draft.notes, Note("column", f"{quoted(header)} {text}", header)),
    )


def _are_of_lines(frame: pl.DataFrame, key: str) -> bool:
    numbers = [pl.col(name).cast(pl.Float64, strict=False) for name in (TOTAL, *FACTORS)]
    rows = frame.lazy().select(key, *numbers).drop_nulls()
    fits = (pl.col(TOTAL) - pl.col(PRICE) * pl.col(QUANTITY)).abs() < ALIKE
    several = pl.col(TOTAL).n_unique().over(key) > 1
    return rows.select(fits.all() & several.any()).collect().item() is True

"""
The parts of records in a table, such as the items of orders: a row each.

The rows of one record share its key; what one of them says of the record counts for all.
"""

import polars as pl

from engine.base.kinds.parts import Parts
from engine.imports.files.batch import Draft
from engine.store.records.identity import torn


def gathered(rows: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """The rows, with the part that each gives in a column as a list of one; null for no part."""
    known = {parts.path(column): column.name for column in parts.columns}
    given = [
        (pl.col(path) if path in rows.columns else pl.lit(None)).alias(name)
        for path, name in known.items()
    ]
    some = pl.any_horizontal(pl.col(path).is_not_null() for path in known if path in rows.columns)
    one = pl.concat_list(pl.struct(given)).cast(parts.dtype)
    return rows.with_columns(pl.when(some).then(one).alias(parts.name))


def filled(rows: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """The same rows and columns, with null in place of a list without parts."""
    if parts.name not in rows.columns:
        return rows
    return rows.with_columns(pl.when(pl.col(parts.name).list.len() > 0).then(pl.col(parts.name)))


def broken(draft: Draft, faults: pl.DataFrame, what: str) -> pl.DataFrame:
    """
    The rows of records that another row with a fault belongs to: `row`, `reason`.

    A record would be stored without that part, and the row alone, corrected and imported again,
    would take the place of all the others.
    """
    keys = [name for name in ("id", "source_id") if name in draft.frame.columns]
    unread = draft.rejected.select(
        "row", *(_cell(place).alias(name) for name, place in draft.key_places.items())
    )
    rows = pl.concat([draft.frame.select("row", *keys), unread.match_to_schema(
        draft.frame.select("row", *keys).schema, missing_columns="insert", extra_columns="ignore"
    )])  # fmt: skip
    refused = pl.concat([faults["row"], draft.rejected["row"]])
    return torn(rows, refused, what).filter(~pl.col("row").is_in(unread["row"].implode()))


def _cell(place: int) -> pl.Expr:
    text = pl.col("cells").list.get(place, null_on_oob=True)
    return pl.when(text != "").then(text)

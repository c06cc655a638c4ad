"""Who has become another customer, and whom their old ids lead to."""

import polars as pl

from engine.base.kinds.customers import MERGED

NOBODY = pl.DataFrame(
    schema={"row": pl.Int64, "id": pl.String, "source_id": pl.String, MERGED: pl.Int64}
)


def merged_of(versions: pl.DataFrame) -> pl.DataFrame:
    """
    Who of some versions has become another customer.

    Returns:
        One row each: `row`, `id`, `source_id`, and `merged_into`, the `row` of the other.
    """
    if versions[MERGED].null_count() == versions.height:  # each plan of a query takes its time
        return NOBODY
    gone = versions.filter("deleted", pl.col(MERGED).is_not_null())
    theirs = versions.filter(pl.col("row").is_in(gone["row"].implode())).sort("change")
    last = theirs.unique("row", keep="last", maintain_order=True)
    return last.filter("deleted", pl.col(MERGED).is_not_null()).select(NOBODY.columns)


def merged_since(before: pl.DataFrame, newer: pl.DataFrame) -> pl.DataFrame:
    """
    `merged_of` behind some newer versions.

    Args:
        before: what it gave without them: one row each, `row`, `id`, `source_id`, `merged_into`.
    """
    if before.is_empty():
        return merged_of(newer)
    stay = before.filter(~pl.col("row").is_in(newer["row"].implode()))
    return pl.concat([stay, merged_of(newer)])

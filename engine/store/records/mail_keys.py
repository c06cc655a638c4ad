"""Source ids that are e-mail addresses: matched without case, stored as they were written first."""

import polars as pl

MARK = "@"
FOLDED = "@folded"


def as_stored(living: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """
    The rows with each such source id as its record has it, else as the first row writes it.

    One that is stored in exactly these letters stays, and so does one that several records have in
    other letters: it says of none that it is the one.

    Args:
        living: `source_id` of the living records.
        rows: with `source_id`.
    """
    if living.schema.get("source_id") != pl.String or not _mails(rows["source_id"]).any():
        return rows
    wanted = _folded(rows)
    stored = _folded(living).join(wanted, on=FOLDED, how="semi")
    exact = wanted.join(stored, on="source_id", how="anti", maintain_order="left")
    single = stored.filter(~pl.col(FOLDED).is_duplicated())
    fresh = exact.join(stored, on=FOLDED, how="anti", maintain_order="left")
    first = pl.concat([single, fresh.unique(FOLDED, keep="first", maintain_order=True)])
    moved = exact.join(first.rename({"source_id": "@meant"}), on=FOLDED).filter(
        pl.col("@meant") != pl.col("source_id")
    )
    if moved.is_empty():
        return rows
    found = rows.join(moved.drop(FOLDED), on="source_id", how="left", maintain_order="left")
    return found.with_columns(source_id=pl.coalesce("@meant", "source_id")).drop("@meant")


def among(names: pl.Series) -> pl.Expr:
    """Whether a record's `source_id` is one of these e-mails in other letters."""
    mails = names.filter(_mails(names)).str.to_lowercase()
    if mails.is_empty():
        return pl.lit(value=False)
    return pl.col("source_id").str.to_lowercase().is_in(mails.implode())


def _folded(rows: pl.DataFrame) -> pl.DataFrame:
    """`source_id` of the e-mails, each spelling once in its order, and `@folded`."""
    mails = rows.filter(_mails(rows["source_id"])).select("source_id").unique(maintain_order=True)
    return mails.with_columns(pl.col("source_id").str.to_lowercase().alias(FOLDED))


def _mails(names: pl.Series) -> pl.Series:
    return names.str.contains(MARK, literal=True).fill_null(value=False)

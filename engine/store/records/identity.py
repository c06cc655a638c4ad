"""
Which record a row of a file means: by `id`, else by `source_id`, which is unique and never changes.

Source: imports rule 5.
"""

import polars as pl

POSITION = "@position"  # of the record among the living ones; null: a new record
KEY = "@key"  # the same text for all rows of one record

FEW = 100  # rows of a file
NO_FAULTS = pl.DataFrame(schema={"row": pl.Int64, "reason": pl.String})
NO_CLAIMS = pl.DataFrame(schema={"source_id": pl.String, "@claimed": pl.String})
BLANK = "expected an Id and a Source_id with text in them, got an empty one"


def meant(living: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """
    The living records that rows may mean: for a few rows those with their keys, for many all.

    A join builds a table of all records first: of a million 50 ms, where a look at them takes 5.

    Args:
        living: `id` and, where its table has one, `source_id`.
        rows: `id` and `source_id`.
    """
    if rows.height > FEW:
        return living
    keys = [name for name in ("id", "source_id") if name in living.columns]
    wanted = [pl.col(name).is_in(rows[name].drop_nulls().implode()) for name in keys]
    return living.filter(pl.any_horizontal(wanted))


def identify(
    living: pl.DataFrame, rows: pl.DataFrame, keyless: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    The rows that mean a record, and those that cannot.

    Args:
        living: one row per living record, with `id` and `source_id`.
        rows: one row per file row, with `row` (from 1), `id` and `source_id`.
        keyless: why a row with neither is rejected.

    Returns:
        `rows` with `@key` and `@position` (index in `living`), less the rejected ones;
        and the rejected: `row`, `reason`.
    """
    owners = living.select("id", "source_id")
    found = rows.join(
        owners.select("id", pl.col("source_id").alias("@source"), pl.lit(True).alias("@known")),
        on="id",
        how="left",
        maintain_order="left",
    ).join(
        owners.filter(pl.col("source_id").is_not_null()).select(
            "source_id", pl.col("id").alias("@owner")
        ),
        on="source_id",
        how="left",
        maintain_order="left",
    )
    faulty = _against_living(found, keyless)
    kept = _without(found, faulty)
    claims, contradictions = _within_file(kept)
    kept = _without(kept, contradictions)
    return _keyed(kept, claims, living), pl.concat([faulty, contradictions]).sort("row")


def _without(rows: pl.DataFrame, faults: pl.DataFrame) -> pl.DataFrame:
    if faults.is_empty():
        return rows
    return rows.join(faults.select("row"), on="row", how="anti", maintain_order="left")


def torn(rows: pl.DataFrame, refused: pl.Series, what: str) -> pl.DataFrame:
    """
    The rows of records of which another row was refused.

    Args:
        rows: `row`, and the keys that there are; the refused ones too.
        refused: numbers of rows.
        what: the records, for the reason.

    Returns:
        `row`, `reason`; not the refused ones again.
    """
    keys = [name for name in ("id", "source_id") if name in rows.columns]
    found = rows.filter(pl.col("row").is_in(refused.implode()))
    reached = 0
    while keys and found.height > reached:
        reached = found.height
        shared = (pl.col(name).is_in(found[name].drop_nulls().implode()) for name in keys)
        known = pl.col("row").is_in(found["row"].implode())
        found = rows.filter(pl.any_horizontal(shared).fill_null(value=False) | known)
    reason = f"another row of the same one of the {what} cannot go in: fix that row too"
    others = found.filter(~pl.col("row").is_in(refused.implode()))
    return others.select("row", reason=pl.lit(reason))


def _against_living(found: pl.DataFrame, keyless: str) -> pl.DataFrame:
    """The rows that contradict what is stored: `row`, `reason`."""
    anonymous = pl.col("id").is_null() & pl.col("source_id").is_null()
    renamed = pl.col("@source").is_not_null() & (pl.col("@source") != pl.col("source_id"))
    taken = pl.col("@owner").is_not_null() & (pl.col("@owner") != pl.col("id"))
    blank = pl.col("id").eq("") | pl.col("source_id").eq("")  # a CSV cell without text is no key
    reason = (
        pl.when(anonymous)
        .then(pl.lit(keyless))
        .when(blank)
        .then(pl.lit(BLANK))
        .when(renamed)
        .then(
            pl.format(
                "Source_id cannot change: `{}` has `{}`, got `{}`", "id", "@source", "source_id"
            )
        )
        .when(taken)
        .then(pl.format("Source_id `{}` belongs to `{}`, got Id `{}`", "source_id", "@owner", "id"))
    )
    return found.select("row", reason=reason).filter(pl.col("reason").is_not_null())


def _within_file(kept: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    The id of each source id as the file gives them, first row first, and the rows against it.

    Only the pairs that are not one to one are walked; a clean file has none.
    """
    pairs = kept.filter(pl.col("id").is_not_null() & pl.col("source_id").is_not_null())
    if pairs.is_empty():  # as in most files, which have one of them
        return NO_CLAIMS.clone(), NO_FAULTS.clone()
    distinct = pairs.select("id", "source_id").unique()
    torn = distinct.filter(pl.col("id").is_duplicated() | pl.col("source_id").is_duplicated())
    doubtful = pairs.filter(
        pl.col("id").is_in(torn["id"].implode())
        | pl.col("source_id").is_in(torn["source_id"].implode())
    )
    source_of: dict[str, str] = {}
    id_of: dict[str, str] = {}
    faults: list[tuple[int, str]] = []
    for row, key, source in doubtful.select("row", "id", "source_id").iter_rows():
        if source_of.get(key, source) != source:
            reason = (
                f"Source_id cannot change: `{key}` has `{source_of[key]}` above, got `{source}`"
            )
            faults.append((row, reason))
        elif id_of.get(source, key) != key:
            reason = f"Source_id `{source}` belongs to `{id_of[source]}` above, got Id `{key}`"
            faults.append((row, reason))
        else:
            source_of[key], id_of[source] = source, key
    contradictions = pl.DataFrame(faults, NO_FAULTS.schema, orient="row")
    clean = _without(pairs, contradictions)
    claims = clean.select("source_id", pl.col("id").alias("@claimed")).unique("source_id")
    return claims, contradictions


def _keyed(kept: pl.DataFrame, claims: pl.DataFrame, living: pl.DataFrame) -> pl.DataFrame:
    keys = pl.coalesce("id", "@owner", "@claimed", pl.format("\0{}", "source_id"))
    positions = living.select(pl.col("id").alias(KEY)).with_row_index(POSITION)
    return (
        kept.join(claims, on="source_id", how="left", maintain_order="left")
        .with_columns(keys.alias(KEY))
        .join(positions, on=KEY, how="left", maintain_order="left")
        .drop("@source", "@known", "@owner", "@claimed")
    )

"""What the analyst says that cells mean."""

from collections.abc import Mapping

import polars as pl

from engine.text.blanks import trimmed


def mapped(texts: pl.Series, values: Mapping[str, str | None]) -> pl.Series:
    """Each cell as the analyst says what it means; without case where none is the same with it."""
    folded = {key.strip().casefold(): meaning for key, meaning in values.items()}
    exact = {key.strip(): meaning for key, meaning in values.items()}
    bare = trimmed(texts)
    meanings = {
        cell: exact[cell] if cell in exact else folded[cell.casefold()]
        for cell in bare.unique().drop_nulls()
        if cell in exact or cell.casefold() in folded
    }
    said = bare.replace_strict(meanings, default=None, return_dtype=pl.String)
    frame = pl.DataFrame({"text": texts, "bare": bare, "said": said})
    known = pl.col("bare").is_in(list(meanings))
    kept = frame.select(pl.when(known.fill_null(value=False)).then("said").otherwise("text"))
    whole = kept.to_series().alias(texts.name)
    empty = exact.get("")
    return whole if empty is None else whole.fill_null(empty)

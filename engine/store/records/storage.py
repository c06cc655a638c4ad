"""Versions of records in the types that Delta keeps."""

from collections.abc import Mapping
from functools import lru_cache

import polars as pl


def to_storage(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """
    The frame with the columns of `schema`, in its order and types; what is not given is null.

    Delta takes no Categorical, Enum, all-null or Time columns, narrows unsigned integers without
    a word and casts text to a numeric column, so nothing reaches it but through here.

    Raises:
        polars.exceptions.PolarsError: a value does not fit its column (a bug above).
    """
    columns = frame.schema
    if [*columns.items()] == [*schema.items()]:
        return frame
    cast = [  # a cast of thirty columns takes 2 ms, also where each has its type already
        pl.col(name).cast(dtype)
        for name, dtype in schema.items()
        if name in columns and columns[name] != dtype
    ]
    whole = frame.with_columns(cast) if cast else frame
    absent = {name: dtype for name, dtype in schema.items() if name not in columns}
    return whole.hstack(_nulls(absent, frame.height))[list(schema)]  # no query to plan


def _nulls(columns: Mapping[str, pl.DataType], height: int) -> list[pl.Series]:
    """Columns of nulls; those of one type are the same memory."""
    of_type = {
        dtype: _null(dtype).new_from_index(0, height) for dtype in dict.fromkeys(columns.values())
    }
    return [of_type[dtype].alias(name) for name, dtype in columns.items()]


@lru_cache(maxsize=64)
def _null(dtype: pl.DataType) -> pl.Series:
    return pl.Series([None], dtype=dtype)

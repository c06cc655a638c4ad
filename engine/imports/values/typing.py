"""Text becomes typed columns; a cell that does not fit rejects its row and says why."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import polars as pl

from engine.filters.reading import spell
from engine.imports.columns.table import FileColumn
from engine.imports.files.batch import FAULTS


def typed(
    frame: pl.DataFrame, columns: Iterable[FileColumn], zone: ZoneInfo
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Read the known columns of a frame, all at once and vectorised.

    Args:
        frame: `row` and one String column per known column, by name.
        zone: for naive datetimes.

    Returns:
        The frame with those columns in the type of their cell, null where unfit; and its faults:
        `row`, `reason`, one for each cell that does not fit, in the order of `columns`.
    """
    known = tuple(columns)
    values = [_value(column, zone).alias(column.name) for column in known]
    read = frame.lazy().with_columns(values).collect()  # lazy: equal parts are computed once
    return read, pl.concat(
        [FAULTS.to_frame(), *(_faults(frame, read, each, zone) for each in known)]
    )


def stays(column: FileColumn, zone: ZoneInfo) -> bool:
    """Whether the values of a column are its cells as they stand: text, which nothing rejects."""
    return _value(column, zone).meta.eq(pl.col(column.name))


def _value(column: FileColumn, zone: ZoneInfo) -> pl.Expr:
    value = column.cell.column(pl.col(column.name), zone)
    return pl.when(value.is_in(column.allowed)).then(value) if column.allowed else value


def _faults(
    frame: pl.DataFrame, read: pl.DataFrame, column: FileColumn, zone: ZoneInfo
) -> pl.DataFrame:
    unfit = read[column.name].is_null() & frame[column.name].is_not_null()
    if not unfit.any():
        return FAULTS.to_frame()
    cells = frame.select("row", text=column.name).filter(unfit)
    reasons = {text: _reason(column, text, zone) for text in cells["text"].unique()}
    return cells.select(
        "row", reason=pl.col("text").replace_strict(reasons, return_dtype=pl.String)
    )


def _reason(column: FileColumn, text: str, zone: ZoneInfo) -> str:
    try:
        column.cell.read(text, zone)
    except ValueError as error:
        return f"{column.path}: {error}"
    expected = f"one of {', '.join(column.allowed)}" if column.allowed else "another value"
    return f"{column.path}: expected {expected}, got {spell(text)}"

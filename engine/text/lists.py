"""Lists in one cell: elements with a separator between them, or a list in JSON."""

from typing import Any

import orjson
import polars as pl

SEPARATOR = ";"  # what exports write between elements
JSON_LIST = r"^\[.*\]$"
UNCLEAR = r";|^\s|\s$|^$|^\["  # an element that splitting the cell would not give back


def in_one_cell(lists: pl.Expr) -> pl.Expr:
    """
    The elements with `;` between them, as people read them.

    It is a list in JSON where they could not be told apart again: an element holds the separator,
    is empty or has blanks at its ends, or the first one looks like such a list.
    """

    def written(values: pl.Series) -> pl.Series:
        joined = values.list.join(SEPARATOR)
        if not values.explode().unique().str.contains(UNCLEAR).any():  # most
            return joined
        unclear = values.list.eval(pl.element().str.contains(UNCLEAR)).list.any()
        places = unclear.fill_null(value=False).arg_true()
        shown = [orjson.dumps(values[place].to_list()).decode() for place in places]
        return joined.scatter(places, shown)

    return lists.map_batches(written, return_dtype=pl.String)


def elements(text: pl.Expr, separator: str) -> pl.Expr:
    """
    The elements of each cell, without blanks around them and without empty ones.

    An export writes a list in JSON where an element holds the separator; its elements stay as
    they are.
    """

    def split(texts: pl.Series) -> pl.Series:
        frame = texts.alias("text").to_frame()
        parts = pl.col("text").str.split(separator).list.eval(pl.element().str.strip_chars())
        found = frame.select(parts.list.filter(pl.element() != "")).to_series().alias(texts.name)
        marked = texts.str.contains(f"(?s){JSON_LIST}").fill_null(value=False)
        if not marked.any():
            return found
        lists = {
            place: read
            for place in marked.arg_true()
            if (read := json_list(texts[int(place)])) is not None
        }
        return pl.Series(
            texts.name,
            [lists.get(place, cell) for place, cell in enumerate(found.to_list())],
            pl.List(pl.String),
        )

    return text.map_batches(split, return_dtype=pl.List(pl.String))


def all_lists(cells: pl.Series) -> bool:
    """Whether every cell is a list in JSON; a column without cells is none."""
    given = cells.drop_nulls()
    if given.is_empty() or not given.str.contains(f"(?s){JSON_LIST}").all():
        return False
    return all(json_list(cell) is not None for cell in given)


def json_list(cell: str) -> list[str] | None:
    """The elements of a list in JSON as texts; None for anything else."""
    try:
        values = orjson.loads(cell)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(values, list) or not all(map(_is_plain, values)):
        return None
    return [value if isinstance(value, str) else orjson.dumps(value).decode() for value in values]


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)

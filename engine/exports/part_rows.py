"""
The parts of records in an export, such as the items of orders: a row each, or a list of objects.

Only the first row of a record says everything of it; the others repeat its keys, so that an amount
is not added up twice and an import knows which record they belong to.
"""

from collections.abc import Iterable, Sequence

import polars as pl

from engine.base.kinds.parts import Parts
from engine.base.kinds.row import RecordKind
from engine.filters.fields import Field

ROW, COUNT = "@row", "@count"


def of_parts(kind: RecordKind, fields: Iterable[Field]) -> list[str]:
    """The paths among these fields that are about the parts of a record."""
    return [field.path for field in fields if kind.part(field.path)]


def in_rows(frame: pl.DataFrame, kind: RecordKind, fields: Sequence[Field]) -> pl.DataFrame:
    """
    One row per part, and one for a record without any.

    Args:
        frame: one row per record, a column per field; those of parts are lists.
    """
    paths = of_parts(kind, fields)
    if not paths:
        return frame
    keys = [f.path for f in fields if f.table == kind.name and f.column in kind.table.keys]
    first = pl.col(ROW).is_first_distinct()
    once = [name for name in frame.columns if name not in (*paths, *keys)]
    blank = [pl.when(first).then(pl.col(name)).alias(name) for name in once]
    return _exploded(frame, paths).with_columns(blank).select(frame.columns)


def in_lists(frame: pl.DataFrame, parts: Parts, paths: Sequence[str]) -> pl.DataFrame:
    """
    The frame with its lists as one of objects, in the place of the first.

    Args:
        frame: one row per record; `paths` are its columns of lists, one per field of the parts.

    Returns:
        One row per record; instead of those columns one called as the parts, null for none.
    """
    objects = pl.struct(pl.col(path).alias(path.removeprefix(f"{parts.name}.")) for path in paths)
    rows = _exploded(frame.select(paths), paths)
    listed = rows.group_by(ROW, maintain_order=True).agg(objects.alias(parts.name))
    none = frame.select(pl.all_horizontal(pl.col(paths).is_null())).to_series()
    column = listed[parts.name].set(none, None) if none.any() else listed[parts.name]
    names = dict.fromkeys(parts.name if name in paths else name for name in frame.columns)
    return frame.drop(paths).with_columns(column).select(list(names))


def row_count(frame: pl.DataFrame) -> int:
    """How many rows `in_rows` makes of the lists of the frame."""
    counted = frame.select(_count(frame.columns).sum()).item()
    return int(counted)


def _count(paths: Sequence[str]) -> pl.Expr:
    return pl.max_horizontal(pl.lit(1), *(pl.col(path).list.len() for path in paths))


def _exploded(frame: pl.DataFrame, paths: Sequence[str]) -> pl.DataFrame:
    """The frame with `@row`, one row per element; lists of one record are equally long or null."""
    counted = frame.with_row_index(ROW).with_columns(_count(paths).alias(COUNT))
    filled = [
        pl.coalesce(
            path, pl.lit(None, frame.schema[path].inner).repeat_by(COUNT)  # type: ignore[attr-defined]
        ).alias(path)
        for path in paths
    ]  # fmt: skip
    return counted.with_columns(filled).drop(COUNT).explode(paths)

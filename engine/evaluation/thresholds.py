"""
The size of a whole filter as one of its thresholds moves, exact at each.

Only customers whose verdict the rest of the filter leaves open come and go with a test, so the test
alone is asked of them, at all thresholds in one pass: 10 to 45 ms at a million customers.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from engine.evaluation.bitmaps import Bitmap
from engine.evaluation.masks import Masks
from engine.evaluation.node_numbers import NodeVerdict, left_open, tree
from engine.filters.clock import Clock
from engine.filters.expression import Group
from engine.filters.fields import Catalogue
from engine.filters.meaning import Leaf
from engine.filters.operators import operands
from engine.filters.resolve import resolve, with_operand

MOST = 40  # thresholds beside the current one
# Birthdays lie on every day of the year, so no value is looked at; a test takes 20 ms a million.
ANNIVERSARIES = pl.Series([0, 7, 14, *range(30, 360, 30), 365])
SAMPLED = 50_000  # values whose quantiles are the thresholds; the sizes come from all of them


def _days(values: pl.Series, clock: Clock) -> pl.Series:
    away = (values.dt.date() - clock.today).dt.total_days().abs()
    return away.filter(away <= operands.LONGEST)


# Where stored values lie on the scale of an operand, by its shape. Only a shape of one value on a
# scale has a threshold.
SCALES: Mapping[str, Callable[[pl.Series, Clock], pl.Series]] = MappingProxyType(
    {
        operands.VALUE.key: lambda values, _: values,
        operands.SPAN.key: _days,
        operands.COUNT.key: lambda values, _: values.list.len(),
        operands.YEAR_SPAN.key: lambda _, __: ANNIVERSARIES,
    }
)


def movable(group: Group, catalogue: Catalogue, zone: ZoneInfo) -> dict[str, Leaf]:
    """
    The tests with a threshold, in reading order: JSON path to the test.

    Raises:
        FilterError: the catalogue no longer allows a test.
    """
    clauses = resolve(group, catalogue, zone).conditions()
    tests = {test.path: test.leaves[0] for clause in clauses for test in clause.tests()}
    return {path: leaf for path, leaf in tests.items() if leaf.operator.operand.key in SCALES}


def curve(masks: Masks, group: Group, path: str, clock: Clock) -> pl.DataFrame:
    """
    How many customers the filter has at other thresholds of one of its tests.

    Args:
        path: of a test that `movable` names.

    Returns:
        One row per threshold, ascending: the current one and quantiles of the values that are
        stored, at most `MOST`. `threshold` in the operand's own unit (cents, days, the kind of the
        field), `customers`, and `current`, true in one row.

    Raises:
        FilterError: the catalogue no longer allows a test.
        KeyError: the test has no threshold.
    """
    leaf = movable(group, masks.catalogue, clock.zone)[path]
    resolved = resolve(group, masks.catalogue, clock.zone)
    root = tree(masks, resolved, clock)
    node, open_ = next(_found(root, path, masks.base(resolved, clock)))
    asked = open_.series
    settled = root.mask.size - (root.mask & open_).size
    # `$not` above the test turns it round: then it keeps those for whom the test fails.
    keeps = root.mask.series.filter(asked) == node.mask.series.filter(asked)
    points = _points(masks, leaf, clock)
    tests = [with_operand(leaf, (raw,), clock.zone) for raw in points.values()]
    sizes = [settled + int((keeps == held).sum()) for held in masks.computed(tests, clock, asked)]
    current = [point == leaf.values[0] for point in points]
    return pl.DataFrame({"threshold": list(points), "customers": sizes, "current": current})


def _found(node: NodeVerdict, path: str, open_: Bitmap) -> Iterator[tuple[NodeVerdict, Bitmap]]:
    """The node of a path, with the customers whose verdict turns with it."""
    if node.path == path:
        yield node, open_
    for child, left in zip(node.children, left_open(node, open_), strict=True):
        yield from _found(child, path, left)


def _points(masks: Masks, leaf: Leaf, clock: Clock) -> dict[Any, Any]:
    """Thresholds in ascending order, each with its raw operand."""
    column = masks.column_of(leaf, clock)
    shape, raws = leaf.operator.operand, list(leaf.condition.tests[0].operand)
    if column is not None:
        scaled = SCALES[shape.key](column.values.drop_nulls(), clock)
        show = leaf.kind.show if scaled.dtype == leaf.kind.dtype else int
        raws += map(show, _quantiles(scaled))
    read = {shape.read(raw, leaf.kind, clock.zone): raw for raw in reversed(raws)}
    return dict(sorted(read.items()))


def _quantiles(values: pl.Series) -> list[Any]:
    """Distinct values from the least to the most, evenly apart in their order."""
    ends = pl.Series([values.min(), values.max()], dtype=values.dtype)
    sample = values.gather_every(max(len(values) // SAMPLED, 1))
    distinct = pl.concat([sample, ends]).drop_nulls().unique().sort()
    places = np.linspace(0, max(len(distinct) - 1, 0), min(MOST, len(distinct)))
    return distinct.gather(pl.Series(places).round().cast(pl.UInt32)).to_list()

"""
A filter as one Polars expression: from a profile frame and an instant to true or false.

Every leaf is closed before groups combine: it is never null, so groups only join true and false.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import polars as pl

from engine.filters.clock import Clock
from engine.filters.expression import Group
from engine.filters.fields import Catalogue
from engine.filters.kinds import NUMBER
from engine.filters.meaning import Leaf, Period, Tree
from engine.filters.reading import fold
from engine.filters.resolve import resolve
from engine.filters.storage import Bits, Dictionary, Locate, Storage


def mask(group: Group, catalogue: Catalogue, storage: Locate, clock: Clock) -> pl.Expr:
    """
    The filter over a profile frame.

    Args:
        group: a parsed filter.
        catalogue: the one it was parsed with.
        storage: where the value of a leaf stands in the frame, windowed and narrowed as its
            condition says; None where nobody has it.
        clock: the instant and the project zone.

    Returns:
        Boolean, one per row of the frame, never null.

    Raises:
        FilterError: the catalogue no longer allows a test.
    """
    return compiled_tree(resolve(group, catalogue, clock.zone), storage, clock)


def compiled_tree(tree: Tree, storage: Locate, clock: Clock) -> pl.Expr:
    """A filter that is resolved, as `mask` says."""
    tree = tree.whole
    parts = [
        join("and", [compiled(leaf, storage(leaf), clock) for leaf in clause.leaves])
        for clause in tree.clauses
    ]
    parts += [compiled_tree(nested, storage, clock) for nested in tree.groups]
    joined: pl.Expr = join(tree.junction, parts)
    return ~joined if tree.negated else joined


def within(window: Period, instants: Any, clock: Clock) -> Any:
    """Whether a record of that instant counts: from included, to not; or now − N d < t ≤ now."""
    bounds = [instants >= window.start] if window.start else []
    bounds += [instants < window.end] if window.end else []
    if window.last_days is not None:
        bounds += [
            instants > clock.instant - timedelta(days=window.last_days),
            instants <= clock.instant,
        ]
    return join("and", bounds)


def join(junction: str, parts: Sequence[Any]) -> Any:
    """Parts joined as a balanced tree, since a chain of 1,000 takes Polars 2.5 s to plan."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    left, right = join(junction, parts[:half]), join(junction, parts[half:])
    return {"and": left & right, "or": left | right}[junction]


def compiled(leaf: Leaf, stored: Storage | None, clock: Clock) -> pl.Expr:
    """A leaf over the column that holds its value: true or false, never null."""
    dtype = pl.List(leaf.kind.dtype) if leaf.many else leaf.kind.dtype
    # An event that nobody has may be asked as any kind; narrowed, its column would be of one.
    stored = stored if leaf.subject.field.known else None
    column = pl.col(stored.column) if stored else pl.repeat(None, pl.len(), dtype=dtype)
    if leaf.over == "presence":
        return leaf.operator.compile(column.is_not_null() | leaf.always, (), clock)
    present = column.is_not_null()
    if leaf.absent is not None:
        column = column.fill_null(list(leaf.absent) if leaf.many else leaf.absent)
    if leaf.over == "list":
        return leaf.operator.compile(column.list.drop_nulls(), leaf.values, clock)
    met = [_Demand(leaf, stored, clock, wanted).expression(column) for wanted in leaf.demands]
    verdict: pl.Expr = closed(leaf, present, join("and", met))
    return verdict


def closed(leaf: Leaf, present: Any, met: Any) -> Any:
    """The verdict from what the positive says, which may be null where no value is present."""
    verdict = ~met if leaf.negated else met
    if leaf.absent is not None:
        return verdict
    return ~present | verdict if leaf.unknown else present & verdict


@dataclass(frozen=True, eq=False)
class _Demand:
    """One operand of a leaf's positive over one stored column."""

    leaf: Leaf
    stored: Storage | None
    clock: Clock
    wanted: Sequence[Any]

    def expression(self, column: pl.Expr) -> pl.Expr:
        """Whether the value, or one element of the list, meets it; no null among elements does."""
        if not self.leaf.many:
            return self._element(column)
        if isinstance(self.stored, Bits):
            number = sum(1 << place for place in _passing(self.stored.vocabulary, self._test))
            return pl.col(self.stored.bits) & pl.lit(number, dtype=pl.UInt64) != 0
        return column.list.eval(self._element(pl.element())).list.any()

    def _element(self, value: pl.Expr) -> pl.Expr:
        if not isinstance(self.stored, Dictionary):
            return self._test(value)
        codes = _passing(self.stored.categories, self._test).cast(pl.UInt32)
        return value.to_physical().cast(pl.UInt32).is_in(codes.implode())

    def _test(self, value: pl.Expr) -> pl.Expr:
        if self.leaf.folded:
            value = value.map_batches(folded_texts, return_dtype=pl.String, is_elementwise=True)
        if self.leaf.kind is NUMBER:
            value = value.cast(pl.Float64)  # counts and cents are integers, operands doubles
        return self.leaf.positive.compile(value, self.wanted, self.clock)


def _passing(values: pl.Series, test: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """The places of the distinct values that pass a test."""
    return values.rename("value").to_frame().select(test(pl.col("value"))).to_series().arg_true()


def folded_texts(texts: pl.Series) -> pl.Series:
    """
    Each text case-folded, as `reading.fold` folds it.

    Of ASCII text that is lower case, which Polars does a hundred times faster than Python; other
    text is folded once for each distinct value.
    """
    special = texts.filter(texts.str.len_bytes() != texts.str.len_chars()).unique()
    folded = pl.Series([fold(text) for text in special], dtype=pl.String)
    return texts.replace_strict(special, folded, default=texts.str.to_lowercase())

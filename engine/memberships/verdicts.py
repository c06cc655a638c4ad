"""
What leaves say of the customers of one profile at one instant, each leaf once.

A few customers are asked in plain Python. Of a text of few distinct values each value is asked
once, and whoever has it answers so: 264 leaves on 1 M cities take 0.02 s instead of 0.2 s.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any

import polars as pl

from engine.bitmaps import Bitmap
from engine.columns import Column
from engine.filters.clock import Clock
from engine.filters.storage import Dictionary
from engine.memberships.leaves import Leaf
from engine.profiles import Profile

FEW = 16  # customers up to whom plain Python is faster than preparing columns
DISTINCT = 64  # values up to which joining the bits of those that fit is faster than a look at all
TOGETHER = 128  # leaves in one pass over the base; more would only cost memory


class Verdicts:
    """The bits of leaves about records."""

    def __init__(self, profile: Profile, clock: Clock) -> None:
        self._profile = profile
        self._clock = clock
        self._values: dict[Hashable, list[Any]] = {}  # of a few customers, by the leaves' source

    def of(self, leaves: Iterable[Leaf]) -> Iterator[tuple[Leaf, Bitmap]]:
        """One bit for each customer of the profile, by leaf."""
        # Leaves on one field stand together, so that what they share is computed once.
        ordered = sorted(leaves, key=_field)
        if self._profile.total <= FEW:
            yield from ((leaf, self._plain(leaf)) for leaf in ordered)
            return
        others: list[Leaf] = []
        for _, group in groupby(ordered, _field):
            alike = list(group)
            column = self._profile.column_of(alike[0].condition, self._clock)
            if column is not None and len(_distinct(column)) in range(1, DISTINCT):
                yield from zip(alike, self._coded(column, alike), strict=True)
            else:
                others += alike
        for start in range(0, len(others), TOGETHER):
            some = others[start : start + TOGETHER]
            yield from zip(some, map(Bitmap.of, self._computed(some)), strict=True)

    def _plain(self, leaf: Leaf) -> Bitmap:
        """What the others say, in plain Python."""
        if leaf.source not in self._values:
            self._values[leaf.source] = self._listed(leaf)
        found = (leaf.meets(value, self._clock) for value in self._values[leaf.source])
        return Bitmap.of_few(found, self._profile.total)

    def _listed(self, leaf: Leaf) -> list[Any]:
        """The values that a leaf looks at."""
        if leaf.source != leaf.field.path:
            return self._profile.narrowed(leaf.condition, self._clock).to_list()
        values = self._profile.values(leaf.field)
        return [None] * self._profile.total if values is None else values.to_list()

    def _coded(self, column: Column, leaves: Sequence[Leaf]) -> Iterator[Bitmap]:
        """Leaves on a text that is kept as codes, by its distinct values; the last one is none."""
        codes, distinct = column.values, _distinct(column).extend_constant(None, 1)
        asked = distinct.alias(leaves[0].field.path).to_frame()
        said = asked.select(leaf.expression.alias(str(place)) for place, leaf in enumerate(leaves))
        having = [Bitmap.of(codes.eq_missing(code)) for code in range(len(distinct) - 1)]
        having.append(Bitmap.of(codes.is_null()))
        nobody = Bitmap.full(self._profile.total, verdict=False)
        for verdicts in said:
            yield reduce(or_, (having[place] for place in verdicts.arg_true()), nobody)

    def _computed(self, leaves: Sequence[Leaf]) -> list[pl.Series]:
        return self._profile.masks.computed([leaf.condition for leaf in leaves], self._clock)


def _field(leaf: Leaf) -> str:
    return leaf.field.path


def _distinct(column: Column) -> pl.Series:
    """The values behind the codes of a text, which nothing narrows; empty for any other column."""
    if isinstance(column.storage, Dictionary) and column.values.dtype != pl.List:
        return column.storage.categories
    return pl.Series(dtype=pl.String)

"""
What leaves say of the customers of one profile at one instant, one bit for each customer.

A few customers are asked in plain Python, and their bits are a whole number, the first customer's
the lowest: joining two takes 0.03 µs, where arrays of one word take 1 µs, a thousand segments long.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, Protocol, TypeVar

import polars as pl
from pyroaring import BitMap

from engine.base.profiles import Profile
from engine.evaluation.bitmaps import Bitmap
from engine.evaluation.columns import FieldColumn
from engine.filters.clock import Clock
from engine.filters.compiler import compiled
from engine.filters.storage import Dictionary, Plain
from engine.memberships.bitmaps import bitmap, bitmap_of, mask_of
from engine.memberships.leaves import DependentLeaf
from engine.store.results.members import Members

SINGLE = 8  # customers up to whom each is looked up in the members by itself
FEW = 128  # customers up to whom plain Python is faster than preparing columns: a group of writes
DISTINCT = 64  # values up to which joining the bits of those that fit is faster than a look at all
TOGETHER = 128  # leaves in one pass over the base; more would only cost memory

Bits = TypeVar("Bits", int, Bitmap)


class Verdicts(Protocol[Bits]):
    """The bits of what leaves say, and what bits mean."""

    everybody: Bits

    def of(self, leaves: Iterable[DependentLeaf]) -> Iterator[tuple[DependentLeaf, Bits]]:
        """What leaves about records say."""

    def on_segments(self, leaf: DependentLeaf, inside: Mapping[str, Bits]) -> Bits:
        """What a leaf about segments says, from who is in those that it tells apart."""

    def bits_of(self, members: Members) -> Bits:
        """Who is among some members."""

    def moved(self, bits: Bits, known: Members, /) -> tuple[BitMap, BitMap]:
        """The `row` of whose bit is set and who is not among these members; and the other way."""

    def rows(self, bits: Bits) -> BitMap:
        """The `row` of whose bit is set."""

    def series(self, bits: Bits) -> pl.Series:
        """True or false for each customer."""


class OfFew:
    """A few customers, asked in plain Python."""

    def __init__(self, profile: Profile, clock: Clock) -> None:
        self._profile = profile
        self._clock = clock
        self._values: dict[Hashable, list[tuple[Any, int]]] = {}  # by the leaves' source
        self._rows = profile.customers["row"].to_list()
        self._bits = {row: 1 << place for place, row in enumerate(self._rows)}
        self._asked = BitMap(self._rows)
        self.everybody = (1 << profile.total) - 1

    def of(self, leaves: Iterable[DependentLeaf]) -> Iterator[tuple[DependentLeaf, int]]:
        """What leaves about records say."""
        for leaf in leaves:
            source = leaf.resolved.subject.source
            if source not in self._values:
                self._values[source] = _distinct_values(self._values_of(leaf))
            yield leaf, self._said(leaf, self._values[source])

    def on_segments(self, leaf: DependentLeaf, inside: Mapping[str, int]) -> int:
        """What a leaf about segments says, from who is in those that it tells apart."""
        places = range(len(self._rows))
        values = ([key for key in inside if inside[key] >> place & 1] for place in places)
        return self._said(leaf, _distinct_values(values))

    def bits_of(self, members: Members) -> int:
        """Who is among some members: of one customer a quarter of what it takes with bitmaps."""
        if len(self._rows) <= SINGLE:
            return sum(bit for row, bit in self._bits.items() if row in members)
        return sum(map(self._bits.__getitem__, members.among(self._asked)))

    def moved(self, bits: int, known: Members, /) -> tuple[BitMap, BitMap]:
        """The `row` of whose bit is set and who is not among these members; and the other way."""
        before = self.bits_of(known)
        if bits == before:  # as in most of a thousand segments
            return BitMap(), BitMap()
        return self.rows(bits & ~before), self.rows(before & ~bits)

    def rows(self, bits: int) -> BitMap:
        """The `row` of whose bit is set."""
        found = []
        while bits:
            place = bits.bit_length() - 1
            found.append(self._rows[place])
            bits ^= 1 << place
        return BitMap(found)

    def series(self, bits: int) -> pl.Series:
        """True or false for each customer."""
        places = range(len(self._rows))
        return pl.Series([bool(bits >> place & 1) for place in places], dtype=pl.Boolean)

    def _said(self, leaf: DependentLeaf, values: Iterable[tuple[Any, int]]) -> int:
        tested, clock = leaf.predicate, self._clock
        return sum(having for one, having in values if tested(one, clock))

    def _values_of(self, leaf: DependentLeaf) -> list[Any]:
        """The values that a leaf looks at."""
        if leaf.resolved.subject.narrowed:
            return self._profile.narrowed(leaf.resolved.subject, self._clock).to_list()
        values = self._profile.values(leaf.field)
        return [None] * self._profile.total if values is None else values.to_list()


class OfMany:
    """
    Any number of customers, asked by way of Polars.

    Of a text of few distinct values each value is asked once, and whoever has it answers so: 264
    leaves on 1 M cities take 0.02 s instead of 0.2 s.
    """

    def __init__(self, profile: Profile, clock: Clock) -> None:
        self._profile = profile
        self._clock = clock
        self._rows = profile.customers["row"]
        self._numbers = self._rows.to_numpy()
        self.everybody = Bitmap.full(profile.total, verdict=True)

    def of(self, leaves: Iterable[DependentLeaf]) -> Iterator[tuple[DependentLeaf, Bitmap]]:
        """What leaves about records say."""
        # Leaves on one field stand together, so that what they share is computed once.
        others: list[DependentLeaf] = []
        for _, group in groupby(sorted(leaves, key=_field), _field):
            alike = list(group)
            column = self._profile.column_of(alike[0].resolved, self._clock)
            if column is not None and len(_distinct(column)) in range(1, DISTINCT):
                yield from zip(alike, self._coded(column, alike), strict=True)
            else:
                others += alike
        for start in range(0, len(others), TOGETHER):
            some = others[start : start + TOGETHER]
            yield from zip(some, map(Bitmap.of, self._computed(some)), strict=True)

    def on_segments(self, leaf: DependentLeaf, inside: Mapping[str, Bitmap]) -> Bitmap:
        """What a leaf about segments says, from who is in those that it tells apart."""
        values = segment_lists(
            self._profile.total, {key: bits.series for key, bits in inside.items()}
        )
        answer = compiled(leaf.resolved, Plain(values.name), self._clock)
        return Bitmap.of(values.to_frame().select(answer).to_series())

    def bits_of(self, members: Members) -> Bitmap:
        """Who is among some members."""
        return Bitmap.of(mask_of(members.among(bitmap_of(self._numbers)), self._rows))

    def moved(self, bits: Bitmap, known: Members, /) -> tuple[BitMap, BitMap]:
        """The `row` of whose bit is set and who is not among these members; and the other way."""
        now, before = self.rows(bits), known.among(bitmap_of(self._numbers))
        return now - before, before - now

    def rows(self, bits: Bitmap) -> BitMap:
        """The `row` of whose bit is set."""
        return bitmap(bits, self._numbers)

    def series(self, bits: Bitmap) -> pl.Series:
        """True or false for each customer."""
        return bits.series

    def _coded(self, column: FieldColumn, leaves: Sequence[DependentLeaf]) -> Iterator[Bitmap]:
        """Leaves on a text that is kept as codes, by its distinct values; the last one is none."""
        codes, distinct = column.values, _distinct(column).extend_constant(None, 1)
        asked = distinct.alias(leaves[0].field.path).to_frame()
        said = asked.select(leaf.expression.alias(str(place)) for place, leaf in enumerate(leaves))
        having = [Bitmap.of(codes.eq_missing(code)) for code in range(len(distinct) - 1)]
        having.append(Bitmap.of(codes.is_null()))
        nobody = Bitmap.full(self._profile.total, verdict=False)
        for verdicts in said:
            yield reduce(or_, (having[place] for place in verdicts.arg_true()), nobody)

    def _computed(self, leaves: Sequence[DependentLeaf]) -> list[pl.Series]:
        return self._profile.masks.computed([leaf.resolved for leaf in leaves], self._clock)


def are_few(customers: int) -> bool:
    """Whether so many are better asked in plain Python."""
    return customers <= FEW


def segment_lists(total: int, members: Mapping[str, pl.Series]) -> pl.Series:
    """The value of `segments` for each of `total` customers: the ids whose mask says true."""
    if not members:
        return pl.Series("segments", [[]] * total, dtype=pl.List(pl.String))
    ids = [pl.when(pl.col(key)).then(pl.lit(key)) for key in members]
    found = pl.DataFrame(members).select(pl.concat_list(ids).list.drop_nulls().alias("segments"))
    return found.to_series()


def _distinct_values(values: Iterable[Any]) -> list[tuple[Any, int]]:
    """Each value once, with the bits of all who have it: of 64 customers' cities there are 20."""
    found: dict[Hashable, list[Any]] = {}
    for place, value in enumerate(values):
        key = tuple(value) if isinstance(value, list) else value
        found.setdefault(key, [value, 0])[1] |= 1 << place
    return [(value, having) for value, having in found.values()]


def _field(leaf: DependentLeaf) -> str:
    return leaf.field.path


def _distinct(column: FieldColumn) -> pl.Series:
    """The values behind the codes of a text, which nothing narrows; empty for any other column."""
    if isinstance(column.storage, Dictionary) and column.values.dtype != pl.List:
        return column.storage.categories
    return pl.Series(dtype=pl.String)

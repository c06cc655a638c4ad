"""
What the records of a kind come to for each customer: a source of some records, a row a field.

A customer without such a record has no row, so null is "no record". Filters rules, sections 2 and
7 (7 to 11).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.filters.fields import Field
from engine.filters.kinds import NUMBER, Kind
from engine.filters.words import BY_KIND, FieldWords

Records = Callable[[str], pl.DataFrame]  # the living records of a table
# What is left on the gift card of each code, in cents, after everybody; None: it is not stored.
Cards = Callable[[Sequence[str]], list[int | None]]


@dataclass(frozen=True, eq=False)
class Aggregation:
    """
    What the records of one customer come to, told twice: a query takes a millisecond, however few
    the records are, and plain Python some microseconds for each.
    """

    reads: tuple[pl.Expr, ...]  # of each record
    query: pl.Expr
    plain: Callable[..., Any]  # of as many lists


@dataclass(frozen=True, eq=False)
class Summary:
    """One field of customers."""

    path: str
    label: str
    doc: str
    value: Aggregation
    kind: Kind = NUMBER
    unit: str | None = None
    absent: Any = None  # as in `Field`
    group: str | None = None  # heading in the picker; the label of the kind unless given
    words: FieldWords = BY_KIND

    def field(self, table: str, group: str) -> Field:
        """It in filters."""
        return Field(
            *(self.path, self.label, self.group or group, self.kind, table, None, self.doc),
            unit=self.unit,
            absent=self.absent,
            activity=True,
            words=self.words,
        )


@dataclass(frozen=True, eq=False)
class SharedProperty:
    """What customers share, such as gift cards: a record of one changes what others have."""

    reads: tuple[str, ...]  # the tables that it looks at besides
    # The records that count, with it; of few records by looking up each card, where that is given.
    prepared: Callable[[pl.DataFrame, Records, Cards | None], pl.DataFrame]
    # Whom a change set concerns through it: the versions that it wrote by table, and the living
    # records before and after; the `row` of customers.
    sharers: Callable[[Mapping[str, pl.DataFrame], Records, Records], Iterator[pl.Series]]


@dataclass(frozen=True, eq=False)
class DerivedColumn:
    """A column that several values read: what is given, else what follows from other columns."""

    name: str
    given: str  # the stored column
    value: pl.Expr  # with what is given


@dataclass(frozen=True, eq=False)
class Source:
    """Some records of a table, and what the fields of customers make of them."""

    name: str
    counted: pl.Expr  # which records
    summaries: tuple[Summary, ...]
    shared: SharedProperty | None = None
    derived: tuple[DerivedColumn, ...] = ()

    @property
    def reads(self) -> tuple[pl.Expr, ...]:
        """What all of its aggregations read, one behind the other."""
        return tuple(read for summary in self.summaries for read in summary.value.reads)

    @property
    def values(self) -> Mapping[str, pl.Expr]:
        """Field path -> aggregation over the records of one customer."""
        return {summary.path: summary.value.query for summary in self.summaries}


def count(which: pl.Expr) -> Aggregation:
    """How many records are true."""
    return Aggregation((which,), which.sum().cast(pl.Int64), lambda some: some.count(True))


EVERY = Aggregation((pl.col("row"),), pl.len().cast(pl.Int64), len)  # how many records


def total(amounts: pl.Expr) -> Aggregation:
    """The sum of what is known."""
    return Aggregation((amounts,), amounts.sum(), lambda some: sum(_known(some)))


def average(amounts: pl.Expr) -> Aggregation:
    """
    The sum over the count as a whole number; exact, where a float would round half to even.

    A record without an amount counts: the average is the total by the count, which are shown too.
    """
    half_up = (2 * amounts.sum() + EVERY.query) // (2 * EVERY.query)
    return Aggregation(
        (amounts,), half_up, lambda some: (2 * sum(_known(some)) + len(some)) // (2 * len(some))
    )


def first(values: pl.Expr) -> Aggregation:
    """The least that is known."""
    return Aggregation((values,), values.min(), lambda some: min(_known(some), default=None))


def last(values: pl.Expr) -> Aggregation:
    """The greatest that is known."""
    return Aggregation((values,), values.max(), lambda some: max(_known(some), default=None))


def last_by(values: pl.Expr, *order: str) -> Aggregation:
    """The value of the record that is last by some columns; what is unknown comes first."""

    def plain(some: list[Any], *keys: list[Any]) -> Any:
        ordered = [[(key is not None, key) for key in each] for each in zip(*keys, strict=True)]
        return some[max(range(len(some)), key=ordered.__getitem__)]

    return Aggregation((values, *map(pl.col, order)), values.max_by(pl.struct(order)), plain)


def _known(some: list[Any]) -> list[Any]:
    return [one for one in some if one is not None]

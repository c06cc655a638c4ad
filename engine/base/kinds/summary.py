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
class Summary:
    """One field of customers."""

    path: str
    label: str
    doc: str
    value: pl.Expr  # an aggregation over the records of one customer
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
class Shared:
    """What customers share, such as gift cards: a record of one changes what others have."""

    reads: tuple[str, ...]  # the tables that it looks at besides
    # The records that count, with it; of few records by looking up each card, where that is given.
    prepared: Callable[[pl.DataFrame, Records, Cards | None], pl.DataFrame]
    # Whom a change set concerns through it: the versions that it wrote by table, and the living
    # records before and after; the `row` of customers.
    sharers: Callable[[Mapping[str, pl.DataFrame], Records, Records], Iterator[pl.Series]]


@dataclass(frozen=True, eq=False)
class Derived:
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
    shared: Shared | None = None
    derived: tuple[Derived, ...] = ()

    @property
    def values(self) -> Mapping[str, pl.Expr]:
        """Field path -> aggregation over the records of one customer."""
        return {summary.path: summary.value for summary in self.summaries}


def count(which: pl.Expr) -> pl.Expr:
    """How many records are true."""
    return which.sum().cast(pl.Int64)


EVERY = pl.len().cast(pl.Int64)  # how many records


def half_up(amounts: pl.Expr) -> pl.Expr:
    """
    The sum over the count as a whole number; exact, where a float would round to even.

    A record without an amount counts: the average is the total by the count, which are shown too.
    """
    return (2 * amounts.sum() + EVERY) // (2 * EVERY)

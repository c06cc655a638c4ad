"""
The leaves of saved filters: one test each, understood once and shared by all segments that ask it.

A thousand filters have a few hundred leaves; taking filters apart at each change costs more than
asking one customer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from engine.columns import expression
from engine.filters.clock import Clock
from engine.filters.compiler import leaf as compiled
from engine.filters.expression import Condition, Group, apart
from engine.filters.fields import Catalogue, Field
from engine.filters.reference import Tested, tested
from engine.filters.storage import Plain
from engine.filters.understanding import Reading, turns_daily, understood, uses_clock
from engine.kinds.registry import CUSTOMERS
from engine.profiles import Profile
from engine.store.changes import Snapshot
from engine.summaries import source_of

# What a field reads that no record of its own says, by its table.
READS: Mapping[str, frozenset[str]] = {
    "referrals": frozenset({"referrals"}),
    "segments": frozenset(),  # their own reads are theirs
}


@dataclass(frozen=True, eq=False)
class Leaf:
    """A condition with one test, and what is known of it as long as the fields stay as they are."""

    condition: Condition
    field: Field
    reading: Reading
    reads: frozenset[str]  # columns of customers; names of other record tables, and `referrals`
    slides: bool  # the clock turns it
    daily: bool  # it may do so as a day begins
    catalogue: Catalogue
    clock: (
        Clock  # when it was met: any other of this time zone says the same of what does not slide
    )

    @property
    def on_segments(self) -> bool:
        """Whether it is about the segments that a customer is in."""
        return self.field.table == "segments"

    @cached_property
    def source(self) -> str | Condition:
        """What it looks at."""
        return self.condition.source

    @cached_property
    def expression(self) -> pl.Expr:
        """It over values in a column named by the field's path; only where it does not slide."""
        return compiled(self.condition, self.catalogue, Plain(self.field.path), self.clock)

    @cached_property
    def tested(self) -> Tested:
        """It in plain Python, of one value."""
        return tested(self.condition, self.field, self.reading)


@dataclass(frozen=True, eq=False)
class Tree:
    """A filter whose conditions are leaves."""

    junction: str
    leaves: tuple[Leaf, ...]
    groups: tuple["Tree", ...]
    negated: bool

    def all(self) -> Iterator[Leaf]:
        """Every leaf, top down."""
        yield from self.leaves
        for inner in self.groups:
            yield from inner.all()


class Leaves:
    """Every leaf that was met, for one state of the stored names and one time zone."""

    def __init__(self) -> None:
        self._known: dict[Condition, Leaf] = {}

    def tree(self, group: Group, profile: Profile, clock: Clock) -> Tree:
        """
        The filter with shared leaves.

        Raises:
            FilterError: the fields no longer allow a test.
        """
        return self._tree(apart(group), profile, clock)

    def _tree(self, group: Group, profile: Profile, clock: Clock) -> Tree:
        return Tree(
            group.junction,
            tuple(self._leaf(condition, profile, clock) for condition in group.conditions),
            tuple(self._tree(inner, profile, clock) for inner in group.groups),
            group.negated,
        )

    def _leaf(self, condition: Condition, profile: Profile, clock: Clock) -> Leaf:
        if condition not in self._known:
            [test], field = condition.tests, profile.catalogue.field(condition.field)
            self._known[condition] = Leaf(
                condition,
                field,
                understood(field, test.operator, test.operand, clock.zone),
                _reads(field, profile.snapshot),
                uses_clock(Group(conditions=(condition,)), profile.catalogue, clock.zone),
                turns_daily(condition, profile.catalogue, clock.zone),
                profile.catalogue,
                clock,
            )
        return self._known[condition]


def _reads(field: Field, snapshot: Snapshot) -> frozenset[str]:
    if field.activity:
        shared = source_of(field).shared
        return frozenset({field.table, *(shared.reads if shared else ())})
    if field.table in READS:
        return READS[field.table]
    stored = expression(field, CUSTOMERS, snapshot)
    return frozenset() if stored is None else frozenset(stored.meta.root_names())

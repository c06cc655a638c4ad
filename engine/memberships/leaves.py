"""
The leaves of saved filters: one test each, resolved once and shared by all segments that ask it.

A thousand filters have a few hundred leaves; taking filters apart at each change costs more than
asking one customer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from engine.base.kinds.registry import CUSTOMERS
from engine.base.profiles import Profile
from engine.base.stored_fields import expression
from engine.base.summaries import source_of
from engine.filters import meaning, resolve
from engine.filters.clock import Clock
from engine.filters.compiler import compiled
from engine.filters.expression import Condition, Group
from engine.filters.fields import Field
from engine.filters.in_python import Predicate, predicate
from engine.filters.storage import Plain
from engine.store.snapshot import Snapshot

# What a field reads that no record of its own says, by its table.
READS: Mapping[str, frozenset[str]] = {
    "referrals": frozenset({"referrals"}),
    "segments": frozenset(),  # their own reads are theirs
}


@dataclass(frozen=True, eq=False)
class DependentLeaf:
    """A resolved leaf, and what it reads as long as the fields stay as they are."""

    resolved: meaning.Leaf
    reads: frozenset[str]  # columns of customers; names of other record tables, and `referrals`
    clock: (
        Clock  # when it was met: any other of this time zone says the same of what does not slide
    )

    @property
    def field(self) -> Field:
        """The field that it is about."""
        return self.resolved.field

    @cached_property
    def slides(self) -> bool:
        """Whether the clock turns it."""
        return self.resolved.slides

    @cached_property
    def on_segments(self) -> bool:
        """Whether it is about the segments that a customer is in."""
        return self.field.table == "segments"

    @cached_property
    def expression(self) -> pl.Expr:
        """It over values in a column named by the field's path; only where it does not slide."""
        return compiled(self.resolved, Plain(self.field.path), self.clock)

    @cached_property
    def predicate(self) -> Predicate:
        """It in plain Python, of one value."""
        return predicate(self.resolved)


@dataclass(frozen=True, eq=False)
class LeafTree:
    """A filter whose conditions are leaves."""

    junction: str
    leaves: tuple[DependentLeaf, ...]
    groups: tuple["LeafTree", ...]
    negated: bool

    def all(self) -> Iterator[DependentLeaf]:
        """Every leaf, top down."""
        yield from self.leaves
        for inner in self.groups:
            yield from inner.all()


class Leaves:
    """Every leaf that was met, for one state of the stored names and one time zone."""

    def __init__(self) -> None:
        self._known: dict[Condition, DependentLeaf] = {}

    def tree(self, group: Group, profile: Profile, clock: Clock) -> LeafTree:
        """
        The filter with shared leaves.

        Raises:
            FilterError: the fields no longer allow a test.
        """
        return self._tree(
            resolve.resolve(group, profile.catalogue, clock.zone).apart(), profile.snapshot, clock
        )

    def _tree(self, tree: meaning.Tree, snapshot: Snapshot, clock: Clock) -> LeafTree:
        return LeafTree(
            tree.junction,
            tuple(self._leaf(leaf, snapshot, clock) for leaf in tree.leaves),
            tuple(self._tree(inner, snapshot, clock) for inner in tree.groups),
            tree.negated,
        )

    def _leaf(self, leaf: meaning.Leaf, snapshot: Snapshot, clock: Clock) -> DependentLeaf:
        if leaf.condition not in self._known:
            self._known[leaf.condition] = DependentLeaf(leaf, _reads(leaf.field, snapshot), clock)
        return self._known[leaf.condition]


def _reads(field: Field, snapshot: Snapshot) -> frozenset[str]:
    if field.activity:
        shared = source_of(field).shared
        return frozenset({field.table, *(shared.reads if shared else ())})
    if field.table in READS:
        return READS[field.table]
    stored = expression(field, CUSTOMERS, snapshot)
    return frozenset() if stored is None else frozenset(stored.meta.root_names())

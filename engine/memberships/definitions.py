"""What one saved segment says: its filter as a tree, what it reads, and whom it depends on."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.base.profiles import Profile
from engine.errors import FilterError
from engine.filters import meaning, resolve
from engine.filters.clock import Clock
from engine.filters.expression import Condition, Group
from engine.filters.fields import Catalogue
from engine.filters.in_python import predicate
from engine.filters.parser import parse
from engine.memberships.leaves import DependentLeaf, LeafTree, Leaves
from engine.store.results.segments import Segment


@dataclass(frozen=True, eq=False)
class Definition:
    """A segment that is ready to be evaluated."""

    segment: Segment
    tree: LeafTree | None  # None: static, or a filter that its fields no longer allow: nobody
    leaves: frozenset[DependentLeaf]  # those about records
    reads: frozenset[str]  # what its leaves read
    inner: frozenset[str]  # ids of the segments it reads
    names: frozenset[str]  # those among them that it names, so that they cannot be deleted
    on_segments: bool  # its filter is about segments at all
    slides: bool  # the clock moves members

    @property
    def fixed(self) -> bool:
        """Whether its members are a list and no filter."""
        return self.segment.filter is None

    def keeps(self, segment: Segment) -> bool:
        """Whether it still stands for a segment as it is stored; one on segments may read more."""
        return self.segment == segment and not self.on_segments


def defined(
    segment: Segment, segment_ids: Iterable[str], profile: Profile, clock: Clock, leaves: Leaves
) -> Definition:
    """
    The definition as the fields are now.

    Args:
        leaves: those of other segments, to share.
    """
    nothing = frozenset[Any]()
    nobody = Definition(
        segment, None, nothing, nothing, nothing, nothing, on_segments=False, slides=False
    )
    if segment.filter is None:
        return nobody
    catalogue = profile.catalogue
    try:
        group = parse(segment.filter, catalogue, clock.zone, saved=True)
        tree = leaves.tree(group, profile, clock)
    except FilterError:
        return nobody
    found = frozenset(tree.all())
    on_segments = [leaf.resolved for leaf in found if leaf.on_segments]
    others = frozenset(segment_ids) - {segment.id}
    itself = {segment.id for leaf in on_segments if segment.id in leaf.values}
    names = named(on_segments, others, clock) | itself
    return Definition(
        segment,
        tree,
        frozenset(leaf for leaf in found if not leaf.on_segments),
        nothing.union(*(leaf.reads for leaf in found)),
        names | relevant(on_segments, others, clock),
        names,
        on_segments=bool(on_segments),
        slides=any(leaf.slides for leaf in found),
    )


def is_on_segments(condition: Condition, catalogue: Catalogue) -> bool:
    """Whether a condition is about the segments that a customer is in."""
    return catalogue.field(condition.field).table == "segments"


def relevant(
    leaves: Sequence[meaning.Leaf], segment_ids: frozenset[str], clock: Clock
) -> frozenset[str]:
    """
    The segments whose members leaves on `segments` can tell apart.

    A test of single ids looks at those that it names; one of the list, such as how many there
    are, looks at all.
    """
    if any(leaf.over == "list" for leaf in leaves):
        return segment_ids
    return named(leaves, segment_ids, clock)


def named(
    leaves: Sequence[meaning.Leaf], segment_ids: frozenset[str], clock: Clock
) -> frozenset[str]:
    """The segments of which one alone makes a difference to a test of single ids."""
    return frozenset(
        key
        for leaf in leaves
        for value in (() if leaf.over == "list" else leaf.condition.tests[0].operand)
        for key in _telling(resolve.with_operand(leaf, (value,), clock.zone), segment_ids, clock)
    )


def _telling(leaf: meaning.Leaf, segment_ids: frozenset[str], clock: Clock) -> Iterator[str]:
    says = predicate(leaf)
    nothing = says((), clock)
    return (key for key in segment_ids if says((key,), clock) != nothing)


def respelled(group: Group, spelling: Mapping[str, str], catalogue: Catalogue) -> Group:
    """The filter with other words for segments (ids for names, or names for ids)."""
    conditions = tuple(
        _respelled(condition, spelling) if is_on_segments(condition, catalogue) else condition
        for condition in group.conditions
    )
    groups = tuple(respelled(inner, spelling, catalogue) for inner in group.groups)
    return replace(group, conditions=conditions, groups=groups)


def _respelled(condition: Condition, spelling: Mapping[str, str]) -> Condition:
    return replace(
        condition,
        tests=tuple(
            replace(test, operand=tuple(spelling.get(value, value) for value in test.operand))
            for test in condition.tests
        ),
    )

"""Many definitions over one profile at one instant: each distinct leaf once, then packed bits."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

import numpy as np
import polars as pl
from pyroaring import BitMap

from engine.filters.clock import Clock
from engine.filters.compiler import mask
from engine.filters.expression import Condition, Group, conditions_of, leaves_of
from engine.filters.reference import matches
from engine.filters.storage import Plain
from engine.memberships.bitmaps import Bits, bitmap, mask_of, packed, unpacked
from engine.memberships.definitions import Definition, in_order, is_on_segments, relevant
from engine.memberships.turns import next_turn
from engine.profiles import Profile

FEW = 4  # customers up to whom plain Python is faster than preparing expressions
TOGETHER = 128  # leaves in one pass over the base; more would only cost memory
JOIN: Mapping[str, Callable[[Bits, Bits], Bits]] = {"and": np.bitwise_and, "or": np.bitwise_or}


class Evaluation:
    """
    Whom definitions match.

    Args:
        fixed: who is in a segment that is not evaluated: a static one, or one known already.
    """

    def __init__(
        self,
        profile: Profile,
        clock: Clock,
        definitions: Mapping[str, Definition],
        fixed: Callable[[str], BitMap],
    ) -> None:
        self.profile = profile
        self._clock = clock
        self._definitions = definitions
        self._fixed = fixed
        self._rows = profile.customers["row"]
        self._leaves: dict[Condition, Bits] = {}
        self._turns: dict[Condition, datetime | None] = {}
        self._segments: dict[str, Bits] = {}
        self._values: dict[Hashable, list[Any]] = {}  # of a few customers, by the leaves' source

    def evaluate(self, wanted: Iterable[str]) -> list[str]:
        """
        Evaluates segments in the order of their dependence, which it gives.

        What they read and is not among them is asked of `fixed`.
        """
        asked = set(wanted)
        order = [key for key in in_order(self._definitions, asked) if key in asked]
        groups = [group for key in order if (group := self._definitions[key].group)]
        self._find([leaf for group in groups for leaf in _leaves(group)])
        for key in order:
            definition = self._definitions[key]
            self._segments[key] = (
                np.zeros((self.profile.total + 7) // 8, dtype=np.uint8)
                if definition.group is None
                else self._joined(definition.group, definition)
            )
        return order

    def bits(self, segment_id: str) -> Bits:
        """One bit for each customer of the profile."""
        if segment_id not in self._segments:
            self._segments[segment_id] = packed(mask_of(self._fixed(segment_id), self._rows))
        return self._segments[segment_id]

    def members(self, segment_id: str) -> BitMap:
        """The `row` of each member."""
        return bitmap(self.bits(segment_id), self._rows.to_numpy())

    def mask(self, segment_id: str) -> pl.Series:
        """True or false for each customer of the profile."""
        return pl.Series(segment_id, unpacked(self.bits(segment_id), self.profile.total))

    def turn(self, segment_id: str) -> datetime | None:
        """
        No later than time alone moves one of these customers next; None: never.

        Inner segments have turns of their own.
        """
        definition = self._definitions[segment_id]
        if definition.group is None or not definition.slides:
            return None
        found = [self._turn(leaf) for leaf in _leaves(definition.group)]
        return min((turn for turn in found if turn), default=None)

    def _turn(self, leaf: Condition) -> datetime | None:
        if leaf not in self._turns:
            self._turns[leaf] = next_turn(self.profile, leaf, self._clock)
        return self._turns[leaf]

    def _find(self, leaves: Iterable[Condition]) -> None:
        """The bits of those leaves that are about records, each once."""
        catalogue = self.profile.catalogue
        wanted = [
            leaf
            for leaf in dict.fromkeys(leaves)
            if leaf not in self._leaves and not is_on_segments(leaf, catalogue)
        ]
        for start in range(0, len(wanted), TOGETHER):
            some = wanted[start : start + TOGETHER]
            masks = self._masks(some)
            self._leaves |= {leaf: packed(found) for leaf, found in zip(some, masks, strict=True)}

    def _masks(self, leaves: Sequence[Condition]) -> list[pl.Series]:
        if self.profile.total <= FEW:
            return [self._verdicts(leaf) for leaf in leaves]
        return self.profile.masks.computed(leaves, self._clock)

    def _verdicts(self, leaf: Condition) -> pl.Series:
        """What `_masks` says, in plain Python: three times faster for one customer."""
        catalogue, group = self.profile.catalogue, Group(conditions=(leaf,))
        if leaf.source not in self._values:
            self._values[leaf.source] = self._plain(leaf)
        found = [
            matches(group, {leaf.source: value}, catalogue, self._clock)
            for value in self._values[leaf.source]
        ]
        return pl.Series(found, dtype=pl.Boolean)

    def _plain(self, leaf: Condition) -> list[Any]:
        """The values that a leaf looks at."""
        if leaf.source != leaf.field:
            return self.profile.narrowed(leaf, self._clock).to_list()
        values = self.profile.values(self.profile.catalogue.field(leaf.field))
        return [None] * self.profile.total if values is None else values.to_list()

    def _joined(self, group: Group, definition: Definition) -> Bits:
        parts = [self._leaf(leaves_of(condition), definition) for condition in group.conditions]
        parts += [self._joined(inner, definition) for inner in group.groups]
        joined = reduce(JOIN[group.junction], parts)
        return np.invert(joined) if group.negated else joined

    def _leaf(self, leaves: tuple[Condition, ...], definition: Definition) -> Bits:
        """All tests of one condition."""
        catalogue = self.profile.catalogue
        found = (
            self._on_segments(leaf, definition)
            if is_on_segments(leaf, catalogue)
            else self._leaves[leaf]
            for leaf in leaves
        )
        return reduce(np.bitwise_and, found)

    def _on_segments(self, leaf: Condition, definition: Definition) -> Bits:
        others = frozenset(self._definitions) - {definition.segment.id}
        ids = sorted(relevant(leaf, others, self.profile.catalogue, self._clock))
        values = listed(self.profile.total, {key: self.mask(key) for key in ids})
        answer = mask(
            Group(conditions=(leaf,)),
            self.profile.catalogue,
            lambda _: Plain(values.name),
            self._clock,
        )
        return packed(values.to_frame().select(answer).to_series())


def _leaves(group: Group) -> Iterator[Condition]:
    """Every test of a filter as a condition of its own."""
    for _, condition in conditions_of(group):
        yield from leaves_of(condition)


def listed(total: int, members: Mapping[str, pl.Series]) -> pl.Series:
    """The value of `segments` for `total` customers: the ids whose mask says true."""
    if not members:
        return pl.Series("segments", [[]] * total, dtype=pl.List(pl.String))
    ids = [pl.when(pl.col(key)).then(pl.lit(key)) for key in members]
    found = pl.DataFrame(members).select(pl.concat_list(ids).list.drop_nulls().alias("segments"))
    return found.to_series()

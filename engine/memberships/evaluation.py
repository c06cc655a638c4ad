"""Many definitions over one profile at one instant: each distinct leaf once, then packed bits."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import cached_property, reduce

import polars as pl
from pyroaring import BitMap

from engine.bitmaps import Bitmap
from engine.filters.clock import Clock
from engine.filters.compiler import mask
from engine.filters.expression import Group
from engine.filters.storage import Plain
from engine.masks import JOINS
from engine.memberships.bitmaps import bitmap, mask_of
from engine.memberships.definitions import Definition, in_order, relevant
from engine.memberships.leaves import Leaf, Tree
from engine.memberships.turns import next_turn
from engine.memberships.verdicts import FEW, Verdicts
from engine.profiles import Profile
from engine.store.memberships import Members


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
        fixed: Callable[[str], Members],
    ) -> None:
        self.profile = profile
        self._clock = clock
        self._definitions = definitions
        self._fixed = fixed
        self._rows = profile.customers["row"]
        self._numbers = self._rows.to_numpy()
        self._verdicts = Verdicts(profile, clock)
        self._leaves: dict[Leaf, Bitmap] = {}
        self._turns: dict[Leaf, datetime | None] = {}
        self._segments: dict[str, Bitmap] = {}

    @cached_property
    def asked(self) -> BitMap:
        """The `row` of each customer of the profile."""
        return bitmap(Bitmap.full(self.profile.total, verdict=True), self._numbers)

    def evaluate(self, wanted: Iterable[str]) -> list[str]:
        """
        Evaluates segments in the order of their dependence, which it gives.

        What they read and is not among them is asked of `fixed`.
        """
        asked = set(wanted)
        order = [key for key in in_order(self._definitions, asked) if key in asked]
        self.verdicts(frozenset().union(*(self._definitions[key].leaves for key in order)))
        for key in order:
            definition = self._definitions[key]
            self._segments[key] = (
                Bitmap.full(self.profile.total, verdict=False)
                if definition.tree is None
                else self._joined(definition.tree, definition)
            )
        return order

    def verdicts(self, leaves: Collection[Leaf]) -> dict[Leaf, Bitmap]:
        """One bit for each customer of the profile, by leaf; each is asked once."""
        self._leaves |= self._verdicts.of(leaf for leaf in leaves if leaf not in self._leaves)
        return {leaf: self._leaves[leaf] for leaf in leaves}

    def bits(self, segment_id: str) -> Bitmap:
        """One bit for each customer of the profile."""
        if segment_id not in self._segments:
            members = self._fixed(segment_id).among(self.asked)
            self._segments[segment_id] = Bitmap.of(mask_of(members, self._rows))
        return self._segments[segment_id]

    def differs(self, segment_id: str, known: Members) -> bool:
        """Whether somebody may have moved: exactly so for a few customers, always for many."""
        if self.profile.total > FEW:
            return True
        inside = (row in known for row in self._numbers.tolist())
        return not self.bits(segment_id).same(Bitmap.of_few(inside, self.profile.total))

    def members(self, segment_id: str) -> BitMap:
        """The `row` of each member."""
        return bitmap(self.bits(segment_id), self._numbers)

    def mask(self, segment_id: str) -> pl.Series:
        """True or false for each customer of the profile."""
        return self.bits(segment_id).series.alias(segment_id)

    def turn(self, segment_id: str) -> datetime | None:
        """
        No later than time alone moves one of these customers next; None: never.

        Inner segments have turns of their own.
        """
        found = [self._turn(leaf) for leaf in self._definitions[segment_id].leaves if leaf.slides]
        return min((turn for turn in found if turn), default=None)

    @cached_property
    def soonest(self) -> datetime | None:
        """The first turn of any leaf that was evaluated."""
        found = [self._turn(leaf) for leaf in self._leaves if leaf.slides]
        return min((turn for turn in found if turn), default=None)

    def _turn(self, leaf: Leaf) -> datetime | None:
        if leaf not in self._turns:
            self._turns[leaf] = next_turn(self.profile, leaf, self._clock)
        return self._turns[leaf]

    def _joined(self, tree: Tree, definition: Definition) -> Bitmap:
        parts = [
            self._leaves.get(leaf) or self._on_segments(leaf, definition) for leaf in tree.leaves
        ]
        parts += [self._joined(inner, definition) for inner in tree.groups]
        joined = reduce(JOINS[tree.junction], parts)
        return ~joined if tree.negated else joined

    def _on_segments(self, leaf: Leaf, definition: Definition) -> Bitmap:
        others = frozenset(self._definitions) - {definition.segment.id}
        catalogue = self.profile.catalogue
        ids = sorted(relevant(leaf.condition, others, catalogue, self._clock))
        values = listed(self.profile.total, {key: self.mask(key) for key in ids})
        answer = mask(
            Group(conditions=(leaf.condition,)),
            catalogue,
            lambda _: Plain(values.name),
            self._clock,
        )
        return Bitmap.of(values.to_frame().select(answer).to_series())


def listed(total: int, members: Mapping[str, pl.Series]) -> pl.Series:
    """The value of `segments` for `total` customers: the ids whose mask says true."""
    if not members:
        return pl.Series("segments", [[]] * total, dtype=pl.List(pl.String))
    ids = [pl.when(pl.col(key)).then(pl.lit(key)) for key in members]
    found = pl.DataFrame(members).select(pl.concat_list(ids).list.drop_nulls().alias("segments"))
    return found.to_series()

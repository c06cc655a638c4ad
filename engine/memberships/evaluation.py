"""Many definitions over one profile at one instant: each distinct leaf once, then packed bits."""

from collections.abc import Callable, Collection, Iterable
from functools import reduce
from operator import xor
from typing import Any, Generic

import polars as pl
from pyroaring import BitMap

from engine.base.profiles import Profile
from engine.evaluation.masks import JOINS
from engine.filters.clock import Clock
from engine.memberships.definitions import Definition
from engine.memberships.graph import Definitions
from engine.memberships.leaves import DependentLeaf, LeafTree
from engine.memberships.verdicts import Bits, OfFew, OfMany, Verdicts, are_few
from engine.store.results.members import Members

Fixed = Callable[[str], Members]


def evaluation(
    profile: Profile, clock: Clock, definitions: Definitions, fixed: Fixed
) -> "Evaluation[Any]":
    """
    An evaluation of the customers of a profile.

    Args:
        fixed: who is in a segment that is not evaluated: a static one, or one known already.
    """
    if are_few(profile.total):
        return Evaluation(OfFew(profile, clock), definitions, fixed)
    return Evaluation(OfMany(profile, clock), definitions, fixed)


class Evaluation(Generic[Bits]):
    """Whom definitions match."""

    def __init__(self, verdicts: Verdicts[Bits], definitions: Definitions, fixed: Fixed) -> None:
        self._verdicts: Verdicts[Bits] = verdicts
        self._definitions = definitions
        self._fixed = fixed
        self._leaves: dict[DependentLeaf, Bits] = {}
        self._segments: dict[str, Bits] = {}

    def evaluate(self, wanted: Iterable[str]) -> list[str]:
        """
        Evaluates segments in the order of their dependence, which it gives.

        What they read and is not among them is asked of `fixed`.
        """
        asked = set(wanted)
        order = [key for key in self._definitions.in_order(asked) if key in asked]
        self.verdicts(frozenset().union(*(self._definitions[key].leaves for key in order)))
        everybody = self._verdicts.everybody
        for key in order:
            definition = self._definitions[key]
            self._segments[key] = (
                everybody ^ everybody
                if definition.tree is None
                else self._joined(definition.tree, definition)
            )
        return order

    def verdicts(self, leaves: Collection[DependentLeaf]) -> dict[DependentLeaf, Bits]:
        """One bit for each customer, by leaf; each is asked once."""
        self._leaves |= self._verdicts.of(leaf for leaf in leaves if leaf not in self._leaves)
        return {leaf: self._leaves[leaf] for leaf in leaves}

    def bits(self, segment_id: str) -> Bits:
        """One bit for each customer."""
        if segment_id not in self._segments:
            self._segments[segment_id] = self._verdicts.bits_of(self._fixed(segment_id))
        return self._segments[segment_id]

    def moved(self, segment_id: str, known: Members) -> tuple[BitMap, BitMap]:
        """The `row` of each member that is not among the known ones; and the other way."""
        return self._verdicts.moved(self.bits(segment_id), known)

    def members(self, segment_id: str) -> BitMap:
        """The `row` of each member."""
        return self._verdicts.rows(self.bits(segment_id))

    def mask(self, segment_id: str) -> pl.Series:
        """True or false for each customer."""
        return self._verdicts.series(self.bits(segment_id)).alias(segment_id)

    def _joined(self, tree: LeafTree, definition: Definition) -> Bits:
        parts = [
            self._on_segments(leaf, definition) if leaf.on_segments else self._leaves[leaf]
            for leaf in tree.leaves
        ]
        parts += [self._joined(inner, definition) for inner in tree.groups]
        joined = reduce(JOINS[tree.junction], parts)
        return xor(joined, self._verdicts.everybody) if tree.negated else joined

    def _on_segments(self, leaf: DependentLeaf, definition: Definition) -> Bits:
        inside = {key: self.bits(key) for key in sorted(definition.inner)}
        return self._verdicts.on_segments(leaf, inside)

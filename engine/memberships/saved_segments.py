"""The saved segments of a workspace: parsed once, and what the field `segments` says."""

from collections.abc import Sequence
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.profiles import Profile
from engine.filters.clock import Clock
from engine.filters.meaning import Leaf
from engine.memberships.definitions import defined, relevant
from engine.memberships.evaluation import Evaluation, evaluation
from engine.memberships.graph import Definitions
from engine.memberships.leaves import Leaves
from engine.memberships.survivors import standing
from engine.memberships.verdicts import segment_lists
from engine.store.database import Transaction
from engine.store.results.members import Members, members_of
from engine.store.results.segments import Segment, revision, segments
from engine.store.store import Store


class SavedSegments:
    """All saved segments; a definition is parsed anew when it changes, or the stored names do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._definitions: Definitions | None = None
        self._leaves = Leaves()
        self._segments: tuple[int, list[Segment]] | None = None  # with their revision
        self._defined: list[Segment] = []
        self._fields: tuple[Any, ZoneInfo] | None = None
        self._lock = Lock()

    def definitions(self, connection: Transaction, profile: Profile, clock: Clock) -> Definitions:
        """Every segment by its id, as this transaction sees them."""
        with self._lock:
            fields = profile.snapshot.fields, clock.zone
            if fields != self._fields:
                self._definitions, self._leaves, self._fields = None, Leaves(), fields
            found = self._read(connection)
            if self._definitions is None or found is not self._defined:
                self._definitions = self._define(found, profile, clock)
                self._defined = found
            return self._definitions

    def segments(self, connection: Transaction) -> list[Segment]:
        """Every segment as this transaction sees them, newest first."""
        with self._lock:
            return self._read(connection)

    def forget(self) -> None:
        """Reads and parses everything anew the next time."""
        with self._lock:
            self._definitions, self._segments = None, None

    def _read(self, connection: Transaction) -> list[Segment]:
        """From memory while no definition was written: a thousand are read in 40 ms."""
        stored = revision(connection)
        if self._segments is None or self._segments[0] != stored:
            self._segments = stored, segments(connection)
        return self._segments[1]

    def _define(self, found: list[Segment], profile: Profile, clock: Clock) -> Definitions:
        ids = frozenset(segment.id for segment in found)
        known = self._definitions or Definitions()
        same = {
            segment.id: known[segment.id]
            for segment in found
            if segment.id in known and known[segment.id].keeps(segment)
        }
        return Definitions(
            {
                segment.id: same.get(segment.id)
                or defined(segment, ids, profile, clock, self._leaves)
                for segment in found
            }
        )

    def inner(self, profile: Profile, leaves: Sequence[Leaf] | None, clock: Clock) -> pl.Series:
        """
        The value of `segments` for each customer of a profile, at any state and instant.

        Args:
            leaves: which segments they can tell apart is all that matters; None is all of them.
        """
        with self._store.read() as connection:
            definitions = self.definitions(connection, profile, clock)
            known = frozenset(definitions)
            wanted = known
            if leaves is not None:
                wanted = relevant(leaves, known, clock)
            found = evaluated(connection, profile, clock, definitions, wanted)
            masks = {key: found.mask(key) for key in sorted(wanted)}  # static ones are read
        return segment_lists(profile.total, masks)


def evaluated(
    connection: Transaction,
    profile: Profile,
    clock: Clock,
    definitions: Definitions,
    wanted: frozenset[str],
) -> Evaluation[Any]:
    """Segments with all that they read, evaluated afresh; static ones have the members stored."""

    def fixed(segment_id: str) -> Members:
        return standing(profile, members_of(connection, [segment_id])[segment_id])

    found = evaluation(profile, clock, definitions, fixed)
    found.evaluate(definitions.read_by(wanted) & definitions.evaluated)
    return found

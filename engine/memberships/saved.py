"""The saved segments of a workspace: parsed once, and what the field `segments` says."""

from collections.abc import Mapping
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from pyroaring import BitMap

from engine.filters.clock import Clock
from engine.filters.expression import Condition
from engine.memberships.definitions import Definition, defined, relevant
from engine.memberships.evaluation import Evaluation, listed
from engine.memberships.leaves import Leaves
from engine.profiles import Profile
from engine.store.changes import Store
from engine.store.database import Transaction
from engine.store.memberships import Members, members_of
from engine.store.segments import segments, stamps

Stamp = tuple[str, int]  # id, version


class Saved:
    """All saved segments; a definition is parsed anew when it changes, or the stored names do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[Stamp, Definition] = {}
        self._stamps: list[Stamp] = []
        self._by_id: dict[str, Definition] = {}
        self._leaves = Leaves()
        self._fields: tuple[Any, ZoneInfo] | None = None
        self._lock = Lock()

    def definitions(
        self, connection: Transaction, profile: Profile, clock: Clock
    ) -> Mapping[str, Definition]:
        """Every segment by its id, as this transaction sees them."""
        with self._lock:
            fields = profile.snapshot.fields, clock.zone
            if fields != self._fields:
                self._known, self._leaves, self._fields = {}, Leaves(), fields
            stored = stamps(connection)
            if not self._known or stored != self._stamps:
                self._read(connection, profile, clock)
                self._stamps = stored
                self._by_id = {key: definition for (key, _), definition in self._known.items()}
            return self._by_id

    def forget(self) -> None:
        """Parses everything anew the next time."""
        with self._lock:
            self._known = {}

    def _read(self, connection: Transaction, profile: Profile, clock: Clock) -> None:
        found = segments(connection)
        ids = frozenset(segment.id for segment in found)
        kept = {stamp: one for stamp, one in self._known.items() if not one.on_segments}
        self._known = {}
        for segment in found:  # who reads segments may read a new one
            stamp = segment.id, segment.version
            known = kept.get(stamp)
            self._known[stamp] = known or defined(segment, ids, profile, clock, self._leaves)

    def inner(self, profile: Profile, condition: Condition | None, clock: Clock) -> pl.Series:
        """
        The value of `segments` for each customer of a profile, at any state and instant.

        Args:
            condition: which segments it can tell apart is all that matters; None is all of them.
        """
        with self._store.read() as connection:
            definitions = self.definitions(connection, profile, clock)
            known = frozenset(definitions)
            wanted = known
            if condition is not None:
                wanted = relevant(condition, known, profile.catalogue, clock)
            evaluation = evaluated(connection, profile, clock, definitions, wanted)
            masks = {key: evaluation.mask(key) for key in sorted(wanted)}  # static ones are read
        return listed(profile.total, masks)


def evaluated(
    connection: Transaction,
    profile: Profile,
    clock: Clock,
    definitions: Mapping[str, Definition],
    wanted: frozenset[str],
) -> Evaluation:
    """Segments with all that they read, evaluated afresh; static ones have the members stored."""

    def fixed(segment_id: str) -> Members:
        return members_of(connection, [segment_id]).get(segment_id, Members(BitMap()))

    evaluation = Evaluation(profile, clock, definitions, fixed)
    reached, following = set[str](), wanted
    while following:
        reached |= following
        following = frozenset[str]().union(*(definitions[key].inner for key in following)) - reached
    evaluation.evaluate(key for key in reached if not definitions[key].fixed)
    return evaluation

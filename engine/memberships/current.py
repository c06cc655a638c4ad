"""The memberships of an open workspace: writes keep them current, reads may rely on them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event

import polars as pl
from pyroaring import BitMap

from engine.actors import CLOCK, Actor
from engine.base.profiles import Profile, Profiles
from engine.filters.clock import Clock
from engine.memberships.bitmaps import bitmap_of, mask_of
from engine.memberships.graph import Definitions
from engine.memberships.happenings import tell
from engine.memberships.ledger import Ledger, MembershipCache, right
from engine.memberships.saved_segments import SavedSegments, evaluated
from engine.memberships.step import Step
from engine.memberships.survivors import standing
from engine.memberships.upkeep import Upkeep
from engine.store.database import Transaction
from engine.store.groups import CommitGroup
from engine.store.results.change_log import Act
from engine.store.results.members import members_of
from engine.store.results.memberships import Membership, last_pass
from engine.store.results.moves import Move
from engine.store.results.segments import Segment
from engine.store.snapshot import expect_after, snapshot_in
from engine.store.store import Store


@dataclass(frozen=True, eq=False)
class Writing:
    """A transaction that changes definitions."""

    act: Act
    connection: Transaction
    profile: Profile
    upkeep: Upkeep
    saved: SavedSegments

    @property
    def definitions(self) -> Definitions:
        """Every segment by its id, with what this transaction has saved."""
        return self.saved.definitions(self.connection, self.profile, self.upkeep.clock)

    def redefine(self, segment_id: str, fixed: BitMap | None = None) -> None:
        """
        Finds the members of a segment that was saved or removed, and of all that read it.

        Args:
            fixed: the members of a static one.

        Raises:
            ConflictError: segments would read each other in a circle; says along which path.
        """
        known = self.upkeep.definitions
        if segment_id in self.definitions:  # else it is gone
            self.upkeep.turn(self.profile, segment_id)
        self.upkeep.ledger.definitions = self.definitions
        self.definitions.in_order({segment_id} & self.definitions.keys())
        if fixed is not None:
            self.upkeep.fix(segment_id, fixed)
        readers = {key for key, one in known.items() if segment_id in one.inner}
        self.upkeep.define(self.profile, {segment_id, *readers})


class Current:
    """
    Who is in every saved segment.

    Keeps in memory what this process has read or written of it; the store decides what is right.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._saved = SavedSegments(store)
        self._kept = MembershipCache()
        self.changed = Event()  # set when this process has written memberships
        self.profiles = Profiles(store, self._saved.inner)

    def segments(self) -> list[Segment]:
        """Every saved segment, newest first."""
        with self._store.read() as connection:
            return list(self._saved.segments(connection))

    def definitions(self, profile: Profile, clock: Clock) -> Definitions:
        """Every saved segment by its id, as the fields are in that profile."""
        with self._store.read() as connection:
            return self._saved.definitions(connection, profile, clock)

    def members(
        self, profile: Profile, clock: Clock, segment_ids: Iterable[str]
    ) -> dict[str, BitMap]:
        """
        The `row` of each member of some segments, at any state of the base and any instant.

        Those that are stored and right then are read; all others are evaluated in one pass.
        """
        wanted = frozenset(segment_ids)
        with self._store.read() as connection:
            definitions = self._saved.definitions(connection, profile, clock)
            lines = self._right(connection, definitions, profile, clock)
            fixed_ids = {key for key in wanted if definitions[key].fixed}
            right = (wanted - fixed_ids) & lines.keys()
            found = self._stored(connection, {key: lines[key] for key in right})
            late = wanted - fixed_ids - right
            if late:
                evaluation = evaluated(connection, profile, clock, definitions, late)
                found |= {key: evaluation.members(key) for key in late}
            fixed = {
                key: standing(profile, members)
                for key, members in members_of(connection, fixed_ids).items()
            }
        alive = profile.customers["row"]
        for key, members in fixed.items():  # whoever was deleted since is still on the list
            found[key] = bitmap_of(alive.filter(mask_of(members.rows, alive)).to_numpy())
        return found

    def containing(self, profile: Profile, clock: Clock, position: int) -> frozenset[str]:
        """
        The segments that one customer is in, at any state of the base and any instant.

        Args:
            position: in the profile's customers. Asking this one takes 10 ms for a thousand
                segments, where reading the members of all takes 200.
        """
        return self.inside(profile.among(pl.Series([position])), clock)

    def inside(
        self, alone: Profile, clock: Clock, wanted: Iterable[str] | None = None
    ) -> frozenset[str]:
        """
        The segments that one customer is in, who may not be stored yet.

        Args:
            alone: the profile of this one.
            wanted: the segments that are asked for; all unless given, and none that are gone.
        """
        with self._store.read() as connection:
            definitions = self._saved.definitions(connection, alone, clock)
            known = frozenset(definitions)
            known = known if wanted is None else known.intersection(wanted)
            found = evaluated(connection, alone, clock, definitions, known)
            return frozenset(key for key in known if found.members(key))

    def sizes(self, profile: Profile, clock: Clock) -> dict[str, int]:
        """How many are in each saved segment."""
        with self._store.read() as connection:
            known = self._saved.definitions(connection, profile, clock)
            lines = self._right(connection, known, profile, clock)
        sizes = {key: line.count for key, line in lines.items() if not known[key].fixed}
        late = self.members(profile, clock, known.keys() - sizes.keys())
        return sizes | {key: len(members) for key, members in late.items()}

    def found_at(self) -> dict[str, datetime]:
        """When the members of each segment were last found, by its id."""
        with self._store.read() as connection:
            lines = self._kept.lines(connection, last_pass(connection))
        return {key: line.at for key, line in lines.items()}

    def afresh(
        self, profile: Profile, clock: Clock, segment_ids: Iterable[str]
    ) -> dict[str, BitMap]:
        """The `row` of each member of some segments by their filters alone."""
        wanted = frozenset(segment_ids)
        with self._store.read() as connection:
            definitions = self._saved.definitions(connection, profile, clock)
            found = evaluated(connection, profile, clock, definitions, wanted)
        return {key: found.members(key) for key in wanted}

    def rebuilt(self) -> Profile:
        """The base as it is read from the disk, whatever this process has in memory."""
        return Profiles(self._store, self._saved.inner).current()

    def due(self) -> datetime | None:
        """When time moves somebody next, no later; it may have passed. None: never."""
        with self._store.read() as connection:
            lines = self._kept.lines(connection, last_pass(connection))
        return min((line.due for line in lines.values() if line.due), default=None)

    def mask(self, profile: Profile, clock: Clock, segment_id: str) -> pl.Series:
        """True or false for each customer of the profile."""
        members = self.members(profile, clock, [segment_id])[segment_id]
        return mask_of(members, profile.customers["row"])

    def refresh(self, clock: Callable[[], Clock]) -> int:
        """
        Lets the clock move whoever is due; gives how many entered or left.

        Raises:
            ClockError: the clock is before the last change set's instant.
        """
        with self.writing(CLOCK, "clock", clock) as writing:  # the ledger writes its line
            writing.upkeep.catch_up(writing.profile)
        return sum(len(move.entered) + len(move.left) for move in writing.upkeep.ledger.recorded)

    @contextmanager
    def writing(self, actor: Actor, cause: str, clock: Callable[[], Clock]) -> Iterator[Writing]:
        """
        A transaction to change definitions in, which leaves the act's line in the log.

        The clock moves members of the segments that it redefines alone: of others a change set or
        a refresh notices it (imports rule 14).

        Args:
            clock: asked once nobody else writes, so that whoever waits is not dated back.

        Raises:
            ClockError: the clock is before the last change set's instant.
        """
        try:
            begun = self._store.write(lambda: Act(actor, cause, clock().instant))
            with begun as (connection, act):
                now, profile = replace(clock(), now=act.at), self.profiles.current()
                expect_after(act.at, profile.at)
                definitions = self._saved.definitions(connection, profile, now)
                ledger = Ledger.begin(connection, now, definitions, self._kept)
                yield Writing(act, connection, profile, Upkeep(ledger), self._saved)
                ledger.save()
                tell(connection, ledger)
        except BaseException:
            self.forget()
            raise
        ledger.committed()
        self.changed.set()

    def apart(self, group: CommitGroup, clock: Clock) -> list[frozenset[int]]:
        """
        The `row` of whom each change set of a group concerns, as long as it is nobody twice.

        Those move members as one by one would; whatever comes behind them has to wait.
        """
        if len(group.changes) < 2:
            return [frozenset() for _ in group.changes]  # nobody asks
        before = self.profiles.current()
        with self._store.read() as connection:
            reads = self._saved.definitions(connection, before, clock).reads
        return Step(before, group.state, group, reads, self.profiles.after).apart()

    def follow(self, connection: Transaction, group: CommitGroup, clock: Clock) -> "PendingStep":
        """Brings every membership up to the change sets of a group, in their transaction."""
        before, snapshot = self.profiles.current(), group.left_in(connection)
        earlier = self._saved.definitions(connection, before, clock)
        ledger = Ledger.begin(connection, clock, earlier, self._kept)
        upkeep = Upkeep(ledger)
        upkeep.catch_up(before)
        if snapshot.fields != before.snapshot.fields:
            nobody = Profile(snapshot, before.customers.clear(), before.activity, before.inner)
            ledger.definitions = self._saved.definitions(connection, nobody, clock)
        reads = upkeep.definitions.reads
        step = Step(before, snapshot, group, reads, self.profiles.after)
        turned = [
            key
            for key, one in upkeep.definitions.items()
            if one is not earlier[key] and (one.tree is None) is not (earlier[key].tree is None)
        ]
        redefined = set[str]().union(*(change.redefined for change in group.changes))
        upkeep.follow(step, {*turned, *redefined})
        ledger.save()
        tell(connection, ledger, before, group.wrote)
        return PendingStep(ledger, step)

    def committed(self, followed: "PendingStep") -> None:
        """Remembers what committed change sets came to."""
        followed.ledger.committed()
        self.changed.set()
        if followed.step.is_loaded:
            self.profiles.adopt(followed.step.whole)

    def forget(self) -> None:
        """Drops what was read in a transaction that was never committed."""
        self._saved.forget()

    def rehearsed(self, followed: "PendingStep") -> list[Move]:
        """What a change set that was rolled back would have moved, the clock's moves aside."""
        self.forget()
        return followed.ledger.moves

    def _right(
        self,
        connection: Transaction,
        definitions: Definitions,
        profile: Profile,
        clock: Clock,
    ) -> dict[str, Membership]:
        """The lines that hold for this profile at this instant."""
        if snapshot_in(connection).change != profile.change:
            return {}
        latest = last_pass(connection)
        lines = self._kept.lines(connection, latest)
        return {key: lines[key] for key in right(definitions, lines, latest, profile.at, clock)}

    def _stored(
        self, connection: Transaction, lines: Mapping[str, Membership]
    ) -> dict[str, BitMap]:
        found = {key: known for key, line in lines.items() if (known := self._kept.known(line))}
        for key, members in members_of(connection, lines.keys() - found.keys()).items():
            self._kept.keep(lines[key], members)
            found[key] = members
        return {key: members.rows for key, members in found.items()}


@dataclass(frozen=True, eq=False)
class PendingStep:
    """What a change set came to, until it is committed."""

    ledger: Ledger
    step: Step

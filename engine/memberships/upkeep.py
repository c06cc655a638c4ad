"""
Memberships are brought up to date inside the transaction that makes them out of date.

The clock moves first, over the records as they were; then the change, over its customers alone.
Law: what this leaves equals every definition evaluated afresh (tests/memberships).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pyroaring import BitMap

from engine.filters.clock import Clock
from engine.memberships.bitmaps import bitmap_of
from engine.memberships.definitions import Definition, read_by, sliding, users_of
from engine.memberships.evaluation import Evaluation
from engine.memberships.leaves import Leaf
from engine.memberships.touched import Step
from engine.profiles import Profile
from engine.store.database import Transaction
from engine.store.memberships import (
    Members,
    Membership,
    Move,
    Pass,
    last_pass,
    members_of,
    memberships,
    record_moves,
    record_pass,
    save_lines,
    save_members,
)

SILENT = ("static", "passive")  # types without entries and exits


@dataclass(frozen=True)
class Cause:
    """Because of what members move."""

    what: str
    change: int | None = None


CLOCK, DEFINITION = Cause("clock"), Cause("definition")
DELETION, UNDO = "deletion", "undo"


class Kept:
    """What this process has read or written of the memberships."""

    def __init__(self) -> None:
        self._members: dict[str, tuple[int, Members]] = {}  # each with its revision
        self._lines: tuple[Pass, Mapping[str, Membership]] | None = None

    def lines(self, connection: Transaction, latest: Pass) -> Mapping[str, Membership]:
        """The line of every segment; a thousand are read in 5 ms, so only when they are new."""
        if self._lines is None or self._lines[0] != latest:
            self._lines = latest, memberships(connection)
        return self._lines[1]

    def renew(self, latest: Pass, lines: Mapping[str, Membership]) -> None:
        """Keeps the lines that were committed."""
        self._lines = latest, lines

    def known(self, line: Membership) -> Members | None:
        """The members at the revision of this line."""
        revision, members = self._members.get(line.segment_id, (None, None))
        return members if revision == line.revision else None

    def keep(self, line: Membership, members: Members) -> None:
        """Keeps what was committed."""
        self._members[line.segment_id] = line.revision, members


def right(
    definitions: Mapping[str, Definition],
    lines: Mapping[str, Membership],
    latest: Pass,
    changed: datetime | None,
    clock: Clock,
) -> set[str]:
    """
    The segments whose members, as they are stored, are right at an instant.

    Args:
        changed: when records changed last; before that, those whom the clock moves are not right.
    """
    if latest.zone != clock.zone.key:
        return set()
    known, slides = definitions.keys() & lines.keys(), sliding(definitions)
    if changed is not None and clock.instant < changed:
        return known - slides
    return {key for key in known if key not in slides or lines[key].holds(clock.instant)}


@dataclass(eq=False)
class Upkeep:
    """The memberships in one transaction; nothing is written before `save`."""

    connection: Transaction
    clock: Clock
    definitions: Mapping[str, Definition]
    kept: Kept
    last: Pass
    stored: Mapping[str, Membership]  # the lines as the transaction found them
    lines: dict[str, Membership]
    zone: str | None  # that all of them are right in
    members: dict[str, Members] = field(default_factory=dict)  # as far as they were looked at
    written: set[str] = field(default_factory=set)  # whose line is new
    moved: set[str] = field(default_factory=set)  # whose members are new
    moves: list[Move] = field(default_factory=list)  # of every segment, the silent ones too
    gone: BitMap = field(default_factory=BitMap)  # the `row` of customers who are deleted

    @classmethod
    def begin(
        cls,
        connection: Transaction,
        clock: Clock,
        definitions: Mapping[str, Definition],
        kept: Kept,
    ) -> "Upkeep":
        """From the memberships as they are stored."""
        last = last_pass(connection)
        stored = kept.lines(connection, last)
        return cls(connection, clock, definitions, kept, last, stored, dict(stored), last.zone)

    def catch_up(self, profile: Profile) -> None:
        """
        Lets the clock move who is due; a segment that was never evaluated is due to begin.

        A door may set its clock back behind another's: then everybody whom it moves is due; and so
        is everybody where the project has another time zone, whose days begin at other instants.
        """
        keys = {key for key, one in self.definitions.items() if not one.fixed}
        self.evaluate(profile, keys - self.lines.keys(), DEFINITION)
        self.evaluate(profile, self._late(profile) - self.written, CLOCK)
        self.zone = self.clock.zone.key

    def turn(self, profile: Profile, segment_id: str) -> None:
        """Lets the clock move who is due in a segment and in those that read it."""
        self.evaluate(
            profile, self._late(profile) & users_of(self.definitions, [segment_id]), CLOCK
        )

    def evaluate(self, profile: Profile, wanted: Iterable[str], cause: Cause) -> None:
        """Evaluates segments over everybody; those they read, where time has moved them, beside."""
        keys = set(wanted)
        if not keys:
            return
        self._read(keys)
        evaluation = self._evaluation(profile)
        beside = self._late(profile) & read_by(self.definitions, keys)
        for key in evaluation.evaluate(keys | beside):
            if key not in keys:
                continue
            found, known = evaluation.members(key), self.of(key).rows
            self._move(key, found - known, known - found, cause)
            self._renew(key, self._due(key, evaluation.turn(key)))

    def follow(self, step: Step, turned: Iterable[str]) -> None:
        """
        Evaluates what a change set concerns: its customers, in the segments that read them.

        Args:
            turned: segments whose filter can be understood since, or no longer: everybody's.
        """
        cause = Cause(step.change.cause, step.change.number)
        self.gone = BitMap(step.gone)
        keys = self._users(self._concerned(step))
        whole = keys if step.is_large else self._users(turned)
        if part := keys - whole:
            self._update(step, part, cause)
        if whole:
            self.evaluate(step.whole, whole, cause)

    def define(self, profile: Profile, keys: Iterable[str]) -> None:
        """Evaluates segments whose definition is new, and all that read them."""
        known = set(keys) & self.definitions.keys()
        self.evaluate(profile, self._users(known), DEFINITION)

    def fix(self, segment_id: str, members: BitMap) -> None:
        """Gives a static segment its members."""
        known = self.of(segment_id).rows
        self._move(segment_id, members - known, known - members, DEFINITION)
        self._renew(segment_id, None)

    def of(self, segment_id: str) -> Members:
        """The members as they are by now."""
        if segment_id not in self.members:
            self._read([segment_id])
        return self.members[segment_id]

    def save(self) -> None:
        """Writes what is new; a segment may have been deleted since it was looked at."""
        there = self.definitions.keys()
        self.lines = {key: line for key, line in self.lines.items() if key in there}
        self.last = Pass(self.last.number + 1, self.zone)
        moved = {key: self.members[key] for key in self.moved & there}
        save_lines(self.connection, [self.lines[key] for key in self.written & there])
        self.members |= save_members(self.connection, moved, self.stored)
        record_moves(self.connection, self.recorded)
        record_pass(self.connection, self.last)

    @property
    def recorded(self) -> list[Move]:
        """The entries and exits that the history keeps."""
        types = {key: one.segment.type for key, one in self.definitions.items()}
        return [row for row in self.moves if types.get(row.segment_id, SILENT[0]) not in SILENT]

    def committed(self) -> None:
        """Remembers what `save` wrote, once it is there for everybody."""
        self.kept.renew(self.last, self.lines)
        for key in self.moved & self.lines.keys():
            self.kept.keep(self.lines[key], self.members[key])

    def _update(self, step: Step, keys: set[str], cause: Cause) -> None:
        """Evaluates segments over the customers of a change set alone."""
        evaluation, asked = self._evaluation(step.after), bitmap_of(step.rows.to_numpy())
        if step.is_small:
            keys = self._turned(step, evaluation, keys)
        self._read(keys)
        for key in evaluation.evaluate(keys):
            members = self.of(key)
            if self.gone or evaluation.differs(key, members):
                found, known = evaluation.members(key), members.among(asked)
                self._move(key, found - known, known - found, cause)
            due = self._sooner(evaluation, key)
            if key in self.moved or due != self.lines[key].due:
                self._renew(key, due)

    def _turned(self, step: Step, evaluation: Evaluation, keys: set[str]) -> set[str]:
        """Those of some segments in which a leaf says another thing than before, or may by time."""
        moved = step.moved
        asked = {
            leaf
            for leaf in frozenset[Leaf]().union(*(self.definitions[key].leaves for key in keys))
            if not leaf.reads.isdisjoint(moved)
        }
        before = self._evaluation(step.earlier).verdicts(asked)
        after = evaluation.verdicts(asked)
        turned = {leaf for leaf in asked if leaf.slides or not before[leaf].same(after[leaf])}
        first = {key for key in keys if not turned.isdisjoint(self.definitions[key].leaves)}
        return keys & self._users(first)

    def _sooner(self, evaluation: Evaluation, segment_id: str) -> datetime | None:
        """When a segment is due once some customers were asked: as it was, or before that."""
        due, first = self.lines[segment_id].due, evaluation.soonest
        if self.definitions[segment_id].inner or (first and (due is None or first < due)):
            return self._due(segment_id, evaluation.turn(segment_id), due)
        return due

    def _late(self, profile: Profile) -> set[str]:
        """The segments whose members time has moved since they were found."""
        keys = {key for key, one in self.definitions.items() if not one.fixed}
        held = right(self.definitions, self.lines, self.last, profile.at, self.clock)
        return keys & self.lines.keys() - held - self.written

    def _evaluation(self, profile: Profile) -> Evaluation:
        return Evaluation(profile, self.clock, self.definitions, self.of)

    def _users(self, keys: Iterable[str]) -> set[str]:
        """The segments and all that read them, static ones aside."""
        users = users_of(self.definitions, keys)
        return {key for key in users if not self.definitions[key].fixed}

    def _concerned(self, step: Step) -> Iterable[str]:
        """The segments that read what a change set moved."""
        if step.arrivals:
            return self.definitions
        moved = step.moved
        return (key for key, one in self.definitions.items() if not one.reads.isdisjoint(moved))

    def _read(self, segment_ids: Iterable[str]) -> None:
        """Members from memory where they are of the right revision, else from the store."""
        missing = []
        for key in segment_ids:
            line = self.stored.get(key)
            known = self.kept.known(line) if line else Members(BitMap())
            if known is None:
                missing.append(key)
            else:
                self.members.setdefault(key, known)
        for key, members in members_of(self.connection, missing).items():
            self.members.setdefault(key, members)
            self.kept.keep(self.stored[key], members)

    def _move(self, segment_id: str, entered: BitMap, left: BitMap, cause: Cause) -> None:
        if not entered and not left:
            return
        segment = self.definitions[segment_id].segment
        self.members[segment_id] = self.of(segment_id).flipped(entered | left)
        self.moved.add(segment_id)
        gone = BitMap() if cause.what == UNDO else left & self.gone
        parts = [(cause, entered, left - gone if gone else left)]
        if gone:
            parts.append((Cause(DELETION, cause.change), BitMap(), gone))
        self.moves += [
            Move(
                segment_id,
                self.clock.instant,
                because.what,
                because.change,
                segment.version,
                entering,
                leaving,
            )
            for because, entering, leaving in parts
            if entering or leaving
        ]

    def _due(self, segment_id: str, *turns: datetime | None) -> datetime | None:
        """The first of some turns and of those of the segments that it reads; None: never."""
        inner = (self.lines[key].due for key in self.definitions[segment_id].inner)
        return min((turn for turn in (*turns, *inner) if turn is not None), default=None)

    def _renew(self, segment_id: str, due: datetime | None) -> None:
        """The line as of now."""
        known = self.stored.get(segment_id)
        if known is None:
            self.moved.add(segment_id)
        self.written.add(segment_id)
        self.lines[segment_id] = Membership(
            segment_id,
            (known.revision if known else 0) + (segment_id in self.moved),
            len(self.of(segment_id)),
            self.clock.instant,
            due,
        )

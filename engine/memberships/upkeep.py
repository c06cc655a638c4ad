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
from engine.memberships.definitions import Definition, sliding, users_of
from engine.memberships.evaluation import Evaluation
from engine.memberships.touched import Step
from engine.profiles import Profile
from engine.store.database import Transaction
from engine.store.memberships import (
    Membership,
    Move,
    members_of,
    memberships,
    record_moves,
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
    """The bitmaps that this process has read or written, each with its revision."""

    def __init__(self) -> None:
        self._members: dict[str, tuple[int, BitMap]] = {}

    def known(self, line: Membership) -> BitMap | None:
        """The members at the revision of this line."""
        revision, members = self._members.get(line.segment_id, (None, None))
        return members if revision == line.revision else None

    def keep(self, line: Membership, members: BitMap) -> None:
        """Keeps what was committed."""
        self._members[line.segment_id] = line.revision, members


@dataclass(eq=False)
class Upkeep:
    """The memberships in one transaction; nothing is written before `save`."""

    connection: Transaction
    clock: Clock
    definitions: Mapping[str, Definition]
    kept: Kept
    stored: Mapping[str, Membership]  # the lines as the transaction found them
    lines: dict[str, Membership]
    members: dict[str, BitMap] = field(default_factory=dict)  # as far as they were looked at
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
        stored = memberships(connection)
        return cls(connection, clock, definitions, kept, stored, dict(stored))

    def catch_up(self, profile: Profile) -> None:
        """
        Lets the clock move who is due; a segment that was never evaluated is due to begin.

        A door may set its clock back behind another's: then everybody whom it moves is due.
        """
        keys = [key for key, one in self.definitions.items() if not one.fixed]
        self.evaluate(profile, [key for key in keys if key not in self.lines], DEFINITION)
        slides = sliding(self.definitions).intersection(keys)
        late = {key for key in slides if not self.lines[key].holds(self.clock.instant)}
        self.evaluate(profile, late, CLOCK)

    def evaluate(self, profile: Profile, wanted: Iterable[str], cause: Cause) -> None:
        """Evaluates segments over everybody."""
        keys = set(wanted)
        self._read(keys)
        evaluation = self._evaluation(profile)
        for key in evaluation.evaluate(keys):
            found, known = evaluation.members(key), self.of(key)
            self._move(key, found - known, known - found, cause)
            self._renew(key, evaluation.turn(key))

    def follow(self, step: Step, turned: Iterable[str]) -> None:
        """
        Evaluates what a change set concerns: its customers, in the segments that read them.

        Args:
            turned: segments whose filter can be understood since, or no longer: everybody's.
        """
        cause = Cause(step.change.cause, step.change.number)
        self.gone = BitMap(step.gone)
        keys = self._users(key for key in self.definitions if self._concerns(step, key))
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
        known = self.of(segment_id)
        self._move(segment_id, members - known, known - members, DEFINITION)
        self._renew(segment_id)

    def of(self, segment_id: str) -> BitMap:
        """The members as they are by now."""
        if segment_id not in self.members:
            self._read([segment_id])
        return self.members[segment_id]

    def save(self) -> None:
        """Writes what is new; a segment may have been deleted since it was looked at."""
        there = self.definitions.keys()
        save_lines(self.connection, [self.lines[key] for key in self.written & there])
        save_members(self.connection, [(key, self.members[key]) for key in self.moved & there])
        record_moves(self.connection, self.recorded)

    @property
    def recorded(self) -> list[Move]:
        """The entries and exits that the history keeps."""
        types = {key: one.segment.type for key, one in self.definitions.items()}
        return [row for row in self.moves if types.get(row.segment_id, SILENT[0]) not in SILENT]

    def committed(self) -> None:
        """Remembers what `save` wrote, once it is there for everybody."""
        for key in self.moved:
            self.kept.keep(self.lines[key], self.members[key])

    def _update(self, step: Step, keys: set[str], cause: Cause) -> None:
        """Evaluates segments over the customers of a change set alone."""
        self._read(keys)
        evaluation, asked = self._evaluation(step.after), BitMap(step.rows)
        for key in evaluation.evaluate(keys):
            found, known = evaluation.members(key), self.of(key) & asked
            self._move(key, found - known, known - found, cause)
            self._renew(key, evaluation.turn(key), self.lines[key].due)

    def _evaluation(self, profile: Profile) -> Evaluation:
        return Evaluation(profile, self.clock, self.definitions, self.of)

    def _users(self, keys: Iterable[str]) -> set[str]:
        """The segments and all that read them, static ones aside."""
        users = users_of(self.definitions, keys)
        return {key for key in users if not self.definitions[key].fixed}

    def _concerns(self, step: Step, segment_id: str) -> bool:
        reads = self.definitions[segment_id].reads
        return step.arrivals or not reads.isdisjoint(step.moved)

    def _read(self, segment_ids: Iterable[str]) -> None:
        """Members from memory where they are of the right revision, else from the store."""
        missing = []
        for key in segment_ids:
            line = self.stored.get(key)
            known = self.kept.known(line) if line else BitMap()
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
        self.members[segment_id] = (self.of(segment_id) - left) | entered
        self.moved.add(segment_id)
        gone = BitMap() if cause.what == UNDO else left & self.gone
        parts = ((cause, entered, left - gone), (Cause(DELETION, cause.change), BitMap(), gone))
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

    def _renew(self, segment_id: str, *turns: datetime | None) -> None:
        """The line as of now, due at the first turn of its own or of a segment it reads."""
        inner = (self.lines[key].due for key in self.definitions[segment_id].inner)
        dues = [turn for turn in (*turns, *inner) if turn is not None]
        if segment_id not in self.stored:
            self.moved.add(segment_id)
        known = self.stored.get(segment_id)
        self.written.add(segment_id)
        self.lines[segment_id] = Membership(
            segment_id,
            (known.revision if known else 0) + (segment_id in self.moved),
            len(self.of(segment_id)),
            self.clock.instant,
            min(dues, default=None),
        )

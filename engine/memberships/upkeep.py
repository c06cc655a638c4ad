"""
Memberships are brought up to date inside the transaction that makes them out of date.

The clock moves first, over the records as they were; then the change, over its customers alone.
Law: what this leaves equals every definition evaluated afresh (tests/memberships).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pyroaring import BitMap

from engine.filters.clock import Clock
from engine.memberships.bitmaps import bitmap_of
from engine.memberships.evaluation import Evaluation, evaluation
from engine.memberships.graph import Definitions
from engine.memberships.leaves import Leaf
from engine.memberships.touched import Step, are_many
from engine.memberships.turns import LAST, Turns, turned
from engine.profiles import Profile
from engine.store.database import Transaction
from engine.store.members import Members, members_of, save_members
from engine.store.memberships import (
    Membership,
    Move,
    Pass,
    last_pass,
    memberships,
    record_moves,
    record_pass,
    save_lines,
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
    definitions: Definitions,
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
    known, slides = definitions.keys() & lines.keys(), definitions.sliding
    if changed is not None and clock.instant < changed:
        return known - slides
    return known - {key for key in slides & known if not lines[key].holds(clock.instant)}


@dataclass(eq=False)
class Upkeep:
    """The memberships in one transaction; nothing is written before `save`."""

    connection: Transaction
    clock: Clock
    definitions: Definitions
    kept: Kept
    last: Pass
    stored: Mapping[str, Membership]  # the lines as the transaction found them
    lines: dict[str, Membership]
    zone: str | None  # that all of them are right in
    members: dict[str, Members] = field(default_factory=dict)  # as far as they were looked at
    written: set[str] = field(default_factory=set)  # whose line is new
    moved: set[str] = field(default_factory=set)  # whose members are new
    gained: Counter[str] = field(default_factory=Counter)  # how many more members each has
    moves: list[Move] = field(default_factory=list)  # of every segment, the silent ones too
    gone: BitMap = field(default_factory=BitMap)  # the `row` of customers who are deleted

    @classmethod
    def begin(
        cls,
        connection: Transaction,
        clock: Clock,
        definitions: Definitions,
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
        self.evaluate(profile, self.definitions.evaluated - self.lines.keys(), DEFINITION)
        self._tick(profile, self._late(profile) - self.written)
        self.zone = self.clock.zone.key

    def turn(self, profile: Profile, segment_id: str) -> None:
        """Lets the clock move who is due in a segment and in those that read it."""
        self._tick(profile, self._late(profile) & self.definitions.users_of([segment_id]))

    def evaluate(self, profile: Profile, wanted: Iterable[str], cause: Cause) -> None:
        """Evaluates segments over everybody; those they read, where time has moved them, beside."""
        if keys := set(wanted):
            self._evaluate(profile, profile, keys, cause)

    def follow(self, step: Step, turned: Iterable[str]) -> None:
        """
        Evaluates what a change set concerns: its customers, in the segments that read them.

        Args:
            turned: segments whose filter can be understood since, or no longer: everybody's.
        """
        cause = Cause(step.change.cause, step.change.number)
        self.gone = BitMap(step.gone)
        if step.is_small:
            self._follow_few(step, cause)
            return
        keys = self._users(self._concerned(step))
        whole = keys if step.is_large else self._users(turned)
        if part := keys - whole:
            found, turns = self._evaluation(step.after), Turns(step.after, self.clock)
            self._update(step, found, part, cause)
            self._hasten(part, turns)
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
        self.members |= save_members(self.connection, moved)
        record_moves(self.connection, self.recorded)
        record_pass(self.connection, self.last)

    @property
    def recorded(self) -> list[Move]:
        """The entries and exits that the history keeps."""
        there = [(row, self.definitions.get(row.segment_id)) for row in self.moves]
        return [row for row, one in there if one and one.segment.type not in SILENT]

    def committed(self) -> None:
        """Remembers what `save` wrote, once it is there for everybody."""
        self.kept.renew(self.last, self.lines)
        for key in self.moved & self.lines.keys():
            self.kept.keep(self.lines[key], self.members[key])

    def _tick(self, profile: Profile, keys: set[str]) -> None:
        """Lets the clock move who is due in some segments; only they are asked."""
        if not keys:
            return
        both = keys | self._beside(profile, keys)
        since = self._since(both)
        leaves = frozenset[Leaf]().union(*(self.definitions[key].leaves for key in both))
        rows = None if since is None else turned(profile, leaves, since, self.clock)
        everybody = rows is None or are_many(len(rows), profile)
        some = profile if rows is None or everybody else profile.of_rows(rows)
        self._evaluate(some, profile, keys, CLOCK)

    def _since(self, keys: Iterable[str]) -> datetime | None:
        """The first instant at which time may have moved somebody; None: that is not known."""
        lines, now = [self.lines[key] for key in keys], self.clock.instant
        if self.last.zone != self.clock.zone.key:
            return None
        known = [line.due for line in lines if line.due is not None and line.at <= now]
        return min(known) if len(known) == len(lines) else None

    def _evaluate(self, some: Profile, everybody: Profile, keys: set[str], cause: Cause) -> None:
        """Evaluates segments over all who may move in them."""
        self._read(keys)
        found, asked = self._evaluation(some), bitmap_of(some.customers["row"].to_numpy())
        turns = Turns(everybody, self.clock)
        for key in found.evaluate(keys | self._beside(everybody, keys)):
            if key in keys:
                known = self.of(key)
                self._compare(
                    found, key, known.rows if some is everybody else known.among(asked), cause
                )
                self._renew(key, self._due(key, turns.first(self.definitions[key].leaves)))

    def _follow_few(self, step: Step, cause: Cause) -> None:
        """Evaluates the segments of which a leaf says another thing of somebody than before."""
        found, turns = self._evaluation(step.after), Turns(step.after, self.clock)
        leaves = self.definitions.leaves_on(step.moved)
        keys = self._turned(step, found, leaves)
        self._update(step, found, keys, cause)
        self._hasten(self._sooner(leaves, turns) | self.moved & keys, turns)

    def _update(self, step: Step, found: Evaluation[Any], keys: set[str], cause: Cause) -> None:
        """Evaluates segments over the customers of a change set alone."""
        self._read(keys)
        asked = bitmap_of(step.rows.to_numpy())
        for key in found.evaluate(keys):
            known = self.of(key)
            if self.gone or found.may_differ(key, known):
                self._compare(found, key, known.among(asked), cause)

    def _turned(self, step: Step, found: Evaluation[Any], leaves: set[Leaf]) -> set[str]:
        """The segments in which a leaf says another thing of somebody than before."""
        before, after = self._evaluation(step.earlier).verdicts(leaves), found.verdicts(leaves)
        moved = (leaf for leaf in leaves if before[leaf] != after[leaf])
        return self._users(self.definitions.having(moved))

    def _sooner(self, leaves: Iterable[Leaf], turns: Turns) -> set[str]:
        """The segments in which the clock may move somebody before it was due to."""
        found: set[str] = set()
        for leaf in leaves:
            first = turns.first([leaf])
            if first is not None:
                having = self.definitions.having([leaf])
                found |= {key for key in having if first < (self.lines[key].due or LAST)}
        return self._users(found)

    def _hasten(self, keys: set[str], turns: Turns) -> None:
        """The lines of segments whose members are new, or who are due sooner, as of now."""
        for key in self.definitions.in_order(keys):
            if key in keys:
                first = turns.first(self.definitions[key].leaves)
                due = self._due(key, self.lines[key].due, first)
                if key in self.moved or due != self.lines[key].due:
                    self._renew(key, due)

    def _beside(self, profile: Profile, keys: set[str]) -> set[str]:
        """Segments that these read and that time has moved, too."""
        return self._late(profile) & self.definitions.read_by(keys) - keys

    def _late(self, profile: Profile) -> set[str]:
        """The segments whose members time has moved since they were found."""
        held = right(self.definitions, self.lines, self.last, profile.at, self.clock)
        return set(self.definitions.evaluated & self.lines.keys() - held - self.written)

    def _evaluation(self, profile: Profile) -> Evaluation[Any]:
        return evaluation(profile, self.clock, self.definitions, self.of)

    def _users(self, keys: Iterable[str]) -> set[str]:
        """The segments and all that read them, static ones aside."""
        return self.definitions.users_of(keys) & self.definitions.evaluated

    def _concerned(self, step: Step) -> Iterable[str]:
        """The segments that read what a change set moved."""
        if step.arrivals:
            return self.definitions
        return self.definitions.having(self.definitions.leaves_on(step.moved))

    def _read(self, segment_ids: Iterable[str]) -> None:
        """Members from memory where they are of the right revision, else from the store."""
        missing = []
        for key in segment_ids:
            line = self.stored.get(key)
            known = self.kept.known(line) if line else Members()
            if known is None:
                missing.append(key)
            else:
                self.members.setdefault(key, known)
        for key, members in members_of(self.connection, missing).items():
            self.members.setdefault(key, members)
            self.kept.keep(self.stored[key], members)

    def _compare(
        self, found: Evaluation[Any], segment_id: str, known: BitMap, cause: Cause
    ) -> None:
        """Moves whoever is in or out by now, and was not."""
        now = found.members(segment_id)
        self._move(segment_id, now - known, known - now, cause)

    def _move(self, segment_id: str, entered: BitMap, left: BitMap, cause: Cause) -> None:
        if not entered and not left:
            return
        segment = self.definitions[segment_id].segment
        self.members[segment_id] = self.of(segment_id).flipped(entered | left)
        self.moved.add(segment_id)
        self.gained[segment_id] += len(entered) - len(left)
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
            (known.count if known else 0) + self.gained[segment_id],
            self.clock.instant,
            due,
        )

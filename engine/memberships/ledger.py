"""
What one transaction comes to know and to write of the memberships; and what a process keeps of it.

Nothing is written before `save`, and nothing is kept before it was committed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pyroaring import BitMap

from engine import actors
from engine.filters.clock import Clock
from engine.memberships.causes import CLOCK, Cause, Causes
from engine.memberships.graph import Definitions
from engine.store.database import Transaction
from engine.store.results.change_log import Act, record
from engine.store.results.members import Members, members_of, save_members
from engine.store.results.memberships import (
    Membership,
    Pass,
    last_pass,
    memberships,
    record_pass,
    save_lines,
)
from engine.store.results.moves import Move, record_strokes

SILENT = ("static", "passive")  # types without entries and exits


class MembershipCache:
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
class Ledger:
    """The lines, members and moves in one transaction."""

    connection: Transaction
    clock: Clock
    definitions: Definitions
    kept: MembershipCache
    last: Pass
    stored: Mapping[str, Membership]  # the lines as the transaction found them
    lines: dict[str, Membership]
    zone: str | None  # that all of them are right in
    written: set[str] = field(default_factory=set)  # whose line is new
    moved: set[str] = field(default_factory=set)  # whose members are new
    causes: Causes = field(default_factory=Causes)  # of what change sets move
    _moves: list[Move] = field(default_factory=list)  # of every segment, a group's as one
    _members: dict[str, Members] = field(default_factory=dict)  # as far as they were looked at
    _gained: Counter[str] = field(default_factory=Counter)  # how many more members each has

    @classmethod
    def begin(
        cls, connection: Transaction, clock: Clock, definitions: Definitions, kept: MembershipCache
    ) -> "Ledger":
        """With the memberships as they are stored."""
        last = last_pass(connection)
        stored = kept.lines(connection, last)
        return cls(connection, clock, definitions, kept, last, stored, dict(stored), last.zone)

    def of(self, segment_id: str) -> Members:
        """The members as they are by now."""
        if segment_id not in self._members:
            self.read([segment_id])
        return self._members[segment_id]

    def read(self, segment_ids: Iterable[str]) -> None:
        """Members from memory where they are of the right revision, else from the store."""
        missing = []
        for key in segment_ids:
            line = self.stored.get(key)
            known = self.kept.known(line) if line else Members()
            if known is None:
                missing.append(key)
            else:
                self._members.setdefault(key, known)
        for key, members in members_of(self.connection, missing).items():
            self._members.setdefault(key, members)
            self.kept.keep(self.stored[key], members)

    def move(self, segment_id: str, entered: BitMap, left: BitMap, cause: Cause) -> None:
        """Moves customers in and out, if there are any."""
        if not entered and not left:
            return
        segment = self.definitions[segment_id].segment
        self._members[segment_id] = self.of(segment_id).flipped(entered | left)
        self.moved.add(segment_id)
        self._gained[segment_id] += len(entered) - len(left)
        at, version = self.clock.instant, segment.version
        self._moves.append(Move(segment_id, at, cause.what, cause.change, version, entered, left))

    def renew(self, segment_id: str, due: datetime | None) -> None:
        """The line as of now."""
        known = self.stored.get(segment_id)
        if known is None:
            self.moved.add(segment_id)
        self.written.add(segment_id)
        self.lines[segment_id] = Membership(
            segment_id,
            (known.revision if known else 0) + (segment_id in self.moved),
            (known.count if known else 0) + self._gained[segment_id],
            self.clock.instant,
            due,
        )

    def due(self, segment_id: str, *turns: datetime | None) -> datetime | None:
        """The first of some turns and of those of the segments that it reads; None: never."""
        inner = (self.lines[key].due for key in self.definitions[segment_id].inner)
        return min((turn for turn in (*turns, *inner) if turn is not None), default=None)

    def late(self, changed: datetime | None) -> set[str]:
        """The segments whose members time has moved since they were found."""
        held = right(self.definitions, self.lines, self.last, changed, self.clock)
        return set(self.definitions.evaluated & self.lines.keys() - held - self.written)

    def since(self, segment_ids: Iterable[str]) -> datetime | None:
        """The first instant at which time may have moved somebody; None: that is not known."""
        lines, now = [self.lines[key] for key in segment_ids], self.clock.instant
        if self.last.zone != self.clock.zone.key:
            return None
        known = [line.due for line in lines if line.due is not None and line.at <= now]
        return min(known) if len(known) == len(lines) else None

    def save(self) -> None:
        """Writes what is new; a segment may have been deleted since it was looked at."""
        there = self.definitions.keys()
        self.lines = {key: line for key, line in self.lines.items() if key in there}
        self.last = Pass(self.last.number + 1, self.zone)
        moved = {key: self._members[key] for key in self.moved & there}
        save_lines(self.connection, [self.lines[key] for key in self.written & there])
        self._members |= save_members(self.connection, moved)
        record_strokes(self.connection, self.causes.strokes(self.recorded))
        record_pass(self.connection, self.last)
        self._log_clock([row for row in self.recorded if row.cause == CLOCK.what])

    def _log_clock(self, moves: Sequence[Move]) -> None:
        """One line for all that the clock has moved, before that of what was waiting for it."""
        touched: dict[str, int | list[str]] = {
            "segments": len({row.segment_id for row in moves}),
            "entered": sum(len(row.entered) for row in moves),
            "left": sum(len(row.left) for row in moves),
        }
        if moves:
            record(self.connection, Act(actors.CLOCK, CLOCK.what, self.clock.instant, touched))

    @property
    def recorded(self) -> list[Move]:
        """Those of which the history keeps entries and exits, a group's change sets in one."""
        there = [(row, self.definitions.get(row.segment_id)) for row in self._moves]
        return [row for row, one in there if one and one.segment.type not in SILENT]

    @property
    def history(self) -> list[Move]:
        """Those, each change set's by itself."""
        return list(self.causes.apart(self.recorded))

    @property
    def moves(self) -> list[Move]:
        """What change sets have moved in any segment, the silent ones too."""
        return list(self.causes.apart(row for row in self._moves if row.change is not None))

    def committed(self) -> None:
        """Remembers what `save` wrote, once it is there for everybody."""
        self.kept.renew(self.last, self.lines)
        for key in self.moved & self.lines.keys():
            self.kept.keep(self.lines[key], self._members[key])

"""
Memberships are brought up to date inside the transaction that makes them out of date.

The clock moves first, over the records as they were; then the change, over its customers alone.
Law: what this leaves equals every definition evaluated afresh (tests/memberships).
"""

from collections.abc import Iterable
from typing import Any

from pyroaring import BitMap

from engine.base.profiles import Profile
from engine.memberships.bitmaps import bitmap_of
from engine.memberships.causes import CLOCK, DEFINITION, FOR_GOOD, Cause, Causes
from engine.memberships.evaluation import Evaluation, evaluation
from engine.memberships.graph import Definitions
from engine.memberships.leaves import DependentLeaf
from engine.memberships.ledger import Ledger
from engine.memberships.step import Step, are_many
from engine.memberships.survivors import standing
from engine.memberships.turns import LAST, Turns, turned
from engine.store.changes import ChangeSet
from engine.store.results.members import Members


class Upkeep:
    """Finds who is in and out by now; the ledger takes it down."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.clock = ledger.clock

    @property
    def definitions(self) -> Definitions:
        """Every segment, as far as this transaction has saved it."""
        return self.ledger.definitions

    def catch_up(self, profile: Profile) -> None:
        """
        Lets the clock move who is due; a segment that was never evaluated is due to begin.

        A door may set its clock back behind another's: then everybody whom it moves is due; and so
        is everybody where the project has another time zone, whose days begin at other instants.
        """
        self.evaluate(profile, self.definitions.evaluated - self.ledger.lines.keys(), DEFINITION)
        self._tick(profile, self.ledger.late(profile.at))
        self.ledger.zone = self.clock.zone.key

    def turn(self, profile: Profile, segment_id: str) -> None:
        """Lets the clock move who is due in a segment and in those that read it."""
        self._tick(profile, self.ledger.late(profile.at) & self.definitions.users_of([segment_id]))

    def evaluate(self, profile: Profile, wanted: Iterable[str], cause: Cause) -> None:
        """Evaluates segments over everybody; those they read, where time has moved them, beside."""
        if keys := set(wanted):
            self._evaluate(profile, profile, keys, cause)

    def follow(self, step: Step, turned: Iterable[str]) -> None:
        """
        Evaluates what a change set concerns: its customers, in the segments that read them.

        Args:
            turned: segments whose filter can be understood since, or no longer, or is another:
                everybody's.
        """
        group = step.group
        cause = _cause(group.wrote[-1])
        parts = zip(group.changes, group.concerned, strict=False)
        by_row = {row: _cause(change) for change, rows in parts for row in rows}
        self.ledger.causes = Causes(by_row, BitMap(step.gone))
        if cause.what in FOR_GOOD:
            self._unlist(BitMap(step.gone), cause)
        if step.is_small:
            self._follow_few(step, cause)
            return
        keys = self._users(self._concerned(step))
        whole = keys if step.is_large else self._users(turned)
        if part := keys - whole:
            found, turns = self._evaluation(step.after), Turns(step.after, self.clock)
            self._update(found, part, cause)
            self._hasten(part, turns)
        if whole:
            self.evaluate(step.whole, whole, cause)

    def define(self, profile: Profile, keys: Iterable[str]) -> None:
        """Evaluates segments whose definition is new, and all that read them."""
        known = set(keys) & self.definitions.keys()
        self.evaluate(profile, self._users(known), DEFINITION)

    def fix(self, segment_id: str, members: BitMap) -> None:
        """Gives a static segment its members."""
        known = self.ledger.of(segment_id).rows
        self.ledger.move(segment_id, members - known, known - members, DEFINITION)
        self.ledger.renew(segment_id, None)

    def _unlist(self, gone: BitMap, cause: Cause) -> None:
        """Whoever was erased stands on no list either."""
        for key in self.definitions.keys() - self.definitions.evaluated:
            if left := self.ledger.of(key).among(gone):
                self.ledger.move(key, BitMap(), left, cause)
                self.ledger.renew(key, None)

    def _tick(self, profile: Profile, keys: set[str]) -> None:
        """Lets the clock move who is due in some segments; only they are asked."""
        if not keys:
            return
        both = keys | self._beside(profile, keys)
        since = self.ledger.since(both)
        leaves = frozenset[DependentLeaf]().union(*(self.definitions[key].leaves for key in both))
        rows = None if since is None else turned(profile, leaves, since, self.clock)
        everybody = rows is None or are_many(len(rows), profile)
        some = profile if rows is None or everybody else profile.of_rows(rows)
        self._evaluate(some, profile, keys, CLOCK)

    def _evaluate(self, some: Profile, everybody: Profile, keys: set[str], cause: Cause) -> None:
        """Evaluates segments over all who may move in them."""
        self.ledger.read(keys)
        found, asked = self._evaluation(some), bitmap_of(some.customers["row"].to_numpy())
        turns = Turns(everybody, self.clock)
        for key in found.evaluate(keys | self._beside(everybody, keys)):
            if key in keys:
                known = self.ledger.of(key)
                before = known.rows if some is everybody else known.among(asked)
                self._compare(found, key, before, cause)
                first = turns.first(self.definitions[key].leaves)
                self.ledger.renew(key, self.ledger.due(key, first))

    def _follow_few(self, step: Step, cause: Cause) -> None:
        """Evaluates the segments of which a leaf says another thing of somebody than before."""
        found, turns = self._evaluation(step.after), Turns(step.after, self.clock)
        leaves = self.definitions.leaves_on(step.moved)
        keys = self._turned(step, found, leaves)
        self._update(found, keys, cause)
        self._hasten(self._sooner(leaves, turns) | self.ledger.moved & keys, turns)

    def _update(self, found: Evaluation[Any], keys: set[str], cause: Cause) -> None:
        """Evaluates segments over the customers of a change set alone."""
        self.ledger.read(keys)
        gone = self.ledger.causes.gone  # who is not in the profile any more
        for key in found.evaluate(keys):
            known = self.ledger.of(key)
            entered, left = found.moved(key, known)
            self.ledger.move(key, entered, left | known.among(gone) if gone else left, cause)

    def _turned(self, step: Step, found: Evaluation[Any], leaves: set[DependentLeaf]) -> set[str]:
        """The segments in which a leaf says another thing of somebody than before."""
        before, after = self._evaluation(step.earlier).verdicts(leaves), found.verdicts(leaves)
        moved = (leaf for leaf in leaves if before[leaf] != after[leaf])
        return self._users(self.definitions.having(moved))

    def _sooner(self, leaves: Iterable[DependentLeaf], turns: Turns) -> set[str]:
        """The segments in which the clock may move somebody before it was due to."""
        found: set[str] = set()
        for leaf in leaves:
            first = turns.first([leaf])
            if first is not None:
                having = self.definitions.having([leaf])
                found |= {key for key in having if first < (self.ledger.lines[key].due or LAST)}
        return self._users(found)

    def _hasten(self, keys: set[str], turns: Turns) -> None:
        """The lines of segments whose members are new, or who are due sooner, as of now."""
        sliding = keys & self.definitions.sliding
        for key in keys & self.ledger.moved - sliding:  # most of a thousand
            self.ledger.renew(key, None)
        for key in self.definitions.in_order(sliding):
            if key in sliding:
                first = turns.first(self.definitions[key].leaves)
                due = self.ledger.due(key, self.ledger.lines[key].due, first)
                if key in self.ledger.moved or due != self.ledger.lines[key].due:
                    self.ledger.renew(key, due)

    def _beside(self, profile: Profile, keys: set[str]) -> set[str]:
        """Segments that these read and that time has moved, too."""
        return self.ledger.late(profile.at) & self.definitions.read_by(keys) - keys

    def _evaluation(self, profile: Profile) -> Evaluation[Any]:
        def known(key: str) -> Members:
            members = self.ledger.of(key)
            return standing(profile, members) if self.definitions[key].fixed else members

        return evaluation(profile, self.clock, self.definitions, known)

    def _users(self, keys: Iterable[str]) -> set[str]:
        """The segments and all that read them, static ones aside."""
        return self.definitions.users_of(keys) & self.definitions.evaluated

    def _concerned(self, step: Step) -> Iterable[str]:
        """The segments that read what a change set moved."""
        if step.arrivals:
            return self.definitions
        return self.definitions.having(self.definitions.leaves_on(step.moved))

    def _compare(
        self, found: Evaluation[Any], segment_id: str, known: BitMap, cause: Cause
    ) -> None:
        """Moves whoever is in or out by now, and was not."""
        now = found.members(segment_id)
        self.ledger.move(segment_id, now - known, known - now, cause)


def _cause(change: ChangeSet) -> Cause:
    return Cause(change.act.cause, change.number)

"""
When time alone may change what a leaf says of some customer, and of whom: no fewer than it does.

Calendar operators turn at local midnight. One that counts N×24 h from an instant turns N days
before or after it, and whatever looks at the past or the future turns at the instant itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from engine.base.kinds.registry import KINDS
from engine.base.profiles import Profile
from engine.filters import meaning
from engine.filters.clock import DAY, Clock
from engine.filters.kinds import INSTANT
from engine.memberships.leaves import DependentLeaf
from engine.store.records.tables import OWNER

LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
FEW = 16  # instants up to which plain Python is faster
TICK = timedelta(microseconds=1)  # an operator that excludes its end turns right behind it


class Turns:
    """What time does to the customers of one profile from one instant on, each leaf once."""

    def __init__(self, profile: Profile, clock: Clock) -> None:
        self._profile = profile
        self._clock = clock
        self._known: dict[DependentLeaf, datetime | None] = {}

    def first(self, leaves: Iterable[DependentLeaf]) -> datetime | None:
        """No later than time alone turns one of these leaves for somebody; None: never."""
        found = (self._first(leaf) for leaf in leaves if leaf.slides)
        return min((turn for turn in found if turn is not None), default=None)

    def _first(self, leaf: DependentLeaf) -> datetime | None:
        if leaf not in self._known:
            clock = self._clock
            turns = [clock.midnight(clock.today + DAY)] if leaf.resolved.daily else []
            for watched in _watched(self._profile, leaf, clock):
                turns += watched.turns(clock)
            self._known[leaf] = min(turns, default=None)
        return self._known[leaf]


def turned(
    profile: Profile, leaves: Iterable[DependentLeaf], since: datetime, clock: Clock
) -> pl.Series | None:
    """
    The `row` of all of whom time may have turned one of these leaves since an instant, ascending.

    None: it may be anybody, as a day has begun, or the clock was set back.
    """
    # A turn due at `since` has not been made; one behind an instant is due a tick later than that.
    before, sliding = Clock(since - 2 * TICK, clock.zone), [leaf for leaf in leaves if leaf.slides]
    is_new_day = before.today != clock.today and any(leaf.resolved.daily for leaf in sliding)
    if since > clock.instant or is_new_day:
        return None
    parts = [
        watched.between(before.instant, clock.instant)
        for leaf in sliding
        for watched in _watched(profile, leaf, clock)
    ]
    return pl.concat([pl.Series(dtype=pl.Int64), *parts]).unique().sort()


@dataclass(frozen=True, eq=False)
class _DayWatch:
    """Instants that lie so many days from some instant, now among them, when a leaf turns."""

    instants: pl.Series  # no operator on lists asks the clock
    owners: pl.Series  # the `row` of the customer of each
    days: frozenset[int]
    tests: tuple[meaning.Leaf, ...] = ()  # which may turn right behind an instant

    def turns(self, clock: Clock) -> Iterator[datetime]:
        """The next ones."""
        for span in self._spans:
            first = _first(self.instants, clock.instant - span)
            if first is not None and LAST - first >= span:
                yield first + span
        pairs = ((test, span) for test in self.tests for span in self._spans)
        if any(_turns_behind(test, self.instants, span, clock) for test, span in pairs):
            yield clock.instant + TICK

    def between(self, since: datetime, now: datetime) -> pl.Series:
        """The `row` of those with a turn between two instants, the second included."""
        parts = [self.owners.clear()]
        for span in self._spans:
            first = _first(self.instants, since - span)
            if first is not None and first <= now - span:  # mostly there is none
                parts.append(self.owners.filter(self.instants.is_between(first, now - span)))
        return pl.concat(parts).drop_nulls()

    @property
    def _spans(self) -> set[timedelta]:
        return {timedelta(days=sign * number) for number in {0, *self.days} for sign in (-1, 1)}


def _watched(profile: Profile, leaf: DependentLeaf, clock: Clock) -> Iterator[_DayWatch]:
    """What makes a sliding leaf turn within a day."""
    resolved, rows = leaf.resolved, profile.customers["row"]
    if _looks(resolved):  # else the values need not be found
        column = profile.column_of(resolved, clock)
        yield from _values(None if column is None else column.values, rows, [resolved])
    if resolved.subject.narrowed:
        yield from _records(profile, resolved.subject)


def _records(profile: Profile, subject: meaning.Subject) -> Iterator[_DayWatch]:
    """Records that enter or leave the window, or that `where` says another thing of."""
    table, period = subject.field.table, subject.period
    records = profile.activity.counted(table)
    if period is not None and period.last_days is not None:
        instants = records[str(KINDS[table].instant)]
        yield _DayWatch(instants, records[OWNER], frozenset({period.last_days}))
    for clause in subject.where.conditions() if subject.where else ():
        tests = [test for test in clause.leaves if _looks(test)]
        if tests:
            values = profile.activity.values(table, clause.subject.field)
            yield from _values(values, records[OWNER], tests)


def _looks(test: meaning.Leaf) -> bool:
    """Whether a test compares instants with now; days turn at midnight."""
    return test.operator.uses_clock and test.kind is INSTANT


def _values(
    values: pl.Series | None, owners: pl.Series, tests: Sequence[meaning.Leaf]
) -> Iterator[_DayWatch]:
    if values is not None:
        days = frozenset[int]().union(*(one.values for one in tests))
        yield _DayWatch(values, owners, days, tuple(tests))


def _first(instants: pl.Series, bound: datetime) -> datetime | None:
    """The first instant behind a bound."""
    if len(instants) <= FEW:
        return min((one for one in instants.to_list() if one and one > bound), default=None)
    found = instants.filter(instants > bound).min()
    return found if isinstance(found, datetime) else None


def _turns_behind(test: meaning.Leaf, instants: pl.Series, span: timedelta, clock: Clock) -> bool:
    """Whether a value is so far from now that the verdict is another right behind now."""
    value, row = clock.instant - span, test.operator
    behind = Clock(clock.instant + TICK, clock.zone)
    turns = row.matches(value, test.values, clock) != row.matches(value, test.values, behind)
    return turns and value in instants

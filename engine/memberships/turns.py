"""
When time alone may change what a condition says of some customer: no later than that, never after.

Calendar operators turn at local midnight. One that counts N×24 h from an instant turns N days
before or after it, and whatever looks at the past or the future turns at the instant itself.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import polars as pl

from engine.filters.clock import DAY, Clock
from engine.filters.expression import Condition, conditions_of
from engine.filters.fields import Field
from engine.filters.kinds import INSTANT
from engine.filters.understanding import Reading, understood
from engine.memberships.leaves import Leaf
from engine.profiles import Profile
from engine.summaries import INSTANTS, source_of

LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
FEW = 16  # instants up to which plain Python is faster
TICK = timedelta(microseconds=1)  # an operator that excludes its end turns right behind it


def next_turn(profile: Profile, leaf: Leaf, clock: Clock) -> datetime | None:
    """The next turn of one leaf over these customers; None where the clock has no say."""
    if not leaf.slides:
        return None
    condition, field = leaf.condition, leaf.field
    column = profile.column_of(condition, clock)
    turns = [clock.midnight(clock.today + DAY)]
    if column is not None:
        turns += _of_values(column.values, condition, field, clock)
    if condition.window is not None or condition.where is not None:
        turns += _of_records(profile, condition, clock)
    return min(turns)


def _of_records(profile: Profile, condition: Condition, clock: Clock) -> Iterator[datetime]:
    """When records enter or leave the window, and when `where` turns."""
    table, window = source_of(profile.catalogue.field(condition.field)).table, condition.window
    if window is not None and window.last_days is not None:
        happened = profile.activity.counted(table)[INSTANTS[table]]
        yield from _crossings(happened, {0, window.last_days}, clock)
    catalogue = profile.catalogue.of_records(table)
    for _, inner in conditions_of(condition.where) if condition.where else ():
        field = catalogue.field(inner.field)
        values = profile.activity.values(table, field)
        if values is not None:
            yield from _of_values(values, inner, field, clock)


def _of_values(
    values: pl.Series, condition: Condition, field: Field, clock: Clock
) -> Iterator[datetime]:
    """When the tests turn for one of the values, or for an element of one."""
    flat = values.explode() if values.dtype == pl.List else values
    if flat.dtype != INSTANT.dtype:
        return  # of days, which turn at midnight
    for test in condition.tests:
        reading = understood(field, test.operator, test.operand, clock.zone)
        if reading.operator.uses_clock:
            days = {0, *reading.values}
            yield from _crossings(flat, days, clock)
            if any(_turns_behind(reading, flat, span, clock) for span in _spans(days)):
                yield clock.instant + TICK


def _crossings(instants: pl.Series, days: Iterable[int], clock: Clock) -> Iterator[datetime]:
    """The first instant behind now that is so many days before or after, or at, one of these."""
    for span in _spans(days):
        first = _first(instants, clock.instant - span)
        if first is not None and LAST - first >= span:
            yield first + span


def _first(instants: pl.Series, bound: datetime) -> datetime | None:
    """The first instant behind a bound."""
    if len(instants) <= FEW:
        return min((one for one in instants.to_list() if one and one > bound), default=None)
    found = instants.filter(instants > bound).min()
    return found if isinstance(found, datetime) else None


def _turns_behind(reading: Reading, instants: pl.Series, span: timedelta, clock: Clock) -> bool:
    """Whether a value is so far from now that the verdict is another right behind now."""
    value, row = clock.instant - span, reading.operator
    behind = Clock(clock.instant + TICK, clock.zone)
    turns = row.matches(value, reading.values, clock) != row.matches(value, reading.values, behind)
    return turns and value in instants


def _spans(days: Iterable[int]) -> set[timedelta]:
    return {timedelta(days=sign * number) for number in days for sign in (-1, 1)}

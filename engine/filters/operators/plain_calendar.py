"""Calendar operators in plain Python, by local dates and anniversaries: the oracle of `intervals`.

Shares no code with `intervals` on purpose.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from engine.filters.clock import Clock

Matches = Callable[[Any, Sequence[Any], Clock], bool]


def local_day(value: date, clock: Clock) -> date:
    """The calendar day of a date or of an instant in the project zone."""
    if not isinstance(value, datetime):
        return value
    try:
        return value.astimezone(clock.zone).date()
    except OverflowError:  # the first or last hours of the years 1 to 9999, which mean "never"
        return value.date()


def elapsed(value: date, clock: Clock) -> timedelta:
    """How long ago the value is: whole days for a date, the exact span for an instant."""
    return clock.instant - value if isinstance(value, datetime) else clock.today - value


def anniversary_in(day: date, year: int) -> date:
    """The anniversary of a day in a year; 29 February counts as the 28th in other years."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


DISTANCE: dict[str, Callable[[date, date], int]] = {
    "day": lambda day, today: (day - today).days,
    "week": lambda day, today: (day.toordinal() - 1) // 7 - (today.toordinal() - 1) // 7,
    "month": lambda day, today: (day.year - today.year) * 12 + day.month - today.month,
    "year": lambda day, today: day.year - today.year,
}  # how many periods lie between today and the day; day 1 of the calendar was a Monday


def in_period(unit: str, offset: int) -> Matches:
    """The local day lies so many periods from today."""
    return lambda value, _, clock: DISTANCE[unit](local_day(value, clock), clock.today) == offset


def in_period_of_year(unit: str, offset: int) -> Matches:
    """An anniversary of the local day lies so many periods from today."""

    def matches(value: Any, _operand: Sequence[Any], clock: Clock) -> bool:
        day, today = local_day(value, clock), clock.today
        near = [anniversary_in(day, today.year + shift) for shift in (-1, 0, 1)]
        return any(DISTANCE[unit](anniversary, today) == offset for anniversary in near)

    return matches


def days_since(value: Any, clock: Clock) -> int:
    """Days since the last anniversary; 0 when it is today."""
    day, today = local_day(value, clock), clock.today
    last = anniversary_in(day, today.year)
    return (today - (last if last <= today else anniversary_in(day, today.year - 1))).days


def days_until(value: Any, clock: Clock) -> int:
    """Days until the next anniversary; 0 when it is today."""
    day, today = local_day(value, clock), clock.today
    following = anniversary_in(day, today.year)
    return ((following if following >= today else anniversary_in(day, today.year + 1)) - today).days


def days_ago(value: Any, operand: Sequence[Any], clock: Clock) -> bool:
    """The local day is N days before today, and the value not later than now."""
    ago = (clock.today - local_day(value, clock)).days
    return ago in operand and elapsed(value, clock) >= timedelta(0)


def days_ahead(value: Any, operand: Sequence[Any], clock: Clock) -> bool:
    """The local day is N days after today, and the value not earlier than now."""
    ahead = (local_day(value, clock) - clock.today).days
    return ahead in operand and elapsed(value, clock) <= timedelta(0)


def years_ago(value: Any, operand: Sequence[Any], clock: Clock) -> bool:
    """The N-th anniversary is today, and the value not later than now."""
    day, today = local_day(value, clock), clock.today
    on_the_day = anniversary_in(day, today.year) == today and today.year - day.year in operand
    return on_the_day and elapsed(value, clock) >= timedelta(0)

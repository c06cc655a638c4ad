"""Calendar operators as Polars expressions: half-open intervals, and days of the year as numbers.

An interval is two plain comparisons whose ends the clock computes, so clock changes are exact and
cheap. Only methods of Polars that the expressions of other engines have too are used.
"""

from calendar import isleap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from engine.filters.clock import DAY, Clock
from engine.filters.kinds import DATE, INSTANT, Kind

Compile = Callable[[pl.Expr, Sequence[Any], Clock], pl.Expr]
Edges = Callable[[Sequence[Any], Clock], Iterable[Any]]


@dataclass(frozen=True, eq=False)
class Line:
    """How a kind lies on the time line."""

    kind: Kind
    now: Callable[[Clock], Any]
    begin: Callable[[Clock, date], Any]  # the first value of a calendar day
    local: Callable[[pl.Expr, Clock], pl.Expr]  # the value on the calendar of the project zone


DATES = Line(DATE, lambda clock: clock.today, lambda _, day: day, lambda value, _: value)
INSTANTS = Line(
    INSTANT,
    lambda clock: clock.instant,
    lambda clock, day: clock.midnight(day),
    lambda value, clock: value.dt.convert_time_zone(clock.zone.key),
)
LINES = (DATES, INSTANTS)


def any_of(value: pl.Expr, parts: Iterable[pl.Expr]) -> pl.Expr:
    """Whether one of the parts holds, joined as a balanced tree; no parts: false of every value."""
    level: list[pl.Expr] = list(parts) or [value.is_null()]  # no value is null here
    while len(level) > 1:  # a chain of 1,000 takes Polars 2.5 s to plan, a tree of depth 10 nothing
        level = [_either(level[at : at + 2]) for at in range(0, len(level), 2)]
    return level[0]


def _either(pair: list[pl.Expr]) -> pl.Expr:
    return pair[0] | pair[1] if len(pair) == 2 else pair[0]


# --- whole periods of the calendar ---


def _week(today: date, offset: int) -> tuple[date, date]:
    monday = today - today.weekday() * DAY + 7 * offset * DAY
    return monday, monday + 7 * DAY


def _month(today: date, offset: int) -> tuple[date, date]:
    return _first(today.year, today.month + offset), _first(today.year, today.month + offset + 1)


def _first(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


PERIODS: dict[str, Callable[[date, int], tuple[date, date]]] = {
    "day": lambda today, offset: (today + offset * DAY, today + (offset + 1) * DAY),
    "week": _week,
    "month": _month,
    "year": lambda today, offset: (
        date(today.year + offset, 1, 1),
        date(today.year + offset + 1, 1, 1),
    ),
}  # the first day of the period so many periods from today, and the first day after it


def in_period(line: Line, unit: str, offset: int) -> Compile:
    """The value lies in the period so many periods from today's."""

    def compiled(value: pl.Expr, _operand: Sequence[Any], clock: Clock) -> pl.Expr:
        first, after = (line.begin(clock, day) for day in PERIODS[unit](clock.today, offset))
        inside: pl.Expr = (value >= first) & (value < after)
        return inside

    return compiled


def period_edges(line: Line, unit: str, offset: int) -> Edges:
    """Where `in_period` begins and ends."""
    return lambda _operand, clock: [
        line.begin(clock, day) for day in PERIODS[unit](clock.today, offset)
    ]


# --- spans from now, and single days ---


def before_span(line: Line) -> Compile:
    """More than N days ago."""
    return lambda value, operand, clock: value < line.now(clock) - _days(operand)


def within_span(line: Line) -> Compile:
    """Less than N days ago: now − N d < x ≤ now."""
    return lambda value, operand, clock: (
        (value > line.now(clock) - _days(operand)) & (value <= line.now(clock))
    )


def beyond_span(line: Line) -> Compile:
    """More than N days in the future."""
    return lambda value, operand, clock: value > line.now(clock) + _days(operand)


def ahead_span(line: Line) -> Compile:
    """Less than N days in the future: now ≤ x < now + N d."""
    return lambda value, operand, clock: (
        (value >= line.now(clock)) & (value < line.now(clock) + _days(operand))
    )


def span_edges(line: Line) -> Edges:
    """Now, and so many days before and after it."""
    return lambda operand, clock: [
        line.now(clock) - _days(operand),
        line.now(clock),
        line.now(clock) + _days(operand),
    ]


def _days(operand: Sequence[Any]) -> timedelta:
    return timedelta(days=operand[0])


def days_ago(line: Line) -> Compile:
    """The calendar day N days before today, nothing later than now."""
    return lambda value, operand, clock: (
        _on_days(line, value, [clock.today - number * DAY for number in operand], clock)
        & (value <= line.now(clock))
    )


def days_ahead(line: Line) -> Compile:
    """The calendar day N days after today, nothing earlier than now."""
    return lambda value, operand, clock: (
        _on_days(line, value, [clock.today + number * DAY for number in operand], clock)
        & (value >= line.now(clock))
    )


def years_ago(line: Line) -> Compile:
    """The N-th anniversary is exactly today, nothing later than now."""
    return lambda value, operand, clock: (
        _on_days(line, value, _same_day(clock.today, operand), clock) & (value <= line.now(clock))
    )


def _on_days(line: Line, value: pl.Expr, days: Iterable[date], clock: Clock) -> pl.Expr:
    return any_of(
        value,
        [
            (value >= line.begin(clock, day)) & (value < line.begin(clock, day + DAY))
            for day in sorted(set(days))
        ],
    )


def _same_day(today: date, years: Iterable[int]) -> list[date]:
    wanted = [(today.year - back, *divmod(code, 100)) for back in years for code in _codes(today)]
    return [
        date(year, month, day)
        for year, month, day in wanted
        if year >= 1 and (day != 29 or month != 2 or isleap(year))
    ]


# --- days of the year: month × 100 + day ---


def _codes(day: date) -> tuple[int, ...]:
    """The days of the year whose anniversary is this day: 28 February stands in for the 29th."""
    code = day.month * 100 + day.day
    return (228, 229) if code == 228 and not isleap(day.year) else (code,)


def _on_codes(line: Line, value: pl.Expr, codes: Iterable[int], clock: Clock) -> pl.Expr:
    local = line.local(value, clock)
    # a float factor, since Polars keeps months and days in 8 bits
    code = local.dt.month() * 100.0 + local.dt.day()
    return code.is_in(sorted(map(float, codes)))


def in_period_of_year(line: Line, unit: str, offset: int) -> Compile:
    """An anniversary of the value lies in the period so many periods from today's."""

    def compiled(value: pl.Expr, _operand: Sequence[Any], clock: Clock) -> pl.Expr:
        first, after = PERIODS[unit](clock.today, offset)
        days = [first + number * DAY for number in range((after - first).days)]
        return _on_codes(line, value, {code for day in days for code in _codes(day)}, clock)

    return compiled


def anniversary(line: Line, direction: int, holds: Callable[[int, Sequence[Any]], bool]) -> Compile:
    """`holds` of the days since the last (direction −1) or until the next (+1) anniversary."""

    def compiled(value: pl.Expr, operand: Sequence[Any], clock: Clock) -> pl.Expr:
        distance: dict[int, int] = {}
        for number in range(366):  # the anniversaries of every day of the year, the nearest first
            for code in _codes(clock.today + direction * number * DAY):
                distance.setdefault(code, number)
        chosen = [code for code, number in distance.items() if holds(number, operand)]
        return _on_codes(line, value, chosen, clock)

    return compiled


# --- parts of the date ---


def part(line: Line, of: Callable[[pl.Expr], pl.Expr]) -> Compile:
    """A part of the local date is one of the numbers."""
    return lambda value, operand, clock: of(line.local(value, clock)).is_in(list(operand))

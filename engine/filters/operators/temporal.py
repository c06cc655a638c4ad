"""The operator rows on dates and instants, each once per kind."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from engine.filters.clock import Clock
from engine.filters.kinds import DATE, INSTANT
from engine.filters.operators import intervals, operands, plain_calendar
from engine.filters.operators.intervals import INSTANTS, LINES, Line
from engine.filters.operators.operands import Operand
from engine.filters.operators.row import Cases, Operator, examples


def _temporal(
    line: Line,
    key: str,
    label: str,
    operand: Operand,
    compiled: intervals.Compile,
    matches: plain_calendar.Matches,
    cases: Cases,
    **more: Any,
) -> Operator:
    """A row on dates or instants; each example is a day, for instants its noon in UTC."""
    at_noon = {DATE: "{}", INSTANT: "{}T12:00:00Z"}[line.kind]
    spelled = tuple((day and at_noon.format(day), given, holds) for day, given, holds in cases)
    return Operator(key, label, (line.kind,), operand, compiled, matches, examples(spelled), **more)


def _spans(line: Line) -> Iterator[Operator]:
    def days(value: Any, clock: Clock) -> float:
        return plain_calendar.elapsed(value, clock) / timedelta(days=1)

    past: Cases = (
        ("2024-02-01", 30, True),
        ("2024-02-14", 30, False),
        ("2024-03-16", 0, False),
        (None, 0, False),
    )
    recent: Cases = (
        ("2024-02-15", 30, True),
        ("2024-02-14", 30, False),
        ("2024-03-15", 1, True),
        ("2024-03-16", 9, False),
    )
    far: Cases = (("2024-04-20", 30, True), ("2024-04-14", 30, False), ("2024-03-14", 0, False))
    near: Cases = (
        ("2024-04-13", 30, True),
        ("2024-04-14", 30, False),
        ("2024-03-15", 1, True),
        ("2024-03-14", 9, False),
    )
    for key, label, compiled, matches, cases in (
        (
            "$more_than",
            "is more than … days ago",
            intervals.before_span(line),
            lambda v, n, c: days(v, c) > n[0],
            past,
        ),
        (
            "$less_than",
            "is less than … days ago",
            intervals.within_span(line),
            lambda v, n, c: 0 <= days(v, c) < n[0],
            recent,
        ),
        (
            "$more_than_ago",
            "is more than … days ago",
            intervals.before_span(line),
            lambda v, n, c: days(v, c) > n[0],
            past,
        ),
        (
            "$less_than_ago",
            "is less than … days ago",
            intervals.within_span(line),
            lambda v, n, c: 0 <= days(v, c) < n[0],
            recent,
        ),
        (
            "$more_than_future",
            "is in more than … days",
            intervals.beyond_span(line),
            lambda v, n, c: -days(v, c) > n[0],
            far,
        ),
        (
            "$less_than_future",
            "is in less than … days",
            intervals.ahead_span(line),
            lambda v, n, c: 0 <= -days(v, c) < n[0],
            near,
        ),
    ):
        yield _temporal(
            line,
            key,
            label,
            operands.SPAN,
            compiled,
            matches,
            cases,
            uses_clock=True,
            elapses=line is INSTANTS,
            edges=intervals.span_edges(line),
        )


def _single_days(line: Line) -> Iterator[Operator]:
    for key, label, operand, compiled, matches, cases in (
        (
            "$is_days_ago",
            "is exactly … days ago",
            operands.DAYS,
            intervals.days_ago(line),
            plain_calendar.days_ago,
            (
                ("2024-03-12", [1, 3], True),
                ("2024-03-15", 0, True),
                ("2024-03-11", 3, False),
                ("2024-03-18", 3, False),
            ),
        ),
        (
            "$is_days_in_future",
            "is in exactly … days",
            operands.DAYS,
            intervals.days_ahead(line),
            plain_calendar.days_ahead,
            (
                ("2024-03-18", [1, 3], True),
                ("2024-03-15", 0, True),
                ("2024-03-19", 3, False),
                ("2024-03-12", 3, False),
            ),
        ),
        (
            "$is_years_ago",
            "is exactly … years ago",
            operands.YEARS_BACK,
            intervals.years_ago(line),
            plain_calendar.years_ago,
            (
                ("2020-03-15", [1, 4], True),
                ("2020-03-16", 4, False),
                ("2019-03-15", 4, False),
                (None, 4, False),
            ),
        ),
    ):
        yield _temporal(line, key, label, operand, compiled, matches, cases, uses_clock=True)


PERIODS: tuple[tuple[str, str, int, str, str], ...] = (
    ("today", "day", 0, "2024-03-15", "2024-03-16"),
    ("yesterday", "day", -1, "2024-03-14", "2024-03-15"),
    ("tomorrow", "day", 1, "2024-03-16", "2024-03-15"),
    ("this_week", "week", 0, "2024-03-11", "2024-03-18"),
    ("last_week", "week", -1, "2024-03-10", "2024-03-11"),
    ("next_week", "week", 1, "2024-03-24", "2024-03-25"),
    ("this_month", "month", 0, "2024-03-31", "2024-04-01"),
    ("last_month", "month", -1, "2024-02-29", "2024-03-01"),
    ("next_month", "month", 1, "2024-04-30", "2024-05-01"),
    ("this_year", "year", 0, "2024-12-31", "2025-01-01"),
    ("last_year", "year", -1, "2023-01-01", "2024-01-01"),
    ("next_year", "year", 1, "2025-12-31", "2026-01-01"),
)  # name, unit, how many units from today, a day inside, a day outside


def _calendar(line: Line) -> Iterator[Operator]:
    for name, unit, offset, inside, outside in PERIODS:
        yearly = unit != "year"  # there is no `$this_year_md`
        yield _temporal(
            line,
            f"${name}",
            f"is {name.replace('_', ' ')}",
            operands.FLAG,
            intervals.in_period(line, unit, offset),
            plain_calendar.in_period(unit, offset),
            ((inside, None, True), (outside, None, False), (None, None, False)),
            uses_clock=True,
            year_free=f"${name}_md" if yearly else None,
            edges=intervals.period_edges(line, unit, offset),
        )
        if yearly:
            yield _temporal(
                line,
                f"${name}_md",
                f"has its anniversary {name.replace('_', ' ')}",
                operands.FLAG,
                intervals.in_period_of_year(line, unit, offset),
                plain_calendar.in_period_of_year(unit, offset),
                (
                    ("1980" + inside[4:], None, True),
                    ("1980" + outside[4:], None, False),
                    (None, None, False),
                ),
                uses_clock=True,
                dear=True,
            )


def _anniversaries(line: Line) -> Iterator[Operator]:
    ago: Cases = (("1990-03-12", [3, 9], True), ("1990-03-18", 3, False))
    more_ago: Cases = (("1990-03-11", 3, True), ("1990-03-12", 3, False))
    less_ago: Cases = (("1990-03-12", 3, True), ("1990-03-11", 3, False), ("1990-03-15", 0, True))
    ahead: Cases = (("1990-03-18", [3, 9], True), ("1990-03-12", 3, False))
    more_ahead: Cases = (("1990-03-19", 3, True), ("1990-03-18", 3, False))
    less_ahead: Cases = (("1990-03-18", 3, True), ("1990-03-19", 3, False), ("1990-03-15", 0, True))
    since, until = plain_calendar.days_since, plain_calendar.days_until
    for key, label, operand, direction, holds, count, cases in (
        (
            "$is_days_ago_md",
            "had its anniversary exactly … days ago",
            operands.YEAR_DAYS,
            -1,
            lambda k, n: k in n,
            since,
            ago,
        ),
        (
            "$is_more_days_ago_md",
            "had its anniversary more than … days ago",
            operands.YEAR_SPAN,
            -1,
            lambda k, n: k > n[0],
            since,
            more_ago,
        ),
        (
            "$is_less_days_ago_md",
            "had its anniversary at most … days ago",
            operands.YEAR_SPAN,
            -1,
            lambda k, n: k <= n[0],
            since,
            less_ago,
        ),
        (
            "$is_days_in_future_md",
            "has its anniversary in exactly … days",
            operands.YEAR_DAYS,
            1,
            lambda k, n: k in n,
            until,
            ahead,
        ),
        (
            "$is_more_days_in_future_md",
            "has its anniversary in more than … days",
            operands.YEAR_SPAN,
            1,
            lambda k, n: k > n[0],
            until,
            more_ahead,
        ),
        (
            "$is_less_days_in_future_md",
            "has its anniversary in at most … days",
            operands.YEAR_SPAN,
            1,
            lambda k, n: k <= n[0],
            until,
            less_ahead,
        ),
    ):
        yield _temporal(
            line,
            key,
            label,
            operand,
            intervals.anniversary(line, direction, holds),
            _counted(count, holds),
            cases,
            uses_clock=True,
            dear=True,
        )


def _counted(
    count: Callable[[Any, Clock], int], holds: Callable[[int, Sequence[Any]], bool]
) -> plain_calendar.Matches:
    return lambda value, operand, clock: holds(count(value, clock), operand)


def _parts(line: Line) -> Iterator[Operator]:
    day = plain_calendar.local_day
    for key, label, operand, compiled, matches, cases in (
        (
            "$is_day_of_month",
            "falls on day … of the month",
            operands.MONTH_DAYS,
            lambda local: local.dt.day(),
            lambda v, n, c: day(v, c).day in n,
            (("2024-02-29", [29, 30], True), ("2024-02-28", 29, False)),
        ),
        (
            "$is_day",
            "falls on a …",
            operands.WEEKDAY_NAMES,
            lambda local: local.dt.weekday(),
            lambda v, n, c: day(v, c).isoweekday() in n,
            (("2024-03-11", ["monday", 7], True), ("2024-03-11", 2, False)),
        ),
        (
            "$is_month",
            "falls in …",
            operands.MONTH_NAMES,
            lambda local: local.dt.month(),
            lambda v, n, c: day(v, c).month in n,
            (("1990-03-01", "March", True), ("1990-03-01", [2, 4], False)),
        ),
        (
            "$is_year",
            "falls in the year …",
            operands.YEARS,
            lambda local: local.dt.year(),
            lambda v, n, c: day(v, c).year in n,
            (("1990-03-01", [1990, 1991], True), ("1990-03-01", "1991", False)),
        ),
    ):
        chosen = intervals.part(line, compiled)
        yield _temporal(line, key, label, operand, chosen, matches, cases, dear=True)


def temporal_rows() -> Iterator[Operator]:
    """Every row of this module; the two of one key stand together."""
    for family in (_spans, _single_days, _calendar, _anniversaries, _parts):
        for of_one_key in zip(*map(family, LINES), strict=True):
            yield from of_one_key

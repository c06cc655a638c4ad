"""The shapes an operand can have: how many values, and how one JSON scalar is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from engine.filters import reading
from engine.filters.kinds import Kind
from engine.limits import DAY_SPAN, OPERANDS, PATTERN, PATTERNS, Limit

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
LONGEST = DAY_SPAN.most
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, eq=False)
class Operand:
    """One shape; `read` raises ValueError with what was expected and what came."""

    key: str
    arity: str  # "none" (a flag), "one" or "many"
    doc: str  # which values they may be
    read: Callable[[Any, Kind, ZoneInfo], Any]  # one JSON scalar, the field's kind, the zone
    widget: str | None = None  # which input the builder offers; None: the kind's own
    names: tuple[str, ...] = ()  # the words that stand for 1, 2, 3 …
    most: Limit = OPERANDS

    def __repr__(self) -> str:
        return f"Operand({self.key})"


def _of_kind(raw: Any, kind: Kind, zone: ZoneInfo) -> Any:
    return kind.read_json(raw, zone)


def _part(raw: Any, kind: Kind, zone: ZoneInfo) -> Any:
    """A text to look for: Polars makes a pattern of it, which fails above 100,000 characters."""
    if isinstance(raw, str) and len(raw) > PATTERN.most:
        raise ValueError(f"expected a text of at most {PATTERN}, got {len(raw):,}")
    return kind.read_json(raw, zone)


def _whole(what: str, least: int, most: int) -> Callable[[Any, Kind, ZoneInfo], int]:
    expected = f"a whole number {what}from {least} to {most}"

    def read(raw: Any, _kind: Kind, zone: ZoneInfo) -> int:
        try:
            value = reading.number(raw, zone)
        except ValueError:
            raise reading.mistaken(expected, raw) from None
        if value != int(value) or not least <= value <= most:
            raise reading.mistaken(expected, raw)
        return int(value)

    return read


def _by_name(what: str, names: tuple[str, ...]) -> Callable[[Any, Kind, ZoneInfo], int]:
    numbers = {name.casefold(): number for number, name in enumerate(names, start=1)}
    whole = _whole("", 1, len(names))

    def read(raw: Any, kind: Kind, zone: ZoneInfo) -> int:
        try:
            return numbers.get(str(raw).casefold()) or whole(raw, kind, zone)
        except ValueError:
            expected = f"{what} as 1 to {len(names)} or in English such as {names[0]}"
            raise reading.mistaken(expected, raw) from None

    return read


ANY_DAYS = (f"days, 0 to {LONGEST:,}", _whole("of days ", 0, LONGEST), "days")
YEAR_OF_DAYS = ("days, 0 to 365", _whole("of days ", 0, 365), "days")
FLAG = Operand("flag", "none", "", _of_kind, "flag")
VALUES = Operand("values", "many", "the field's kind", _of_kind)
ALL = Operand("values", "many", "the field's kind", _of_kind, most=PATTERNS)  # a look each
PARTS = Operand("values", "many", "the field's kind", _part, most=PATTERNS)
VALUE = Operand("value", "one", "the field's kind", _of_kind)
DAYS = Operand("days", "many", *ANY_DAYS, most=PATTERNS)
SPAN = Operand("span", "one", *ANY_DAYS)
YEAR_DAYS = Operand("year days", "many", *YEAR_OF_DAYS)
YEAR_SPAN = Operand("year span", "one", *YEAR_OF_DAYS)
YEARS_BACK = Operand(
    *("years back", "many", "years, 0 to 1,000"),
    *(_whole("of years ", 0, 1000), "number"),
    most=PATTERNS,
)
MONTH_DAYS = Operand("days of the month", "many", "1 to 31", _whole("", 1, 31), "number")
WEEKDAY_NAMES = Operand(
    "weekdays",
    "many",
    "1 (Monday) to 7, or the English name",
    _by_name("a weekday", WEEKDAYS),
    "weekday",
    WEEKDAYS,
)
MONTH_NAMES = Operand(
    "months",
    "many",
    "1 to 12, or the English name",
    _by_name("a month", MONTHS),
    "month",
    MONTHS,
)
YEARS = Operand("years", "many", "years, 1 to 9999", _whole("", 1, 9999), "number")
COUNTS = Operand("counts", "many", "whole numbers from 0", _whole("", 0, 10**9), "number")
COUNT = Operand("count", "one", "a whole number from 0", _whole("", 0, 10**9), "number")

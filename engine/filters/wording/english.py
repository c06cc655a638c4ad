"""English as sentences need it: how often, one and several, lists, days."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from engine.filters.expression import Window
from engine.text.counts import counted

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def number(value: float) -> str:
    """With its thousands apart."""
    return f"{int(value):,}" if value == int(value) else f"{value:,}"


def times(value: float) -> str:
    """How often: once, twice, 3 times."""
    return {1.0: "once", 2.0: "twice"}.get(float(value), f"{number(value)} times")


def a(noun: str) -> str:
    """With its article: a city, an order."""
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def either(parts: Sequence[str], word: str = "or") -> str:
    """A, B or C."""
    *some, last = parts
    return f"{', '.join(some)} {word} {last}" if some else last


def days(count: int) -> str:
    """1 day, 30 days."""
    return counted(count, "days")


def day(raw: str) -> str:
    """A day in ISO form as 2 November 2026; anything else as it is."""
    found = _day(raw)
    return raw if found is None else f"{found.day} {found:%B} {found.year}"


def window(of: Window | None) -> str:
    """The time whose records count, with a blank before it; the end is said as the last day."""
    if of is None:
        return ""
    if of.last_days is not None:
        return f" in the last {'day' if of.last_days == 1 else days(of.last_days)}"
    first, last = of.start and _day(of.start), of.end and _day(of.end)
    if first and last and first < last:
        return _span(first, last - timedelta(days=1))
    parts = [
        f" from {day(of.start)}" if of.start else "",
        f" before {day(of.end)}" if of.end else "",
    ]
    return " and".join(part for part in parts if part)


def _span(first: date, last: date) -> str:
    """From 1 to 31 October 2026; on one day alone."""
    ends = [day(each.isoformat()) for each in (first, last)]
    if first == last:
        return f" on {ends[0]}"
    if (first.year, first.month) == (last.year, last.month):
        return f" from {first.day} to {ends[1]}"
    return f" from {ends[0]} to {ends[1]}"


def _day(raw: str) -> date | None:
    try:
        return date.fromisoformat(raw) if ISO_DAY.fullmatch(raw) else None
    except ValueError:
        return None

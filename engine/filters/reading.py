"""How one raw value is read: from JSON operands and from cells of text.

Every reader raises ValueError with a message that says what was expected and what came.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.filters.clock import midnight

ISO_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
ISO_INSTANT = (
    f"({ISO_DATE})T([0-9]{{2}}:[0-9]{{2}})(:[0-5][0-9])?(?:\\.([0-9]+))?"
    "(?:(Z)|([+-])([01][0-9]|2[0-3]):?([0-5][0-9]))?"
)  # a fraction needs seconds before it, which `instant` checks
NUMBER = r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?"
# "007" and 16 digits are codes, but `1234567890123456.0` is how a double is printed.
NUMBER_CELL = r"-?((0|[1-9][0-9]{0,14})(\.[0-9]+)?(e[+-]?[0-9]+)?|[1-9][0-9]{15}\.0)"
LONGEST_NAME = 200  # characters of a name in a message
EXACT_DIGITS = 15  # a double holds every integer of 15 digits


def nfc(text: str) -> str:
    """Text in Unicode normal form C, the form in which all text is compared."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Text without case: NFC, full Unicode case folding, NFC again (filters rule 7.25)."""
    return nfc(nfc(text).casefold())


def fold_texts(values: Iterable[Any]) -> list[Any]:
    """Texts without case; operands of a text operator that are no text, such as a length, stay."""
    return [fold(value) if isinstance(value, str) else value for value in values]


def short(text: str) -> str:
    """A name as a message shows it: one of megabytes would be all that one sees."""
    return text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"


def spell(raw: Any) -> str:
    """A raw JSON value as a message shows it, at most 60 characters."""
    names = {
        list: "a list" if raw else "an empty list",
        dict: "an object",
        type(None): "null",
        bool: str(raw).lower(),
    }
    shown = f'"{raw[:60]}"' if isinstance(raw, str) else names.get(type(raw), repr(raw)[:80])
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def mistaken(expected: str, raw: Any) -> ValueError:
    """The error of every reader."""
    return ValueError(f"expected {expected}, got {spell(raw)}")


def string(raw: Any, _zone: ZoneInfo) -> str:
    """Text as it stands, in NFC; nothing else is turned into text."""
    if not isinstance(raw, str):
        raise mistaken("text in quotes", raw)
    if any("\ud800" <= sign <= "\udfff" for sign in raw):
        raise ValueError("expected Unicode text, got half of a surrogate pair")
    return nfc(raw)


def number(raw: Any, _zone: ZoneInfo) -> float:
    """A JSON number or its text, as a double (filters rule 7.15)."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise mistaken("a number", raw)
    if isinstance(raw, str) and not re.fullmatch(NUMBER, raw):
        raise mistaken("a number", raw)
    digits = str(raw).lstrip("-0")
    if digits.isdigit() and len(digits) > EXACT_DIGITS:
        raise mistaken(f"an integer of at most {EXACT_DIGITS} digits", raw)
    value = float(raw)
    if value - value != 0:  # true of the infinities and of NaN only
        raise mistaken("a finite number", raw)
    return value


def number_cell(text: str, zone: ZoneInfo) -> float:
    """A number as files spell it: no leading zeros, no `+`, at most 15 digits before the point."""
    if not re.fullmatch(NUMBER_CELL, text):
        raise mistaken("a number of at most 15 digits without leading zeros or +", text)
    return number(text, zone)


def boolean(raw: Any, _zone: ZoneInfo) -> bool:
    """true, false, or their text."""
    if isinstance(raw, bool):
        return raw
    if raw == "true" or raw == "false":
        return bool(raw == "true")
    raise mistaken("true or false", raw)


def day(raw: Any, zone: ZoneInfo) -> date:
    """A date, or the calendar day of an instant in the zone."""
    try:
        return (
            instant(raw, zone).astimezone(zone).date() if _is_instant(raw) else date_cell(raw, zone)
        )
    except OverflowError:
        raise mistaken("a day within the years 1 to 9999", raw) from None


def date_cell(raw: Any, _zone: ZoneInfo) -> date:
    """`YYYY-MM-DD` and nothing else."""
    if not isinstance(raw, str) or not re.fullmatch(ISO_DATE, raw):
        raise mistaken("an ISO 8601 date such as 2024-01-31", raw)
    return _calendar(raw).date()


def written_day(raw: Any, zone: ZoneInfo) -> date:
    """A date, or the day that an instant is written with: a birthday has no zone."""
    return date_cell(raw[:10] if _is_instant(raw) else raw, zone)


def instant(raw: Any, zone: ZoneInfo) -> datetime:
    """An instant in UTC; a date is the midnight that begins it, a naive time is in the zone."""
    try:
        if not _is_instant(raw):
            return midnight(date_cell(raw, zone), zone)
        moment = _calendar(raw)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise mistaken("an instant within the years 1 to 9999", raw) from None


def _is_instant(raw: Any) -> bool:
    parts = re.fullmatch(ISO_INSTANT, raw) if isinstance(raw, str) else None
    return parts is not None and (parts[3] is not None or parts[4] is None)


def _calendar(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise mistaken("a day and a time that exist in the calendar", text) from None

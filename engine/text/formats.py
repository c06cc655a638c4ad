"""How days and amounts of money are written: a choice of the project, the same on every page."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple


class DateFormat(NamedTuple):
    """One way to write a day."""

    clock: str  # for the clocks of Python and of Polars
    widget: str  # for a page's calendars and tables


# By an example, as the settings show it: 2 November 2026.
DATES: Mapping[str, DateFormat] = {
    "2026-11-02": DateFormat("%Y-%m-%d", "YYYY-MM-DD"),
    "02/11/2026": DateFormat("%d/%m/%Y", "DD/MM/YYYY"),
    "11/02/2026": DateFormat("%m/%d/%Y", "MM/DD/YYYY"),
    "02.11.2026": DateFormat("%d.%m.%Y", "DD.MM.YYYY"),
}
Money = Callable[[float], str]  # writes an amount of cents

NARROW = "\u202f"  # no line ends at this blank
# By an example: from the amount as `1,000.00`, and the code of the currency.
MONEY: Mapping[str, Callable[[str, str], str]] = {
    "1,000.00 EUR": lambda text, code: f"{text} {code}",
    "EUR 1,000.00": lambda text, code: f"{code} {text}",
    "1.000,00 EUR": lambda text, code: f"{_swapped(text, '.')} {code}",
    "1 000,00 EUR": lambda text, code: f"{_swapped(text, NARROW)} {code}",
}


def amount(cents: float) -> str:
    """Two decimals and no currency; more of them for a fraction of a cent alone."""
    value = Decimal(repr(cents)) / 100
    return f"{value:,.2f}" if cents == int(cents) else f"{value:,f}"


def money(cents: float, currency: str, form: str) -> str:
    """
    An amount with its currency.

    Args:
        form: a key of `MONEY`.
    """
    return MONEY[form](amount(cents), currency)


def decimal_mark(form: str) -> str:
    """
    What stands before the decimals: a point or a comma.

    Args:
        form: a key of `MONEY`.
    """
    return max(".,", key=MONEY[form]("0.5", "").find)


def _swapped(text: str, thousands: str) -> str:
    """With a comma before the decimals, and another sign between the thousands."""
    return text.translate({ord(","): thousands, ord("."): ","})

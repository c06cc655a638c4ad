"""
SQL as text, spelled as DuckDB does: what operator rows compile to, as they do with Polars.

The rows use few methods of an expression, and these are all here; one that lacks is found by the
test that runs every row's examples. Another engine needs other words in `WORDS` and `literal`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import Any

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "starts": "starts_with({}, {})",
        "ends": "ends_with({}, {})",
        "contains": "contains({}, {})",
        "day": "day({})",
        "month": "month({})",
        "year": "year({})",
        "weekday": "isodow({})",
        "length": "len({})",
        "in zone": "timezone({1}, {0})",
        "number": "CAST({} AS DOUBLE)",
        "normal": "nfc_normalize({})",
        "all normal": "list_transform({}, lambda x: nfc_normalize(x))",
        "folded": "casefold({})",
        "elements": "list_filter({}, lambda x: x IS NOT NULL)",
        "fitting": "list_filter({}, lambda x: x IS NOT NULL AND {})",
        "either": "coalesce({}, {})",
    }
)
LAST_WITH_CASE = 0x20000  # no sign behind it has upper and lower case
# How tightly a text binds; what binds less than its surroundings is put in parentheses.
OR, AND, NOT, COMPARISON, SUM, PRODUCT, WHOLE = range(7)


@dataclass(frozen=True, eq=False)
class Sql:
    """An expression."""

    text: str
    binds: int = WHOLE
    denial: str = ""  # the text that says the opposite, where there is a better one than NOT

    def within(self, binds: int) -> str:
        """The text where its surroundings bind so tightly."""
        return self.text if self.binds >= binds else f"({self.text})"

    def __and__(self, other: "Sql") -> "Sql":
        return Sql(f"{self.within(AND)} AND {other.within(AND)}", AND)

    def __or__(self, other: "Sql") -> "Sql":
        return Sql(f"{self.within(OR)} OR {other.within(OR)}", OR)

    def __invert__(self) -> "Sql":
        if self.denial:
            return Sql(self.denial, self.binds, self.text)
        return Sql(f"NOT {self.within(NOT)}", NOT)

    def __eq__(self, other: object) -> "Sql":  # type: ignore[override]
        return self._compared("=", other)

    def __lt__(self, other: object) -> "Sql":
        return self._compared("<", other)

    def __le__(self, other: object) -> "Sql":
        return self._compared("<=", other)

    def __gt__(self, other: object) -> "Sql":
        return self._compared(">", other)

    def __ge__(self, other: object) -> "Sql":
        return self._compared(">=", other)

    def __add__(self, other: object) -> "Sql":
        return Sql(f"{self.within(SUM)} + {_of(other).within(PRODUCT)}", SUM)

    def __mul__(self, other: object) -> "Sql":
        return Sql(f"{self.within(PRODUCT)} * {_of(other).within(WHOLE)}", PRODUCT)

    def is_in(self, values: Sequence[Any]) -> "Sql":
        """Whether it is one of some values."""
        return Sql(f"{self.within(SUM)} IN ({', '.join(map(literal, values))})", COMPARISON)

    def is_null(self) -> "Sql":
        """Whether there is no value."""
        there = self.within(SUM)
        return Sql(f"{there} IS NULL", COMPARISON, f"{there} IS NOT NULL")

    def is_not_null(self) -> "Sql":
        """Whether there is a value."""
        return ~self.is_null()

    @property
    def str(self) -> "_Text":
        """What is asked of text."""
        return _Text(self)

    @property
    def dt(self) -> "_Moment":
        """What is asked of dates and instants."""
        return _Moment(self)

    @property
    def list(self) -> "_List":
        """What is asked of lists."""
        return _List(self)

    def _compared(self, sign: Any, other: object) -> "Sql":
        return Sql(f"{self.within(SUM)} {sign} {_of(other).within(SUM)}", COMPARISON)


@dataclass(frozen=True)
class _Text:
    value: Sql

    def starts_with(self, text: str) -> Sql:
        return word("starts", self.value, _of(text))

    def ends_with(self, text: str) -> Sql:
        return word("ends", self.value, _of(text))

    def contains(self, text: str, *, literal: bool) -> Sql:
        if not literal:
            raise NotImplementedError("patterns differ between engines")
        return word("contains", self.value, _of(text))


@dataclass(frozen=True)
class _Moment:
    value: Sql

    def day(self) -> Sql:
        return word("day", self.value)

    def month(self) -> Sql:
        return word("month", self.value)

    def year(self) -> Sql:
        return word("year", self.value)

    def weekday(self) -> Sql:
        return word("weekday", self.value)

    def convert_time_zone(self, zone: str) -> Sql:
        return word("in zone", self.value, _of(zone))


@dataclass(frozen=True)
class _List:
    value: Sql

    def len(self) -> Sql:
        return word("length", self.value)


def word(name: str, *parts: Sql) -> Sql:
    """A function of `WORDS` with its arguments."""
    return Sql(WORDS[name].format(*(part.text for part in parts)))


def name(column: str, of: str = "") -> Sql:
    """A column, of a table where it is given."""
    quoted = ['"{}"'.format(each.replace('"', '""')) for each in (of, column) if each]
    return Sql(".".join(quoted))


def literal(value: Any) -> str:
    """A Python value of any kind."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return f"TIMESTAMPTZ '{value.isoformat(' ')}'"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, int | float):
        return _number(value)
    return "'{}'".format(value.replace("'", "''"))


def _number(value: float) -> str:
    """Without an exponent a fraction would be a decimal, which rounds."""
    if value == int(value) and abs(value) < 10**15:
        return str(int(value))
    return repr(value) if "e" in repr(value) else f"{value!r}e0"


def _of(value: object) -> Sql:
    return value if isinstance(value, Sql) else Sql(literal(value))


@cache
def casefold() -> str:
    """
    The function `casefold` of NFC text, which no engine brings: it has to be made before a query.

    Full Unicode case folding is lower case, but for 22 signs, 104 that become several, and the
    Cherokee script, whose folded letters are the capitals; 3 KB in all.
    """
    folds = {sign: sign.casefold() for sign in map(chr, range(1, LAST_WITH_CASE))}
    others = {sign: to for sign, to in folds.items() if to not in (sign, sign.lower())}
    others |= {"\u0130": folds["\u0130"]}  # the one whose simple lower case is no `str.lower`
    capitals = {sign: to for sign, to in others.items() if to != to.lower()}
    single = {s: to for s, to in others.items() if len(to) == 1 and s not in capitals}
    text = _translated("text", single)
    for sign, to in others.items():
        text = f"replace({text}, '{sign}', '{to}')" if len(to) > 1 else text
    folded = _translated(f"lower({text})", capitals)
    return f"CREATE OR REPLACE TEMP MACRO casefold(text) AS nfc_normalize({folded})"


def _translated(text: str, signs: Mapping[str, str]) -> str:
    return f"translate({text}, '{''.join(signs)}', '{''.join(signs.values())}')"

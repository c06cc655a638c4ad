"""How a column is read: one reading for all of its cells, why, and what does not fit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import polars as pl

from engine.filters.kinds import DATE, INSTANT, NUMBER, STRING, Kind
from engine.imports.columns.directive import Directive
from engine.imports.values import numbers
from engine.imports.values.evidence import Doubt, Evidence, Tally
from engine.imports.values.families import Family
from engine.text.display import quoted

OPEN = ""
SAID = "as the mapping says"
LOCALE = "as the decimal commas or semicolons of the file suggest"


@dataclass(frozen=True, eq=False)
class ColumnFormat:
    """What a column is, and how its cells become texts that the kinds read."""

    kind: Kind  # of the column as a whole; STRING where a cell does not fit
    family: Family | None  # None: the cells stay as they are
    key: str  # of the family's reading; OPEN for none
    why: str  # half a sentence; empty where nothing is to be said
    total: int
    misfits: int
    examples: tuple[str, ...]  # of the misfits
    plain: bool  # every cell that fits stands in the canonical form already
    decimals: bool = False  # an amount has decimals, or names its currency
    question: str | None = None  # ambiguous: what the analyst has to choose

    @property
    def open(self) -> bool:
        """No reading is chosen: only what all of them take alike is read."""
        return self.family is not None and self.key == OPEN

    def read(self, texts: pl.Series) -> pl.Series:
        """The canonical text of each cell that was seen, null where it does not fit."""
        if self.family is None:
            return pl.Series(texts.name, [None], pl.String).new_from_index(0, len(texts))
        if self.plain and not self.misfits and not self.open:
            return texts
        return self.family.canonical(texts, self.key)


@dataclass(frozen=True)
class Resolution:
    """The reading of a family for one column."""

    key: str
    why: str = ""
    question: str | None = None
    torn: str | None = None  # why it is none of the family after all


def settle(evidence: Evidence, said: Directive, *, comma: bool) -> ColumnFormat:
    """
    How a column is read.

    Args:
        comma: the file is written where decimals have a comma and days stand before months.
    """
    tally = evidence.best
    if tally is None:
        return ColumnFormat(STRING, None, OPEN, "", evidence.total, 0, (), plain=True)
    choose = CHOICES.get(tally.family.kind, _first)
    chosen = choose(tally, said, comma)
    misfits = tally.total - tally.fits[chosen.key]
    is_open = bool(chosen.torn or (chosen.question and tally.family.kind is DATE))
    settled = not misfits and not is_open
    return ColumnFormat(
        kind=_kind(tally, chosen.key) if settled else STRING,
        family=tally.family,
        key=OPEN if is_open else chosen.key,
        why=chosen.torn or chosen.why,
        total=tally.total,
        misfits=misfits,
        examples=tuple(tally.strangers[chosen.key]),
        plain=tally.plain == tally.fits[chosen.key],
        decimals=bool(tally.marked[chosen.key] or tally.facts),
        question=chosen.question,
    )


def decimal_comma(evidence: Evidence) -> bool:
    """Whether a column can only be read with decimal commas."""
    tally = evidence.best
    if tally is None or tally.family.kind is not NUMBER:
        return False
    best = {key for key, count in tally.fits.items() if count == tally.most == tally.total}
    return bool(best) and best.issubset(numbers.BY_MARK[","])


def _kind(tally: Tally, key: str) -> Kind:
    kind = tally.family.kind
    return INSTANT if kind is DATE and tally.marked[key] else kind


def _best(tally: Tally, keys: tuple[str, ...]) -> str:
    return max(keys, key=lambda key: tally.fits[key])  # the first of equals


def _first(tally: Tally, _said: Directive, _comma: bool) -> Resolution:  # noqa: FBT001 - a row's
    key = _best(tally, tally.family.keys)
    return Resolution(key, tally.family.reading(key).words)


def _number(tally: Tally, said: Directive, comma: bool) -> Resolution:  # noqa: FBT001 - a row's
    if len(tally.facts) > 1:
        named = ", ".join(sorted(tally.facts))
        return Resolution(
            tally.family.keys[0], torn=f"it has amounts in several currencies: {named}"
        )
    dropped = "".join(f", all of them in {code}" for code in tally.facts)
    if said.decimal:
        key = _best(tally, numbers.BY_MARK[said.decimal])
        return Resolution(key, f"{tally.family.reading(key).words}, {SAID}{dropped}")
    point, other = (_best(tally, keys) for keys in numbers.BY_MARK.values())
    if tally.fits[point] == tally.fits[other] and tally.doubts and tally.doubt:
        key = other if comma else point
        why = LOCALE if comma else "as nothing in the file suggests a decimal comma"
        words = f"{tally.family.reading(key).words}, {why}{dropped}"
        return Resolution(key, words, question=_number_question(tally.doubt))
    key = other if tally.fits[other] > tally.fits[point] else point
    words = tally.family.reading(key).words if tally.marked[key] else ""
    return Resolution(key, (words + dropped).removeprefix(", "))


def _number_question(doubt: Doubt) -> str:
    one, other = doubt.values
    return f"{quoted(doubt.text)} can be {one} or {other}: choose the decimal mark if that is wrong"


ORDERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "day-first": ("day-first", "short day-first"),
        "month-first": ("month-first", "short month-first"),
        "year-first": ("year-first", "short year-first"),
    }
)
YEAR_FIRST = "short year-first"
APART = 3  # times as far apart as years
SPAN = 5  # years that any column may reach: the first of each month is no year for being one day
SHORT = tuple(key for keys in ORDERS.values() for key in keys if key.startswith("short"))


def _date(tally: Tally, said: Directive, comma: bool) -> Resolution:  # noqa: FBT001 - a row's
    family = tally.family
    if said.dates:
        key = _best(tally, tuple(each for each in ORDERS[said.dates] if each in family.keys))
        return Resolution(key, f"{family.reading(key).words}, {SAID}")
    short = tuple(key for key in SHORT if key in family.keys)
    most = max((tally.fits[key] for key in short), default=0)
    if most > max(tally.fits["day-first"], tally.fits["month-first"]):
        return _short(tally, [key for key in short if tally.fits[key] == most], comma=comma)
    days, months = tally.alone
    if days and months:
        why = f"the first part is over 12 in {days:,} cells and the second in {months:,}"
        return Resolution("day-first", torn=why)
    key = "month-first" if months else "day-first"
    words = family.reading(key).words
    if days or months:
        return Resolution(key, f"{words}, as no other order fits")
    if tally.doubts and tally.doubt:
        if comma:
            return Resolution("day-first", f"{words}, {LOCALE}")
        return Resolution("day-first", question=_date_question(tally.doubt))
    return Resolution(key, words if tally.plain < tally.total and tally.alone[0] else "")


def _short(tally: Tally, fitting: list[str], *, comma: bool) -> Resolution:
    """Days of months lie further apart than years: `31.01.24`, `05.02.24` are not 2031 and 2005."""
    years = {key: _years(*tally.reach[key]) for key in fitting}
    if years.get(YEAR_FIRST, 0) > APART * max(min(years.values()), SPAN):
        fitting = [key for key in fitting if key != YEAR_FIRST]
    words = tally.family.reading(fitting[0]).words
    if len(fitting) == 1:
        return Resolution(fitting[0], words)
    turned = YEAR_FIRST in fitting and APART * years[YEAR_FIRST] < max(years.values())
    if comma and not turned and fitting[0] in ORDERS["day-first"]:
        return Resolution(fitting[0], f"{words}, {LOCALE}")
    return Resolution(
        fitting[0],
        question="its years have two digits, and more than one order of day, month and year fits: "
        "choose the order of dates",
    )


def _years(least: str, greatest: str) -> int:
    """How many years lie between two days in ISO."""
    return int(greatest[:4]) - int(least[:4])


def _date_question(doubt: Doubt) -> str:
    one, other = (_day_text(value) for value in doubt.values)
    return f"{quoted(doubt.text)} can be {one} or {other}: choose the order of dates"


def _day_text(value: str) -> str:
    day = date.fromisoformat(value[:10])
    return f"{day.day} {day:%B}"


Choose = Callable[[Tally, Directive, bool], Resolution]
CHOICES: Mapping[Kind, Choose] = MappingProxyType({NUMBER: _number, DATE: _date})

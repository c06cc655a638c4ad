"""What the cells of a column show, as far as it decides where the column goes."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from engine.filters.kinds import DATE, INSTANT, NUMBER, Kind
from engine.imports.columns.calendar_words import ENGLISH, MONTH, ZONES, alternatives

MOST = 0.5  # of the sample, from which on a column is taken to be of a kind


@dataclass(frozen=True)
class Facts:
    """One column of a file."""

    rows: int  # records of the file
    filled: int  # how many have something in it
    distinct: int  # different texts
    sample: tuple[str, ...]  # the first different ones

    def looks(self, pattern: re.Pattern[str]) -> bool:
        """Whether most of the sample is so; nothing at all is anything."""
        found = sum(bool(pattern.search(text)) for text in self.sample)
        return found >= MOST * len(self.sample)


FactsOf = Callable[[int], Facts]  # of a column, by its place in the header

EMAIL = re.compile(r"^\s*'?[^@\s]+@[^@\s]+\s*$")
PARTS = re.compile(r"^\s*\[")  # a list in JSON
CLOCK = (
    r"^[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?[AaPp]\.?[Mm]\.?)?$"  # a time without its day
)
OFFSET = "(?:UTC|GMT)?[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?"
ONE_ZONE = f"(?i)^(?:{alternatives(ZONES)}|{OFFSET})$"  # a zone without its time
ZONELESS = r"[0-9]:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?[AaPp]\.?[Mm]\.?)?$"  # a time without it
SINGLE = re.compile(r"^\s*\S+\s*$")  # one word
_DATE = re.compile(
    r"\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}"
    r"|^\s*'?(\d{8}(T\d{6}.*)?|\d{10}|\d{13}|\d{16}|[1-6]\d{4}(\.\d+)?)\s*$"
    r"|\d{4}年"
    rf"|\d.*\b({MONTH})\b|\b({ENGLISH})\b.*\d",
    re.IGNORECASE,
)
# One number that is not of another, as in "3 / 100": "EUR 1 234.50", "(12)", "4E+12".
_NUMBER = re.compile(r"^\D*\d[\d.,'’\s]*(e[+-]?\d+)?[^\d/]*$", re.IGNORECASE)
# What a column that is only taken for one by its name has to look like.
SHAPES: dict[Kind, re.Pattern[str]] = {DATE: _DATE, INSTANT: _DATE, NUMBER: _NUMBER}

"""
Cells that stand for nothing: what databases, sheets and shops write where there is no value.

A key such as `NULL` would make one customer of many, and a birthday such as `0000-00-00` reject
its row. In metadata only what programs left counts as nothing, and only in a column that is no
text: there it would make text of numbers.
"""

from collections import Counter
from collections.abc import Iterable

import polars as pl

# Left behind by programs; nobody means them.
MARKS = frozenset(
    ("null", "(null)", "<null>", "\\n", "#n/a", "#n/v", "#nv", "#ref!", "#bezug!", "#value!",
     "#wert!", "#name?", "#div/0!", "#num!", "#zahl!", "#null!")
)  # fmt: skip
NEVER = ("\\N", "\\n")  # of databases: no name and no city is called so
# Words that are a value elsewhere: somebody is called None.
WORDS = frozenset(
    ("n/a", "n.a.", "na", "nan", "none", "nil", "undefined", "unknown", "-", "--", "---", "–", "—",
     "?", "k.a.", "k. a.", "unbekannt", "keine", "inconnu", "desconocido", "brak")
)  # fmt: skip


def _spelled(words: Iterable[str]) -> list[str]:
    """Each word small, in capitals and with one in front: to compare without case takes longer."""
    spelled = {each for word in words for each in (word, word.upper(), word.capitalize())}
    return sorted(spelled | {"NaN"} if "nan" in spelled else spelled)


SPELLED = {False: _spelled(MARKS), True: _spelled(MARKS | WORDS)}  # with the words or without
ZERO_DATE = (  # of databases, of Outlook, and the day 0 of Excel
    "^(?:0{1,4}[./-]0{1,2}[./-]0{1,4}|1900-01-00|0?0[./]0?1[./]1900|0?1/0?0/1900)"
    "(?:[T ]0{1,2}:00(?::00)?(?:\\.0+)?Z?)?$"
)


def placeholders(cells: pl.Series, *, words: bool, dates: bool) -> pl.Series:
    """
    Of each cell whether it stands for nothing.

    Args:
        cells: trimmed.
        words: the words do too, as in keys and dates.
        dates: so does a date of zeros.
    """
    found = cells.is_in(SPELLED[words]).fill_null(value=False)
    if dates:
        found = found | cells.str.contains(ZERO_DATE).fill_null(value=False)
    return found


ROUNDED = "^[1-9](?:[.,][0-9]+)?E\\+[0-9]{2}$"


def is_rounded(cells: pl.Series) -> pl.Series:
    """
    Of each cell whether it is a long number as sheets show it, such as `4.91701E+11`.

    What follows the first digits is gone, so that it is nobody's id and no phone.
    """
    return cells.str.contains(ROUNDED).fill_null(value=False)


def counted(cells: pl.Series) -> Counter[str]:
    """The placeholders among these cells, the most frequent first."""
    return Counter(dict(cells.value_counts(sort=True).iter_rows()))

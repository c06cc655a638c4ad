"""Words that mean the same: compared without case and what separates."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from engine.errors import Issue

SEPARATORS = str.maketrans("", "", " \t\u00a0_-.")


def bare(header: str) -> str:
    """A header without what does not matter in it."""
    return header.casefold().translate(SEPARATORS)


LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
JOINTS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d])(?=\d)|(?<=[A-Z])(?=[A-Z][a-z])")  # firstName
# The zone of the times below, by its place: "Signed up (Europe/Berlin)".
PLACE = re.compile(
    r"\(((?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|US)"
    r"/[A-Za-z_]+(?:/[A-Za-z_]+)?)\)"
)
SPELLED = tuple(
    (re.compile(pattern, re.IGNORECASE), word)
    for pattern, word in (
        # The questions of forms: "What is your email address?", and both numbers: "Phone(s)".
        (r"^\W*(?:please (?:enter|tell us|provide) )?(?:what(?:['’]s| is| are) )?your\s+", ""),
        (r"^\W*(?:wie (?:ist|lautet) |was ist )?(?:deine?|ihre?)\s+", ""),
        (r"^\W*(?:quel(?:le)? est |indiquez )?votre\s+", ""),
        (r"^\W*cuál es (?:tu|su)\s+", ""),
        (r"\((?:e?s|e?n)\)", ""),
        (r"\be[-_ ]?mail", "email"),
        ("#", " number "),
        ("%", " percent "),
        (r"(?<![^\W_])dt(?![^\W_])", " date "),
        (r"(?<![^\W_])cd(?![^\W_])", " code "),
        (r"(?<![^\W_])addr(?![^\W\d_])", " address "),
        (PLACE.pattern, " utc "),
        (r"\b(UTC|GMT) ?[+-]\d{1,2}(:?\d\d)?\b", " utc "),
        (r"\b(inc|incl|including|inkl|with|mit)\b\.?[ _]*(tax|vat|mwst|ust|iva)\b", " inctax "),
        (r"\b(ex|excl|excluding|exkl|zzgl|without|ohne|sin)\b\.?[ _]*(tax|vat|mwst|ust|iva)\b",
         " extax "),
    )
)  # fmt: skip
WORD = re.compile(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a header or a cell, without case, accents and what separates them."""
    for sign, word in SPELLED:
        text = sign.sub(word, text)
    plain = unicodedata.normalize("NFKD", JOINTS.sub(" ", text).casefold().translate(LETTERS))
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return tuple(WORD.findall(letters))


def phrase(text: str) -> str:
    """The words as one, so that "E-Mail", "e mail" and "email" are the same."""
    return "".join(words(text))


def unknown(path: str, message: str, word: str, known: Iterable[str]) -> Issue:
    """An issue with the nearest known word, compared as headers are."""
    by_bare = {bare(name): name for name in known}
    close = get_close_matches(bare(word), by_bare, n=1)
    return Issue(path, message, by_bare[close[0]] if close else None)

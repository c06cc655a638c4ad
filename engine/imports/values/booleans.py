"""Yes and no as files write them, in the languages whose headers are understood."""

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from engine.filters.kinds import BOOLEAN
from engine.imports.values.families import Family, Notation, Pattern, Read

# language, yes, no: compared without case
WORDS = (
    ("English", "true", "false"),
    ("English", "yes", "no"),
    ("German", "wahr", "falsch"),
    ("German", "ja", "nein"),
    ("French", "vrai", "faux"),
    ("French", "oui", "non"),
    ("Spanish", "verdadero", "falso"),
    ("Spanish", "sí", "no"),
    ("Spanish", "si", "no"),
    ("Polish", "prawda", "fałsz"),
    ("Polish", "tak", "nie"),
    ("Dutch", "ja", "nee"),
    ("Dutch", "waar", "onwaar"),
    ("Italian", "vero", "falso"),
    ("Italian", "sì", "no"),
    ("Portuguese", "sim", "não"),
    ("Portuguese", "verdadeiro", "falso"),
    ("Swedish and Danish", "ja", "nej"),
    ("Norwegian", "ja", "nei"),
    ("Swedish", "sant", "falskt"),
    ("Czech", "ano", "ne"),
    ("Slovak", "áno", "nie"),
    ("Hungarian", "igen", "nem"),
    ("Romanian", "da", "nu"),
    ("Turkish", "evet", "hayır"),
    ("Turkish", "evet", "hayir"),
    ("Finnish", "kyllä", "ei"),
    ("Russian", "да", "нет"),
    ("Japanese", "はい", "いいえ"),
)
# One letter of a word says it only where a whole column has both: sizes are S, and grades are T.
LETTERS = (
    ("English", "y", "n"),
    ("English", "t", "f"),
    ("German and Dutch", "j", "n"),
    ("French", "o", "n"),
    ("Spanish, Italian and Portuguese", "s", "n"),
    ("Polish", "t", "n"),
)


def _meanings(rows: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """What each spelling of some rows says."""
    return {
        text: meaning
        for _, *pair in rows
        for text, meaning in zip(pair, ("true", "false"), strict=True)
    }


SPELLED, LETTER = _meanings(WORDS), _meanings(LETTERS)
WITH_DIGITS = {**SPELLED, **LETTER, "1": "true", "0": "false"}
LONGEST = max(len(word.encode()) for word in SPELLED)


def boolean(text: pl.Expr, spelled: dict[str, str]) -> pl.Expr:
    """The text `true` or `false`; null for every other."""
    short = pl.when(text.str.len_bytes() <= LONGEST).then(text).str.to_lowercase()
    return short.replace_strict(spelled, default=None, return_dtype=pl.String)


def _reader(spelled: dict[str, str]) -> Read:
    return lambda texts: (
        texts.alias("text").to_frame().select(boolean(pl.col("text"), spelled)).to_series()
    )


def _letters() -> Iterator[Notation]:
    """A reading for each pair, then one for each letter alone, by which a pair is known as such."""
    for _, yes, no in LETTERS:
        words = f"{yes.upper()} is yes and {no.upper()} is no"
        yield Notation(yes + no, words, _reader({yes: "true", no: "false"}))
    for letter, meaning in LETTER.items():
        yield Notation(letter, "", _reader({letter: meaning}))


def _is_pair(fits: Mapping[str, int], total: int) -> bool:
    alone = any(fits[letter] == total for letter in LETTER)
    return not alone and any(fits[yes + no] == total for _, yes, no in LETTERS)


def _family(spelled: dict[str, str]) -> Family:
    written = Pattern(lambda text: text.is_in(["true", "false"]), ("words",))
    return Family(BOOLEAN, "yes or no", (Notation("words", "", _reader(spelled)),), (written,))


FAMILY = _family(SPELLED)
BY_LETTER = Family(
    BOOLEAN,
    "yes or no",
    (*_letters(),),
    possible=lambda text: text.str.to_lowercase().is_in([*LETTER]),
    holds=_is_pair,
)
KNOWN = _family(WITH_DIGITS)  # where it is known that 1 and 0 can only be yes and no

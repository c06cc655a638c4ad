"""
The values by which people are known, found in any text and replaced there by a mark.

Privacy rules 5 to 7: what is sought inside a text has to be like nothing else, a value that is a
word stands for the person only where it is alone.
"""

import hmac
import json
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from unicodedata import normalize

import polars as pl

from engine.evaluation.columns import composed

SHORTEST = 5  # signs of a value that is sought inside a text
WORDLESS = 12  # signs of a single word from which on it is like nothing else
TELLING = re.compile(r"[\d@]|\S\s+\S")  # a digit, an e-mail, or more words than one
PHONE_SIGNS = r"[\s().\-/]*"  # between two digits
IN_PHONE = r"[\s().\-/+]"
PARTED = r"\d[\s().\-/+]+\d"  # a number that is written in parts
BLANKS = r"  |[\t\n\r\u00a0]"
ALONE = (r"(?<![^\W_])", r"(?![^\W_])")  # no letter and no digit beside it
PHONE_DIGITS = 7  # fewer are sought alone only
MANY = 200  # values, from which on an automaton of them costs more than to look at few texts
BLOCK = 16_384  # texts that are looked at as one
BETWEEN = "\x1f"  # those of a block: part of no word, and no blank
SAMPLE = 32_768  # texts that tell whether a column repeats itself
Look = Callable[[pl.Series], pl.Series]  # true or false, or null, for each text


@dataclass(frozen=True, eq=False)
class Traces:
    """What is sought of some people."""

    values: frozenset[str]  # ids, e-mails, full names and the like
    phones: frozenset[str] = frozenset()  # digits without leading zeros
    # Of customers by column, as compared: what another had there once, such as a wrong e-mail.
    own: Mapping[str, frozenset[str]] = field(default_factory=dict)
    key: bytes = field(
        default_factory=lambda: secrets.token_bytes(16)
    )  # of the marks; kept nowhere

    def same(self, other: "Traces") -> bool:
        """Whether the same is sought."""
        return (self.values, self.phones, self.own) == (other.values, other.phones, other.own)

    @cached_property
    def alone(self) -> frozenset[str]:
        """Everything, as it is compared with a whole text."""
        return frozenset(map(folded, self.values)) | self.phones

    @cached_property
    def inside(self) -> tuple[str, ...]:
        """What is sought inside of texts, longest first."""
        return tuple(sorted({*map(folded, filter(is_telling, self.values))}, key=len)[::-1])

    def is_one(self, text: str) -> bool:
        """Whether a text is one of the values, and nothing else."""
        return folded(text) in self.alone or bare(text) in self.phones

    def holds(self, text: str) -> bool:
        """Whether a text is or holds one of them."""
        return self.is_one(text) or bool(self._pattern and self._pattern.search(text))

    def cleaned(self, text: str) -> str:
        """A text with marks in their place; the same value has the same mark everywhere."""
        if self.is_one(text):
            return self._mark(text)
        return (
            self._pattern.sub(lambda found: self._mark(found[0]), text) if self._pattern else text
        )

    def cleaned_json(self, value: Any) -> Any:
        """The same of everything in JSON; of a number, that is one of them, nothing is left."""
        match value:
            case str():
                return self.cleaned(value)
            case list():
                return [self.cleaned_json(one) for one in value]
            case dict():
                return {self.cleaned(key): self.cleaned_json(one) for key, one in value.items()}
            case int() if not isinstance(value, bool) and self._is_number(value):
                return 0
        return value

    def holds_json(self, value: Any) -> bool:
        """Whether JSON holds one of them anywhere."""
        return bool(self.cleaned_json(value) != value)

    def suspects(self, texts: pl.Series) -> pl.Series:
        """True for each text that may be or hold one of them, else false; 0.1 µs a text."""
        return sifted(texts, self._look, lambda blocks: self._among(blocks, self.alone))

    def suspects_own(self, texts: pl.Series) -> pl.Series:
        """The same for each value of a column of customers that says who they are."""
        theirs = list(self.own.get(texts.name, frozenset()))
        if not theirs:
            return pl.repeat(value=False, n=len(texts), eager=True)
        spell = _digits if texts.name == "phone" else _as_written
        return sifted(
            texts,
            lambda plain: plain.is_in(theirs) | spell(plain).is_in(theirs),
            lambda blocks: holding(blocks, theirs) | holding(spell(blocks), theirs),
        )

    def suspects_json(self, texts: pl.Series) -> pl.Series:
        """The same for each text of JSON, in which any of them may stand alone."""

        def look(plain: pl.Series) -> pl.Series:
            return self._among(plain, self._in_json)

        return sifted(texts, look, look)

    def _look(self, plain: pl.Series) -> pl.Series:
        return self._among(plain, self.inside) | plain.is_in(list(self.alone))

    @cached_property
    def _in_json(self) -> frozenset[str]:
        """Everything as it is, and as JSON spells it."""
        return self.alone | {json.dumps(one, ensure_ascii=False)[1:-1] for one in self.alone}

    def _among(self, plain: pl.Series, values: Iterable[str]) -> pl.Series:
        found = pl.repeat(value=False, n=len(plain), eager=True)
        if wanted := list(values):
            found |= holding(plain, wanted)
        if self.phones:
            phones = list(self.phones)
            found |= holding(plain, phones)
            parted = plain.str.contains(PARTED).fill_null(value=False).arg_true()
            numbers = plain.gather(parted).str.replace_all(IN_PHONE, "")
            found = found.scatter(parted, found.gather(parted) | holding(numbers, phones))
        return found

    def cleaned_own(self, column: str, text: str) -> str:
        """The mark in place of what is all of a customer's value; a part of it says nothing."""
        theirs = self.own.get(column, frozenset())
        return self._mark(text) if {folded(text), bare(text)} & theirs else text

    def mentions(self, text: str) -> bool:
        """Whether a text, such as a line of a file, holds one of them as a word, if a short one."""
        return bool(self._words and self._words.search(text)) or self.holds(text)

    @cached_property
    def _words(self) -> re.Pattern[str] | None:
        parts = [_spellings(value) for value in sorted(self.alone, key=len, reverse=True)]
        return re.compile(rf"{ALONE[0]}(?:{'|'.join(parts)}){ALONE[1]}", re.I) if parts else None

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        parts = [_spellings(value) for value in self.inside]
        parts += [
            rf"\+?0*{PHONE_SIGNS.join(number)}" for number in sorted(self.phones)
            if len(number) >= PHONE_DIGITS
        ]  # fmt: skip
        return re.compile(rf"{ALONE[0]}(?:{'|'.join(parts)}){ALONE[1]}", re.I) if parts else None

    def _is_number(self, value: int) -> bool:
        return len(str(value)) >= SHORTEST and str(value) in self.alone

    def _mark(self, text: str) -> str:
        """What stands in the place of a value; the key is kept nowhere, so it leads nowhere."""
        same = bare(text) if bare(text) in self.phones else folded(text)
        return f"(erased {hmac.digest(self.key, same.encode(), 'sha256').hex()[:8]})"


def holding(texts: pl.Series, values: Sequence[str]) -> pl.Series:
    """
    True for each text that holds one of the values, else false.

    Polars makes an automaton of the values each time: 5 ms for a thousand of them, in each of sixty
    columns. Where many are sought in few different texts, those are cut up instead. Few are a
    pattern, which reads a long text forty times as fast as the automaton does.
    """
    if len(values) < MANY:
        pattern = "|".join(map(pl.escape_regex, values))
        return texts.str.contains(pattern).fill_null(value=False)
    different = texts.drop_nulls().unique()
    lengths = sorted({*map(len, values)} - {0})
    if different.str.len_chars().sum() * len(lengths) > sum(map(len, values)):
        held = different.filter(different.str.contains_any(list(values)))
    else:
        known = frozenset(values)
        held = pl.Series(
            [text for text in different if _cuts(text, lengths) & known], dtype=pl.String
        )
    return texts.is_in(held.implode()).fill_null(value=False)


def sifted(texts: pl.Series, look: Look, holds: Look) -> pl.Series:
    """
    What `look` says of each text, as `plain_texts` makes it, at a third of what that costs.

    It is asked of each different text where they repeat themselves, else of those blocks alone
    that, as one text, may hold something: in two million ids nothing is found in 0.15 s.

    Args:
        holds: true for each block in which there may be a text of which `look` says true.
    """
    if texts.null_count() == len(texts):
        return pl.repeat(value=False, n=len(texts), eager=True)
    if len(texts) <= BLOCK:
        return look(plain_texts(texts)).fill_null(value=False)
    if _repeats(texts):
        different = texts.unique()
        found = different.filter(look(plain_texts(different)).fill_null(value=False))
        return texts.is_in(found.implode()).fill_null(value=False)
    parts = [texts.slice(start, BLOCK) for start in range(0, len(texts), BLOCK)]
    some = holds(plain_texts(_blocks(texts))).fill_null(value=False)
    nothing = pl.repeat(value=False, n=BLOCK, eager=True)
    return pl.concat(
        sifted(part, look, holds) if held else nothing.head(len(part))
        for part, held in zip(parts, some, strict=True)
    )


def _blocks(texts: pl.Series) -> pl.Series:
    """The texts of each block as one; in one query, as each takes a millisecond."""
    text, starts = pl.col("text"), range(0, len(texts), BLOCK)
    blocks = (text.slice(start, BLOCK).str.join(BETWEEN).alias(f"{start}") for start in starts)
    return pl.concat(texts.to_frame("text").select(blocks).get_columns())


def _repeats(texts: pl.Series) -> bool:
    """Whether there are few different ones, as far as some of them say."""
    some = texts.gather_every(max(1, len(texts) // SAMPLE))
    return some.n_unique() * 2 < len(some)


def _digits(texts: pl.Series) -> pl.Series:
    return texts.str.replace_all(IN_PHONE, "").str.strip_chars_start("0")


def _as_written(texts: pl.Series) -> pl.Series:
    return texts


def _cuts(text: str, lengths: Sequence[int]) -> set[str]:
    """Every piece of a text that is of one of the lengths."""
    return {text[at : at + size] for size in lengths for at in range(len(text) - size + 1)}


def plain_texts(texts: pl.Series) -> pl.Series:
    """Each as `folded` makes it: of a million texts that are plain already 0.1 s, of others 1.5."""
    text = pl.col("text")
    blanks = text.str.contains(BLANKS) | text.str.starts_with(" ") | text.str.ends_with(" ")
    wide = text.str.len_bytes() != text.str.len_chars()
    seen = texts.to_frame("text").select(small=text.str.to_lowercase(), odd=wide | blanks)
    small, odd = seen["small"], seen["odd"].fill_null(value=False).arg_true()
    if not len(odd):
        return small
    some = composed(small.gather(odd)).str.to_lowercase()
    return small.scatter(odd, some.str.replace_all(r"\s+", " ").str.strip_chars())


def is_telling(value: str) -> bool:
    """Whether a value is like nothing else, so that it can be sought inside of texts."""
    return len(value) >= SHORTEST and (bool(TELLING.search(value)) or len(value) >= WORDLESS)


def folded(text: str) -> str:
    """A text as it is compared: composed, in small letters, with single blanks."""
    return " ".join(normalize("NFC", text).lower().split())


def bare(text: str) -> str:
    """The digits of what is a phone number and nothing else; nothing of any other text."""
    number = re.sub(IN_PHONE, "", text)
    return number.lstrip("0") if number.isascii() and number.isdigit() else ""


def spelled(value: Any) -> str:
    """JSON as text in which values stand as they are."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _spellings(value: str) -> str:
    """A pattern of a value composed or not, with any blanks between its words."""
    if value.isascii():  # the others are the same without regard to case
        return r"\s+".join(map(re.escape, value.split()))
    forms: Iterable[str] = dict.fromkeys(
        r"\s+".join(map(re.escape, normalize(form, one).split()))
        for form in ("NFC", "NFD")
        for one in (value, value.upper(), value.casefold())
    )
    return "|".join(forms)

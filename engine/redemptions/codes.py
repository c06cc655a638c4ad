"""Codes drawn by a pattern, each once: nobody can guess one from others."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from engine.errors import Issue, UsageError
from engine.text.display import quoted

SIGN = "#"  # of a pattern: one drawn sign
READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is mistaken for another
LENGTH = 8
LONGEST = 100  # signs that are drawn of a code
BYTE = 256
FEW = 2_000_000  # codes of a pattern that are all looked at; with more, most are free
PARTS = ("charset", "prefix", "postfix")
Taken = Callable[[pl.Series], pl.Series]  # of some codes, whether each is there already


@dataclass(frozen=True)
class CodePattern:
    """How codes look."""

    pattern: str = SIGN * LENGTH  # each `#` is drawn, all else stays
    charset: str = READABLE
    prefix: str = ""
    postfix: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "CodePattern":
        """
        As `pattern` or `length`, `charset`, `prefix` and `postfix` say.

        Raises:
            UsageError: it cannot be drawn from.
        """
        length = int(said.get("length") or LENGTH)
        if not 1 <= length <= LONGEST:
            message = f"expected a length of 1 to {LONGEST}, got {length:,}"
            raise UsageError("the code cannot be drawn", [Issue("$.code.length", message)])
        pattern = said.get("pattern") or SIGN * length
        parts = {name: said[name] for name in PARTS if said.get(name)}
        how = cls(pattern, **parts)
        if faults := how.faults():
            raise UsageError(
                "the code cannot be drawn", [Issue("$.code", fault) for fault in faults]
            )
        return how

    @property
    def drawn(self) -> int:
        """How many signs are drawn."""
        return self.pattern.count(SIGN)

    @property
    def room(self) -> int:
        """How many different codes there are."""
        return int(len(set(self.charset)) ** self.drawn)

    def faults(self) -> list[str]:
        """What is amiss with it, each in a sentence's end."""
        found = []
        if not self.drawn:
            found.append(f"expected a pattern with a {SIGN} for each drawn sign, got "
                         f"{quoted(self.pattern)}")  # fmt: skip
        if len(set(self.charset)) < 2 or not self.charset.isprintable():
            found.append(f"expected two or more signs to draw from, got {quoted(self.charset)}")
        if not f"{self.prefix}{self.pattern}{self.postfix}".isprintable():
            found.append("expected a code on one line")
        return found


def draw(count: int, how: CodePattern, taken: Taken) -> pl.Series:
    """
    So many codes, each another one.

    Args:
        taken: which codes cannot be had.

    Raises:
        UsageError: the pattern has no room for so many.
    """
    if how.room <= FEW:  # few of them may be free: all are looked at
        every = _written(how, [_column(how.room, how, place) for place in range(how.drawn)])
        free = every.filter(~taken(every))
        if len(free) < count:
            raise UsageError(
                f"expected a pattern with room for {count:,} new codes, got one for "
                f"{len(free):,} of {how.room:,}: add a {SIGN}, or signs to draw from"
            )
        noise = np.frombuffer(os.urandom(8 * len(free)), dtype=np.uint64)
        return free.gather(np.argsort(noise)[:count])
    found = pl.Series(dtype=pl.String)
    while len(found) < count:
        wanted, below = count - len(found), len(set(how.charset))
        fresh = _written(how, [_numbers(wanted, below) for _ in range(how.drawn)])
        found = pl.concat([found, fresh.filter(~taken(fresh))]).unique(maintain_order=True)
    return found


def _column(count: int, how: CodePattern, place: int) -> npt.NDArray[np.int64]:
    """The sign at one place of each code there is."""
    below = len(set(how.charset))
    column: npt.NDArray[np.int64] = np.arange(count) // below**place % below
    return column


def _written(how: CodePattern, numbers: Sequence[npt.NDArray[np.int64]]) -> pl.Series:
    """Codes from the numbers of their signs, place by place."""
    signs = pl.Series(sorted(set(how.charset)), dtype=pl.String)
    parts, drawn = how.pattern.split(SIGN), iter([signs.gather(column) for column in numbers])
    text = pl.lit(how.prefix + parts[0])
    for part in parts[1:]:
        text = text + pl.lit(next(drawn)) + pl.lit(part)
    return pl.select(text + pl.lit(how.postfix)).to_series()


def _numbers(count: int, below: int) -> npt.NDArray[np.int64]:
    """Numbers from 0, all alike likely: of two bytes those that would favour some are left out."""
    fair, found = BYTE * BYTE // below * below, np.empty(0, dtype=np.int64)
    while len(found) < count:
        raw = np.frombuffer(os.urandom(4 * count + 64), dtype=np.uint16).astype(np.int64)
        found = np.concatenate([found, raw[raw < fair] % below])
    return found[:count]

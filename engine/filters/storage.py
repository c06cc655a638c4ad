"""How a profile frame stores the value of a leaf."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from engine.filters.meaning import Leaf


@dataclass(frozen=True)
class Plain:
    """The values themselves, or lists of them; null is missing, or no record."""

    column: str


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Codes (Categorical or unsigned integers, or lists of them); code i means `categories[i]`."""

    column: str
    categories: pl.Series  # String, in NFC


@dataclass(frozen=True, eq=False)
class Bits:
    """Lists of few distinct values: beside the lists, bit i of a number says `vocabulary[i]`."""

    column: str
    bits: str  # the column of the numbers, UInt64; 0 where no value is
    vocabulary: pl.Series  # at most 64 values, text in NFC


Storage = Plain | Dictionary | Bits
Locate = Callable[[Leaf], Storage | None]  # None: nobody has it

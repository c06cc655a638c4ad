"""
What the readings of a column have in common: candidates in rows, and who reads which cell.

A reading turns a cell into the form that the kinds of values know, or into null where it does not
fit. The readings of one kind are a family. Cells that a pattern settles are counted by it; all
readings of the family are tried on the rest alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from engine.filters.kinds import Kind

Read = Callable[[pl.Series], pl.Series]  # of the same length


@dataclass(frozen=True, eq=False)
class Notation:
    """One way to read a column."""

    key: str
    words: str  # as the note says it; empty where there is nothing to say
    read: Read  # texts as the kinds know them, null where they do not fit


@dataclass(frozen=True, eq=False)
class Pattern:
    """Cells whose reading is plain at once."""

    fits: Callable[[pl.Expr], pl.Expr]
    readings: tuple[str, ...]  # the keys of those that take them
    marked: bool = False  # they have what the family's mark stands for
    written: bool = True  # they are taken as they are written


def _nothing(_cells: pl.Series) -> dict[str, int]:
    return {}


def _always(_fits: Mapping[str, int], _total: int) -> bool:
    return True


def _anything(text: pl.Expr) -> pl.Expr:
    return text.is_not_null()


@dataclass(frozen=True, eq=False)
class Family:
    """All readings of one kind, the likeliest first."""

    kind: Kind
    words: str  # "a number"
    readings: tuple[Notation, ...]
    patterns: tuple[Pattern, ...] = ()
    common: Read | None = None  # what all readings take alike
    bare: Read | None = None  # texts without what the readings do not know, where they fit not
    mark: str = "\0"  # in a text that was read: it has decimals, or a time
    rivals: tuple[str, str] | None = None  # two readings that take one text for different values
    reaching: frozenset[str] = frozenset()  # readings that are told apart by how far values reach
    facts: Callable[[pl.Series], dict[str, int]] = _nothing  # what else cells say: name -> how many
    # Cells that a reading may take: where none is, as in nearly every column of text, the readings
    # are not tried, which would cost 10 ms however few cells there are.
    possible: Callable[[pl.Expr], pl.Expr] = _anything
    # Whether a column can be of it at all, by how many of its cells each reading takes; most can be
    # with cells that do not fit, which are told.
    holds: Callable[[Mapping[str, int], int], bool] = _always

    @property
    def keys(self) -> tuple[str, ...]:
        """Of the readings."""
        return tuple(reading.key for reading in self.readings)

    def reading(self, key: str) -> Notation:
        """The one with this key."""
        return next(each for each in self.readings if each.key == key)

    def canonical(self, texts: pl.Series, key: str) -> pl.Series:
        """Each text as a reading takes it, or as all of them do alike; null where none does."""
        written = [
            each.fits(pl.col("text"))
            for each in self.patterns
            if each.written and set(self._taking(key)).issubset(each.readings)
        ]
        kept = pl.when(pl.any_horizontal(*written, pl.lit(value=False))).then("text")
        found = texts.alias("text").to_frame().lazy().select(kept).collect().to_series()
        for read in self._reads(key):
            found = filled_by(found, texts, read)
        return found

    def _taking(self, key: str) -> tuple[str, ...]:
        return (key,) if key else self.keys

    def _reads(self, key: str) -> tuple[Read, ...]:
        common = (self.common,) if self.common else ()
        if not key:
            return common
        read, bare = self.reading(key).read, self.bare
        return (*common, read, lambda texts: read(bare(texts))) if bare else (*common, read)


def filled_by(found: pl.Series, texts: pl.Series, read: Read) -> pl.Series:
    """Per text what is found already, else what `read` makes of it."""
    rest = found.is_null() & texts.is_not_null()
    if not rest.any():
        return found
    return found.scatter(rest.arg_true(), read(texts.filter(rest)))


def staged(*reads: Read) -> Read:
    """What the first of the readers makes of a text that can; a later one sees the rest alone."""

    def read(texts: pl.Series) -> pl.Series:
        found = reads[0](texts)
        for each in reads[1:]:
            found = filled_by(found, texts, each)
        return found

    return read


def only(pattern: str, read: Read, *, but: bool = False) -> Read:
    """The reader for texts that have a pattern, or for all but those; it sees no others."""

    def looked(texts: pl.Series) -> pl.Series:
        right = texts.str.contains(pattern)
        seen = (~right if but else right).fill_null(value=False)
        if seen.all():
            return read(texts)
        nothing = pl.Series(texts.name, [None], pl.String).new_from_index(0, len(texts))
        return nothing.scatter(seen.arg_true(), read(texts.filter(seen))) if seen.any() else nothing

    return looked

"""
What the cells of a column say about how it is to be read, part by part of the file.

A column is a number, a date or yes and no where one reading takes every cell of it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from engine.imports.values.families import Family, Read

HEAD = 1000  # cells on which a family is tried before it is on all
EXAMPLES = 3  # of cells that do not fit


@dataclass(frozen=True)
class Doubt:
    """A cell that two readings take for different values."""

    text: str
    values: tuple[str, str]  # in the order of the family's rivals


class Tally:
    """How many cells each reading of a family takes."""

    def __init__(self, family: Family) -> None:
        self.family = family
        self.total = 0
        self.plain = 0  # taken by every reading as they are written
        self.fits = Counter(dict.fromkeys(family.keys, 0))
        self.marked = Counter(dict.fromkeys(family.keys, 0))
        self.facts: Counter[str] = Counter()
        self.strangers: dict[str, dict[str, None]] = {key: {} for key in family.keys}
        self.reach: dict[str, tuple[str, str]] = {}  # the least and the greatest that was read
        self.alone = [0, 0]  # taken by one of the rivals only
        self.doubts = 0  # taken by both, for different values
        self.doubt: Doubt | None = None

    @property
    def most(self) -> int:
        """How many cells the best reading takes."""
        return max(self.fits.values())

    def see(self, cells: pl.Series) -> None:
        """Takes further cells into account; none of them is null."""
        self.total += len(cells)
        rest = self._by_pattern(cells)
        if rest.is_empty():
            return
        if not self._possible(rest):
            self._remember(self.family.keys, rest)
            return
        if self.family.common:
            read = self.family.common(rest)
            self._count(self.family.keys, read.drop_nulls())
            rest = rest.filter(read.is_null())
        if not rest.is_empty():
            self._by_reading(rest)

    def _possible(self, rest: pl.Series) -> bool:
        looked = rest.alias("text").to_frame().lazy().select(self.family.possible(pl.col("text")))
        return bool(looked.collect().to_series().any())

    def _by_pattern(self, cells: pl.Series) -> pl.Series:
        rest = cells
        for pattern in self.family.patterns:
            if rest.is_empty():
                break
            text = pl.col("text")
            frame = rest.alias("text").to_frame().lazy().select(pattern.fits(text).fill_null(False))
            fits = frame.collect().to_series()
            count = int(fits.sum())
            if not count:
                continue
            for key in pattern.readings:
                self.fits[key] += count
                self.marked[key] += count * pattern.marked
            self._remember({*self.family.keys}.difference(pattern.readings), rest.filter(fits))
            self.plain += count * pattern.written
            rest = rest.filter(~fits)
        return rest

    def _remember(self, keys: Iterable[str], odd: pl.Series) -> None:
        wanting = [known for key in keys if len(known := self.strangers[key]) < EXAMPLES]
        if not wanting:
            return
        fresh = odd.head(HEAD).unique(maintain_order=True).head(EXAMPLES).to_list()
        for known in wanting:
            known.update(dict.fromkeys(fresh[: EXAMPLES - len(known)]))

    def _count(self, keys: Sequence[str], read: pl.Series) -> None:
        marked = int(read.str.contains(self.family.mark, literal=True).sum())
        for key in keys:
            self.fits[key] += len(read)
            self.marked[key] += marked

    def _by_reading(self, rest: pl.Series) -> None:
        family = self.family
        found = {reading.key: reading.read(rest) for reading in family.readings}
        if family.bare:
            found = self._bared(rest, found, family.bare)
        for key, read in found.items():
            self._count([key], read.drop_nulls())
            self._remember([key], rest.filter(read.is_null()))
            if key in family.reaching and read.null_count() < len(read):
                self._reach(key, str(read.min()), str(read.max()))
        if family.rivals:
            self._compare(rest, *(found[key] for key in family.rivals))

    def _reach(self, key: str, least: str, greatest: str) -> None:
        known = self.reach.get(key, (least, greatest))
        self.reach[key] = min(known[0], least), max(known[1], greatest)

    def _bared(
        self, rest: pl.Series, found: dict[str, pl.Series], bare: Read
    ) -> dict[str, pl.Series]:
        """What was found, and what the readings make of the other cells once they are bare."""
        unread = pl.DataFrame(found).select(pl.all_horizontal(pl.all().is_null())).to_series()
        if not unread.any():
            return found
        cells = rest.filter(unread)
        self.facts.update(self.family.facts(cells))
        texts, places = bare(cells), unread.arg_true()
        return {
            reading.key: found[reading.key].scatter(places, reading.read(texts))
            for reading in self.family.readings
        }

    def _compare(self, rest: pl.Series, one: pl.Series, other: pl.Series) -> None:
        apart = (one != other).fill_null(value=False)
        self.alone[0] += int((one.is_not_null() & other.is_null()).sum())
        self.alone[1] += int((other.is_not_null() & one.is_null()).sum())
        self.doubts += int(apart.sum())
        if self.doubt is None and apart.any():
            place = int(apart.arg_true()[0])
            self.doubt = Doubt(rest[place], (one[place], other[place]))


class Evidence:
    """What is known of one column so far."""

    def __init__(self, families: Sequence[Family], *, sought: bool = False) -> None:
        """
        Args:
            families: what the column may be, the likeliest first; none is text.
            sought: it is to be one of them, whether its cells look like it or not.
        """
        self.families, self.sought = families, sought
        self.tallies: list[Tally] | None = None  # of those that the first cells look like
        self.total = 0

    def see(self, cells: pl.Series) -> None:
        """Takes further cells into account: trimmed ones; null is no cell."""
        given = cells.drop_nulls()
        if given.is_empty():
            return
        self.total += len(given)
        if self.tallies is None:
            head, given = given.head(HEAD), given.slice(HEAD)
            tried = [self._tried(each, head) for each in self.families]
            self.tallies = [each for each in tried if self.sought or each.most * 2 >= len(head)]
        for tally in self.tallies:
            tally.see(given)

    @property
    def best(self) -> Tally | None:
        """The family that takes the most cells."""
        able = (each for each in self.tallies or () if each.family.holds(each.fits, each.total))
        return max(able, key=lambda tally: tally.most, default=None)

    def _tried(self, family: Family, head: pl.Series) -> Tally:
        found = Tally(family)
        found.see(head)
        return found

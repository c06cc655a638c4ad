"""
Which customers a text may mean: a look at a million of them takes 5 ms, and one in an index 0.1 ms.

An index gives candidates; the customers themselves confirm them. So the states of a base share one,
and what was deleted or never committed does no harm in it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt
import polars as pl

from engine.store.records.latest import places as places
from engine.store.records.tables import OWNER

MANY = 100_000  # customers written since: an index made anew is cheaper than one that grew so
SCANS = 8  # looks at everybody before an index pays: making one takes as long as a hundred
MARKS = 4096  # texts whose marks are kept: a code that everybody has comes again and again
PARTS = 64  # of what was written since; a frame of one row takes as much room as one of hundreds
MARKED = ("row", "id", "source_id", "referrer", OWNER)

Marks = Callable[[pl.Series], pl.Series]  # of texts, one UInt64 each; null has none
_MARKS: dict[str, int] = {}  # of texts that were asked for


def plain(texts: pl.Series) -> pl.Series:
    """One mark for each text, without case; null for none."""
    return _hash(texts.str.to_lowercase()).set(texts.is_null(), None)


def mark_of(key: str) -> int:
    """The mark of one text."""
    known = _MARKS.get(key)
    if known is None:
        known = marks_of([key])[0]
        _keep({key: known})
    return known


def mark_ahead(keys: Iterable[str]) -> None:
    """Finds the marks of texts that will each be asked for; a hash takes 0.04 ms, of one or ten."""
    new = [key for key in keys if key not in _MARKS]
    if new:
        _keep(dict(zip(new, marks_of(new), strict=True)))


def forget_marks() -> None:
    """Lets go of the texts, one of which may be of somebody who was erased."""
    _MARKS.clear()


def _keep(marks: Mapping[str, int]) -> None:
    if len(_MARKS) > MARKS:
        _MARKS.clear()
    _MARKS.update(marks)


def marks_of(keys: Sequence[str]) -> list[int]:
    """The mark of each of some texts, as `plain` gives it."""
    if all(key.isascii() for key in keys):  # letters of others have more than one small form
        return _hash(pl.Series([key.lower() for key in keys], dtype=pl.String)).to_list()
    return plain(pl.Series(keys)).to_list()


def _hash(texts: pl.Series) -> pl.Series:
    """A frame's, as a column's is a query: 0.12 ms for one text instead of 0.04."""
    return texts.to_frame().hash_rows()


class RowIndex:
    """The `row` of the customers under each mark."""

    def __init__(self, customers: pl.DataFrame, columns: tuple[str, ...], marks: Marks) -> None:
        self._columns, self._marks = columns, marks
        marked = self._marked(customers).sort("mark")
        self._sorted: npt.NDArray[np.uint64] = marked["mark"].to_numpy()
        self._rows: npt.NDArray[np.int64] = marked["row"].to_numpy()
        self._newer: dict[int, list[int]] = {}

    def add(self, customers: pl.DataFrame) -> None:
        """Takes in what was written since."""
        rows = customers["row"].to_list()
        for name in self._columns:
            for row, mark in zip(rows, self._marks(customers[name]), strict=True):
                if mark is not None:  # to join frames without these is a query for each commit
                    self._newer.setdefault(mark, []).append(row)

    def rows(self, marks: Collection[int]) -> list[int]:
        """Every candidate under one of the marks, some perhaps gone since; ascending."""
        wanted = np.fromiter(marks, np.uint64, len(marks))
        first, last = (np.searchsorted(self._sorted, wanted, side) for side in ("left", "right"))
        found = {row for mark in marks for row in self._newer.get(mark, ())}
        for start, end in zip(first.tolist(), last.tolist(), strict=True):
            found.update(self._rows[start:end].tolist())
        return sorted(found)

    def _marked(self, customers: pl.DataFrame) -> pl.DataFrame:
        parts = [
            pl.DataFrame({"row": customers["row"], "mark": self._marks(customers[name])})
            for name in self._columns
        ]
        return pl.concat(parts).drop_nulls("mark")


class Indexes:
    """
    Every index over the customers of some states that follow each other.

    One is made beside all else, by whoever needs it first: of two million texts that takes 0.4 s,
    beside a busy server several seconds, for which no write may wait.
    """

    def __init__(self) -> None:
        self._made: dict[str, RowIndex] = {}
        self._making: dict[str, Lock] = defaultdict(Lock)
        self._newer: list[pl.DataFrame] = []  # written since the first of the states
        self._scans = 0
        self._lock = Lock()

    def pays(self, name: str) -> bool:
        """Whether to ask the index of a name rather than to look at everybody once more."""
        self._scans += 1
        return name in self._made or (self._scans > SCANS and not self._making[name].locked())

    def following(self, newer: pl.DataFrame) -> "Indexes":
        """Those of a state that has these versions besides."""
        if newer.is_empty():
            return self
        if newer.height + sum(part.height for part in self._newer) > MANY:
            return Indexes()
        with self._lock:
            written = newer.select(name for name in MARKED if name in newer.columns)
            self._newer.append(written)
            if len(self._newer) > PARTS:
                self._newer = [pl.concat(self._newer, rechunk=True)]
            for index in self._made.values():
                index.add(written)
        return self

    def rows(
        self,
        name: str,
        customers: pl.DataFrame,
        marks: Collection[int],
        columns: tuple[str, ...],
        marked: Marks,
    ) -> list[int]:
        """
        The `row` of every candidate in the index of a name, which is made when first asked for.

        Args:
            customers: those of the state that asks.
            marks: of which each candidate has one.
            marked: how a column is marked.
        """
        if name not in self._made:
            with self._making[name]:  # whoever else needs it waits, writers who do not go on
                if name not in self._made:
                    self._finish(name, RowIndex(customers, columns, marked))
        return self._made[name].rows(marks)

    def _finish(self, name: str, index: RowIndex) -> None:
        with self._lock:  # with what was written while it was made
            for written in self._newer:
                index.add(written)
            self._made[name] = index

"""The columns of a table that filters have asked for, and how a later state takes them over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

from engine.evaluation.columns import FieldColumn, prepared
from engine.evaluation.renewal import renewed

FEWEST = 10_000  # records: of fewer, columns are prepared in 2 ms, and stored as suits them today
MOST = 20_000  # places to put values at: with more, a column is prepared anew
PIECES = 64  # writes whose places are noted one by one
Reads = Callable[[], frozenset[str]]  # the columns of a record that a field comes from
# The values of a field at some places, or of all records; None where no record has any.
Values = Callable[[pl.Series | None], pl.Series | None]


@dataclass(frozen=True, eq=False)
class CachedColumn:
    """A column, as some state had it."""

    column: FieldColumn
    reads: frozenset[str]  # columns of the record itself; none where others count too
    written: tuple[pl.Series, ...] = ()  # where records were written since, some places twice

    @cached_property
    def places(self) -> pl.Series:
        """Those of the records that were written since, each once, ascending."""
        return pl.concat(self.written).unique().sort()

    @property
    def pays(self) -> bool:
        """Whether it is worth keeping: to prepare it anew would take longer."""
        few = sum(map(len, self.written)) <= MOST
        return not self.written or (few and len(self.column.values) >= FEWEST)

    def behind(self, places: pl.Series) -> "CachedColumn":
        """The same behind a write."""
        later = replace(self, written=(*self.written, places))
        return later if len(later.written) < PIECES else replace(later, written=(later.places,))


class ColumnCache:
    """The columns of one state by the path of their field; threads that share it take turns."""

    def __init__(self, columns: Mapping[str, CachedColumn] | None = None) -> None:
        self._columns = dict(columns or {})

    def __contains__(self, path: object) -> bool:
        """Whether the column is there as this state has it."""
        return path in self._columns and not self._columns[path].written

    def column(self, path: str, reads: Reads, values: Values) -> FieldColumn | None:
        """The field as filters read it; None where no record has any."""
        if path not in self:
            found = self._made(path, values)
            if found is None:
                return None
            self._columns[path] = CachedColumn(found, reads())
        return self._columns[path].column

    def following(self, written: pl.Series, kept: frozenset[str]) -> "ColumnCache":
        """
        What a later state takes over, in which no record stands elsewhere.

        Args:
            written: the places of the records that were written since; new ones follow the others.
            kept: the columns whose values are as they were, record by record.
        """
        columns = dict(self._columns)  # others may be adding to it
        later = {
            path: each if written.is_empty() or each.reads <= kept else each.behind(written)
            for path, each in columns.items()
            if each.reads
        }
        return ColumnCache({path: each for path, each in later.items() if each.pays})

    def _made(self, path: str, values: Values) -> FieldColumn | None:
        known = self._columns.get(path)
        if known is not None:
            some = values(known.places)
            if some is not None and (found := renewed(known.column, known.places, some)):
                return found
        whole = values(None)
        return None if whole is None else prepared(whole)

"""What a file holds once it is read: typed rows, metadata keys, and the rows that cannot go in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from engine.filters.kinds import Kind
from engine.imports.columns.table import FileColumn
from engine.imports.notes import Note

REJECTED = pl.Schema(
    [
        ("row", pl.Int64()),
        ("line", pl.Int64()),
        ("reason", pl.String()),
        ("cells", pl.List(pl.String())),
    ]
)
SET_ASIDE = pl.Schema(
    [("line", pl.Int64()), ("reason", pl.String()), ("cells", pl.List(pl.String()))]
)
FAULTS = pl.Schema([("row", pl.Int64()), ("reason", pl.String())])

Address = tuple[str, ...]  # namespace, then the path of a key; the namespace alone is all its keys
Goal = str | Address  # a column of the records, or a key of metadata


@dataclass(frozen=True)
class Type:
    """What the values of a metadata key are."""

    kind: Kind
    many: bool = False

    @property
    def dtype(self) -> Any:
        """The Polars type of its column."""
        return pl.List(self.kind.dtype) if self.many else self.kind.dtype


@dataclass(frozen=True, eq=False)
class KeyColumns:
    """Where the values of one metadata key lie in the rows, before its type is settled."""

    namespace: str
    path: tuple[str, ...]  # ("a", "b") into an object; ("a.b",) is the dotted key itself
    text: str | None  # CSV: the column of cells; null is not given
    variants: Mapping[Type, str]  # JSON: a column per type that occurs; one at most is filled
    separator: str | None = None  # of tables: between the elements of a list in one cell
    declared: Kind | None = None  # by the mapping
    kind: Kind | None = None  # CSV: as the whole column shows it; None is to be found out
    read: str | None = None  # CSV: the cells as the kinds read them, where `text` is otherwise


@dataclass(frozen=True, eq=False)
class Key:
    """One metadata key of a batch."""

    namespace: str
    path: tuple[str, ...]
    fits: Type  # of every value in this batch (filters rule 7.1-2), or as declared
    text: str | None
    variants: Mapping[Type, str]
    separator: str | None
    read: str | None = None  # as in KeyColumns

    @property
    def columns(self) -> tuple[str, ...]:
        """Where its values lie in the rows."""
        return tuple(name for name in (self.text, self.read, *self.variants.values()) if name)


@dataclass(frozen=True, eq=False)
class Draft:
    """A file as text and JSON values, before it is typed."""

    header: tuple[str, ...]
    frame: pl.DataFrame  # one row per record: row, line, known columns as String, key columns
    columns: tuple[FileColumn, ...]  # the known ones that the file brings
    keys: tuple[KeyColumns, ...]
    cleared: Mapping[str, str]  # as in Batch
    removed: Mapping[Address, str]  # as in Batch
    faults: pl.DataFrame  # row, reason: found while reading; the row is still in `frame`
    rejected: pl.DataFrame  # as in Batch; these rows are not in `frame`
    cells: Callable[[pl.Series], pl.DataFrame]  # of these row numbers: row, cells
    key_places: Mapping[str, int] = field(default_factory=dict)  # CSV: a key -> its cell in a row
    set_aside: pl.DataFrame = field(default_factory=SET_ASIDE.to_frame)  # as in Batch
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, eq=False)
class Batch:
    """
    A file, read and typed.

    `rows` has one row per good record in file order: `row` Int64 (from 1, header not counted),
    `line` Int64 (physical, from 1), one typed column per known field that the file brings (instants
    in UTC, null is not given), the columns of the keys, and Boolean columns for JSON nulls.
    `rejected` has `row`, `line`, `reason` and `cells`, in file order; of JSON Lines the one cell is
    the line itself. `set_aside` has `line`, `reason` and `cells` of what is no record, such as
    a line of totals below the table.
    """

    rows: pl.DataFrame
    cleared: Mapping[str, str]  # JSON null: a physical column -> its Boolean column
    removed: Mapping[Address, str]  # JSON null in metadata: an address -> its Boolean column
    keys: tuple[Key, ...]
    rejected: pl.DataFrame
    header: tuple[str, ...]  # of `rejected.cells`
    sha256: str  # of the file
    cells: Callable[[pl.Series], pl.DataFrame]  # of these row numbers: row, cells
    parts: str | None = None  # the column of which each row gives one element of its record's
    set_aside: pl.DataFrame = field(default_factory=SET_ASIDE.to_frame)
    notes: tuple[Note, ...] = ()
    # How it is written where a record has it already: rows of `upsert.WRITES`; not here: it is.
    writes: Mapping[Goal, str] = field(default_factory=dict)
    tabular: bool = False  # of a table, where `a.b` is a key or what lies inside an object

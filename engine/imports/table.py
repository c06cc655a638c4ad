"""
What columns a kind of file knows: name, headers, and how a cell becomes a value.

The customers table follows from the field rows; other kinds of file are more rows of `Column`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.filters.fields import FIELDS
from engine.filters.kinds import NUMBER, STRING, Kind
from engine.filters.reading import mistaken

SEPARATORS = str.maketrans("", "", " \t\u00a0_-.")
NAMESPACES = ("metadata", "system_metadata")
JSON_TYPES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {"number": (int, float), "boolean": (bool,)}
)


@dataclass(frozen=True, eq=False)
class Cell:
    """How the text of one cell becomes a stored value."""

    dtype: Any  # the Polars type of the column
    json: tuple[type, ...]  # the Python types that fit in JSON
    read: Callable[[str, ZoneInfo], Any]  # raises ValueError that says what was expected
    column: Callable[[pl.Expr, ZoneInfo], pl.Expr]  # `read` over a column, null where unfit


@dataclass(frozen=True, eq=False)
class Column:
    """One column that a kind of file knows."""

    name: str  # in the batch and in the records
    path: str  # as a field path, and the nested spelling in JSON
    cell: Cell
    headers: tuple[str, ...] = ()  # spellings beside name and path
    allowed: tuple[str, ...] = ()  # the only values; () is any


@dataclass(frozen=True, eq=False)
class Table:
    """One kind of file."""

    name: str
    columns: tuple[Column, ...]
    others: str | None  # the namespace of a CSV column that is not known; None ignores it

    @cached_property
    def by_header(self) -> Mapping[str, Column]:
        """Every spelling without case and separators."""
        return {
            bare(header): column
            for column in self.columns
            for header in (column.name, column.path, *column.headers)
        }

    def column(self, header: str) -> Column | None:
        """The column that a header means; case, blanks, `_`, `-` and `.` do not matter."""
        return self.by_header.get(bare(header))


def bare(header: str) -> str:
    """A header without what does not matter in it."""
    return header.casefold().translate(SEPARATORS)


def cell_of(kind: Kind) -> Cell:
    """The cell of a field of this kind; text stays as it is written."""
    return Cell(kind.dtype, JSON_TYPES.get(kind.key, (str,)), kind.read_text, kind.text_expression)


def _read_whole(text: str, _zone: ZoneInfo) -> int:
    if not text.removeprefix("-").isdecimal() or len(text.removeprefix("-")) > 15:
        raise mistaken("a whole number of at most 15 digits", text)
    return int(text)


def _whole(text: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
    number = text.cast(pl.Int64, strict=False)
    return pl.when(text.str.contains(r"^-?[0-9]{1,15}$")).then(number)


WHOLE = Cell(pl.Int64, (int, float), _read_whole, _whole)


def _customers() -> Table:
    stored = [
        Column(
            field.column,
            field.path,
            WHOLE if field.kind is NUMBER else cell_of(field.kind),
            (*field.path.split(".")[1:], *field.aliases),  # the guide's template says City alone
        )
        for field in FIELDS.values()
        if field.table == "customers" and field.column
    ]
    referrer = Column("referrer", "referrer", cell_of(STRING))
    return Table("customers", (*stored, referrer), "metadata")


CUSTOMERS = _customers()  # every column that is not known is metadata
TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in (CUSTOMERS,)})

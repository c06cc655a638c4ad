"""
What columns a kind of file knows: name, headers, and how a cell becomes a value.

All of it follows from the row of the kind of record. Source: engine/imports/README.md.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import polars as pl

from engine.base.kinds import column as kinds
from engine.base.kinds.events import name_fault
from engine.base.kinds.fields import customer_fields
from engine.base.kinds.parts import Parts
from engine.base.kinds.registry import CUSTOMERS, PerKind
from engine.base.kinds.row import RecordKind
from engine.filters.fields import Unless
from engine.filters.kinds import DATE, INSTANT_SHAPE, NUMBER, STRING, Kind
from engine.filters.reading import mistaken, spell, written_day
from engine.imports.columns.json_parts import parts_of
from engine.imports.columns.statuses import SPELLINGS, STATES, Words, state
from engine.imports.columns.words import bare, phrase
from engine.text.display import quoted
from engine.text.lists import SEPARATOR, elements, json_list

BY_VALUES = ": say what it means in `values` of the mapping"  # of a page: choose it below
# Fields whose texts become names: why one is none.
FAULTS: Mapping[tuple[str, str], Callable[[str], str | None]] = MappingProxyType(
    {("events", "event"): name_fault}
)
JSON_WORDS = {str: "text in quotes", int: "a number", bool: "true or false", list: "a list"}
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
class FileColumn:
    """One column that a kind of file knows."""

    name: str  # in the batch and in the records
    path: str  # as a field path, and the nested spelling in JSON
    cell: Cell
    headers: tuple[str, ...] = ()  # spellings beside the path
    allowed: tuple[str, ...] = ()  # the only values; () is any
    part: str | None = None  # the parts of a record that it is one value of: a row each
    label: str | None = None  # its readable name, which is a header too
    kind: Kind = STRING
    unless: Unless | None = None  # where it is no amount: another column, and words in it


@dataclass(frozen=True, eq=False)
class Table:
    """One kind of file."""

    name: str
    columns: tuple[FileColumn, ...]
    others: str  # the namespace of a CSV column that is not known
    namespaces: tuple[str, ...] = ("metadata",)
    without_key: str = "reject"  # what becomes of a row without a key: a row of `keyless.KEYLESS`
    parts: Parts | None = None
    computed: frozenset[str] = frozenset()  # paths that lists show and no file brings

    @cached_property
    def by_header(self) -> Mapping[str, FileColumn]:
        """Every spelling without case and separators."""
        return {
            bare(header): column
            for column in self.columns
            for header in (column.path, *column.headers)
        }

    @cached_property
    def by_label(self) -> Mapping[str, FileColumn]:
        """Every readable name as one word; of two alike the first."""
        return {phrase(one.label): one for one in reversed(self.columns) if one.label}

    def column(self, header: str) -> FileColumn | None:
        """The column that a header means; case, blanks, `_`, `-` and `.` do not matter."""
        return self.by_header.get(bare(header))


def cell_of(kind: Kind) -> Cell:
    """The cell of a field of this kind; text stays as it is written, and so does a day."""
    if kind is DATE:
        return Cell(kind.dtype, (str,), written_day, _written_days)
    return Cell(kind.dtype, JSON_TYPES.get(kind.key, (str,)), kind.read_text, kind.text_expression)


def _written_days(text: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    day = pl.when(text.str.contains(INSTANT_SHAPE)).then(text.str.slice(0, 10)).otherwise(text)
    return DATE.text_expression(day, zone)


def state_cell(words: Words, allowed: tuple[str, ...]) -> Cell:
    """The cell of a field with few values, which have other words in other places (`STATES`)."""

    def read(text: str, _zone: ZoneInfo) -> str:
        found = state(text, words, allowed)
        if found is None:
            raise ValueError(
                f"expected one of {', '.join(allowed)} or a word for one, got {spell(text)}"
                f"{BY_VALUES}"
            )
        return found

    def column(text: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
        def fitting(cells: pl.Series) -> pl.Series:
            known = {cell: state(cell, words, allowed) for cell in cells.drop_nulls().unique()}
            return cells.replace_strict(known, default=None, return_dtype=pl.String)

        return text.map_batches(fitting, return_dtype=pl.String)

    return Cell(pl.String, (str,), read, column)


def spelled_cell(words: Words) -> Cell:
    """The cell of a text with words that are known (`SPELLINGS`); any other stays as it is."""

    def read(text: str, _zone: ZoneInfo) -> str:
        return words.get(phrase(text), text)

    def column(text: pl.Expr, zone: ZoneInfo) -> pl.Expr:
        def spelled(cells: pl.Series) -> pl.Series:
            known = {cell: read(cell, zone) for cell in cells.drop_nulls().unique()}
            return cells.replace_strict(known, default=None, return_dtype=pl.String)

        return text.map_batches(spelled, return_dtype=pl.String)

    return Cell(pl.String, (str,), read, column)


def checked_cell(fault: Callable[[str], str | None]) -> Cell:
    """The cell of a text that is not any: `fault` says why one is none, or None."""

    def read(text: str, _zone: ZoneInfo) -> str:
        if (why := fault(text)) is not None:
            raise ValueError(why)
        return text

    def column(text: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
        def fitting(cells: pl.Series) -> pl.Series:
            unfit = [cell for cell in cells.drop_nulls().unique() if fault(cell) is not None]
            return cells.set(cells.is_in(unfit), None) if unfit else cells

        return text.map_batches(fitting, return_dtype=pl.String)

    return Cell(pl.String, (str,), read, column)


def _read_whole(text: str, _zone: ZoneInfo) -> int:
    if not WHOLE_NUMBER.fullmatch(text):
        raise mistaken("a whole number of at most 15 digits", text)
    return int(text)


def _whole(text: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
    number = text.cast(pl.Int64, strict=False)
    return pl.when(text.str.contains(r"^-?[0-9]{1,15}$")).then(number)


def _read_cents(text: str, zone: ZoneInfo) -> int:
    if AMOUNT.fullmatch(text) and not WHOLE_NUMBER.fullmatch(text):
        raise ValueError(
            f"expected whole cents without a decimal mark, got {quoted(text)}: "
            'write cents, or say `"unit": "currency"` in the mapping'
        )
    return _read_whole(text, zone)


def _read_currency(text: str, zone: ZoneInfo) -> int:
    if not AMOUNT.fullmatch(text):
        raise mistaken("an amount such as 12.50", text)
    whole, _, part = text.replace(",", ".").partition(".")
    return _read_whole(whole + part.ljust(2, "0"), zone)


def _currency(text: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    whole, part = text.str.extract(f"^{AMOUNT.pattern}$", 1), text.str.extract(r"[.,]([0-9]+)$")
    return _whole(whole + part.fill_null("").str.pad_end(2, "0"), zone)


WHOLE_NUMBER = re.compile(r"-?[0-9]{1,15}")
# The columns that a file of rejected rows adds; fixed and imported again, they say nothing.
REPORTED = ("rejected row", "rejected line", "rejected because")
IN_CURRENCY = re.compile(r"(-?[0-9]{1,13})\.([0-9]{2})0*")
AMOUNT = re.compile(r"(-?[0-9]+)(?:[.,][0-9]{1,2})?")
WHOLE = Cell(pl.Int64, (int, float), _read_whole, _whole)
CENTS = Cell(pl.Int64, (int, float), _read_cents, _whole)
CURRENCY = Cell(pl.Int64, (int, float), _read_currency, _currency)  # stored in cents
UNITS: Mapping[str, Cell] = MappingProxyType({"cents": CENTS, "currency": CURRENCY})
TEXT = cell_of(STRING)


def _read_list(text: str, _zone: ZoneInfo) -> list[str]:
    found = json_list(text)
    return text.split(SEPARATOR) if found is None else found


TEXTS = Cell(
    pl.List(pl.String),
    (list, str),
    _read_list,
    lambda text, _zone: elements(text, SEPARATOR),
)  # of several texts, as exports write them


def parts_cell(dtype: pl.DataType, columns: Mapping[str, FileColumn]) -> Cell:
    """
    The cell of all parts of a record: a list of objects in JSON, and its text elsewhere.

    Args:
        dtype: of the list.
        columns: of one part, by their key in JSON.
    """

    def read(text: str, zone: ZoneInfo) -> Any:
        reads = {bare(key): (each.name, json_read(each, zone)) for key, each in columns.items()}
        return parts_of(text, reads, bare)

    def column(text: pl.Expr, zone: ZoneInfo) -> pl.Expr:
        def fitting(cell: str | None) -> Any:
            try:
                return None if cell is None else read(cell, zone)
            except ValueError:
                return None

        return text.map_batches(
            lambda texts: pl.Series(texts.name, [fitting(cell) for cell in texts], dtype),
            return_dtype=dtype,
        )

    return Cell(dtype, (list,), read, column)


def json_read(column: FileColumn, zone: ZoneInfo) -> Callable[[Any], Any]:
    """How a value of JSON becomes what the column's cell would give."""

    def read(value: Any) -> Any:
        given = amount(column.cell, value)
        if type(given) not in column.cell.json:
            raise mistaken(JSON_WORDS[column.cell.json[0]], value)
        return column.cell.read(_spelled(given), zone)

    return read


def amount(cell: Cell, value: Any) -> Any:
    """A value of JSON; of money, text with two decimals is currency and becomes its number."""
    found = IN_CURRENCY.fullmatch(value) if isinstance(value, str) and is_money(cell) else None
    if found is None:
        return value
    return int(found[1] + found[2]) if cell is CENTS else float(value)


def is_money(cell: Cell) -> bool:
    """Whether a cell is an amount, in cents or in currency."""
    return cell in UNITS.values()


def _spelled(value: Any) -> str:
    if isinstance(value, bool | list):
        return orjson.dumps(value).decode()
    return str(value if isinstance(value, str) else NUMBER.show(value))


# Whose record it is; the store keeps the customer's row instead.
CUSTOMER_ID = FileColumn("customer_id", "customer.id", TEXT)
CUSTOMER_SOURCE_ID = FileColumn("customer_source_id", "customer.source_id", TEXT)
CUSTOMER_EMAIL = FileColumn("customer_email", "customer.email", TEXT)
OWNERS = (CUSTOMER_ID, CUSTOMER_SOURCE_ID, CUSTOMER_EMAIL)


def _cell(column: kinds.Column, kind: str) -> Cell:
    if words := STATES.get((kind, column.name)):
        return state_cell(words, column.allowed)
    if fault := FAULTS.get((kind, column.name)):
        return checked_cell(fault)
    if words := SPELLINGS.get((kind, column.name)):
        return spelled_cell(words)
    if column.many:
        return TEXTS
    if column.money:
        return CENTS
    return WHOLE if column.kind is NUMBER and column.whole else cell_of(column.kind)


def _column(column: kinds.Column, kind: str) -> FileColumn:
    return FileColumn(
        column.name,
        column.path,
        _cell(column, kind),
        column.headers,
        column.allowed,
        label=column.label,
        kind=column.kind,
        unless=column.unless and (column.unless[0].replace(".", "_"), column.unless[1]),
    )


def _parts(parts: Parts, kind: str) -> tuple[FileColumn, ...]:
    """The parts as one value, as JSON has them, and each of their columns for a row a part."""
    columns = {column.path: _column(column, kind) for column in parts.columns}
    whole = FileColumn(parts.name, parts.name, parts_cell(parts.dtype, columns))
    return (
        whole,
        *(
            FileColumn(
                parts.path(column),
                parts.path(column),
                columns[column.path].cell,
                (f"{parts.singular}.{column.path}",),
                part=parts.name,
                label=column.label,
                kind=column.kind,
            )
            for column in parts.columns
        ),
    )


def _table(kind: RecordKind) -> Table:
    known = [_column(column, kind.name) for column in kind.columns if column.stored]
    keys = [column for column in known if column.name in kind.table.keys]
    return Table(
        kind.name,
        (
            *keys,
            *(OWNERS if kind.owned else ()),
            *(column for column in known if column not in keys),
            *(_parts(kind.parts, kind.name) if kind.parts else ()),
        ),
        kind.others,
        tuple(kind.table.namespaces),
        kind.without_key,
        kind.parts,
        _computed(kind),
    )


def _computed(kind: RecordKind) -> frozenset[str]:
    """
    What our own lists show of a record beside what it says: counted, or of its customer.

    A path without a dot, such as `segments`, is a word that others use too; presets know ours.
    """
    shown = customer_fields() if kind.table is CUSTOMERS else kind.list_fields
    own = {column.path for column in kind.columns if column.stored}
    parts = set(kind.parts.fields(kind.name, kind.label)) if kind.parts else set()
    owners = {column.path for column in OWNERS}
    return frozenset(
        path
        for path in {*shown, *kind.list_fields} - own - parts - owners
        if "." in path and path.split(".")[0] not in kind.table.namespaces
    )


TABLES: Mapping[str, Table] = PerKind(_table)


def is_spelling(header: str) -> bool:
    """Whether a header is that of a column in a file of any kind."""
    spelled = bare(header)
    return any(spelled in table.by_header for table in TABLES.values())

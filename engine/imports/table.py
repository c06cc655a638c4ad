"""
What columns a kind of file knows: name, headers, and how a cell becomes a value.

The customers table follows from the field rows; the other kinds of file are rows of `Column`.
Source: files-and-commands.md, "Files".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.display import quoted
from engine.filters.fields import FIELDS
from engine.filters.kinds import BOOLEAN, INSTANT, NUMBER, STRING, Kind
from engine.filters.reading import mistaken

SEPARATORS = str.maketrans("", "", " \t\u00a0_-.")
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
    headers: tuple[str, ...] = ()  # spellings beside the path
    allowed: tuple[str, ...] = ()  # the only values; () is any


@dataclass(frozen=True, eq=False)
class Table:
    """One kind of file."""

    name: str
    columns: tuple[Column, ...]
    others: str | None = None  # the namespace of a CSV column that is not known; None ignores it
    namespaces: tuple[str, ...] = ("metadata",)
    without_key: str = "reject"  # what becomes of a row without a key: a row of `keyless.KEYLESS`

    @cached_property
    def by_header(self) -> Mapping[str, Column]:
        """Every spelling without case and separators."""
        return {
            bare(header): column
            for column in self.columns
            for header in (column.path, *column.headers)
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
    if not WHOLE_NUMBER.fullmatch(text):
        raise mistaken("a whole number of at most 15 digits", text)
    return int(text)


def _whole(text: pl.Expr, _zone: ZoneInfo) -> pl.Expr:
    number = text.cast(pl.Int64, strict=False)
    return pl.when(text.str.contains(r"^-?[0-9]{1,15}$")).then(number)


def _read_cents(text: str, zone: ZoneInfo) -> int:
    if AMOUNT.fullmatch(text):
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
# The columns that a file of rejected rows adds; mended and imported again, they say nothing.
REPORTED = ("rejected row", "rejected line", "rejected because")
AMOUNT = re.compile(r"(-?[0-9]+)(?:[.,][0-9]{1,2})?")
WHOLE = Cell(pl.Int64, (int, float), _read_whole, _whole)
CENTS = Cell(pl.Int64, (int, float), _read_cents, _whole)
CURRENCY = Cell(pl.Int64, (int, float), _read_currency, _currency)  # stored in cents
UNITS: Mapping[str, Cell] = MappingProxyType({"cents": CENTS, "currency": CURRENCY})
TEXT, WHEN, FLAG = cell_of(STRING), cell_of(INSTANT), cell_of(BOOLEAN)


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
    referrer = Column("referrer", "referrer", TEXT)
    return Table("customers", (*stored, referrer), "metadata", ("metadata", "system_metadata"))


CUSTOMERS = _customers()  # every column that is not known is metadata

# Whose record it is; the store keeps the customer's row instead.
CUSTOMER_ID = Column("customer_id", "customer.id", TEXT)
CUSTOMER_SOURCE_ID = Column("customer_source_id", "customer.source_id", TEXT)
OWNERS = (CUSTOMER_ID, CUSTOMER_SOURCE_ID)

ORDERS = Table(
    "orders",
    (
        Column("id", "id", TEXT),
        Column("source_id", "source_id", TEXT),
        *OWNERS,
        Column("status", "status", TEXT, allowed=("CREATED", "PAID", "CANCELED", "FULFILLED")),
        Column("amount", "amount", CENTS),
        Column("discount_amount", "discount_amount", CENTS),
        Column("total_amount", "total_amount", CENTS),
        Column("created_at", "created_at", WHEN),
        Column("updated_at", "updated_at", WHEN),
    ),
    without_key="create",
)

REDEMPTIONS = Table(
    "redemptions",
    (
        Column("id", "id", TEXT),
        *OWNERS,
        Column("tracking_id", "tracking_id", TEXT),
        Column("date", "date", WHEN),
        Column("voucher_code", "voucher.code", TEXT),
        Column("campaign", "campaign", TEXT),
        Column("result", "result", TEXT, allowed=("SUCCESS", "FAILURE")),
        Column("status", "status", TEXT, allowed=("SUCCEEDED", "FAILED", "ROLLED_BACK")),
        Column("failure_code", "failure_code", TEXT),
        Column("failure_message", "failure_message", TEXT),
        Column("object", "object", TEXT, allowed=("redemption", "redemption_rollback")),
        Column("order_id", "order.id", TEXT),
        Column("order_amount", "order.amount", CENTS),
        Column("gift_amount", "gift.amount", CENTS),
    ),
    without_key="create",
)

EVENTS = Table(
    "events",
    (
        Column("id", "id", TEXT),
        *OWNERS,
        Column("event", "event", TEXT),
        Column("created_at", "created_at", WHEN),
    ),
    without_key="content",
)

VOUCHERS = Table(
    "vouchers",
    (
        Column("id", "code", TEXT),
        Column("type", "type", TEXT, ("voucher_type",)),
        Column("active", "active", FLAG),
        Column("start_date", "start_date", WHEN),
        Column("expiration_date", "expiration_date", WHEN),
        Column("discount_type", "discount.type", TEXT),
        Column("value", "value", CENTS, ("gift.amount",)),
        Column("category", "category", TEXT),
        Column("redemption_limit", "redemption_limit", WHOLE, ("redemption.quantity",)),
        Column("campaign", "campaign", TEXT),
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {table.name: table for table in (CUSTOMERS, ORDERS, REDEMPTIONS, EVENTS, VOUCHERS)}
)

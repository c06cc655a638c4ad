"""What the import page calls fields, types and the ways of reading a cell."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.base.kinds.registry import KINDS
from engine.imports.columns.table import FileColumn, Table

OWNER = "customer."
DATES = MappingProxyType({
    "day-first": "Day first, 31.12.2025",
    "month-first": "Month first, 12/31/2025",
    "year-first": "Year first, 2025/12/31",
})  # fmt: skip
DECIMALS = MappingProxyType({",": "Comma, 1.234,56", ".": "Point, 1,234.56"})
UNITS = MappingProxyType({"currency": "Amounts, 12.50", "cents": "Whole cents, 1250"})
TYPES = MappingProxyType({
    "string": "Text", "number": "Number", "boolean": "Yes or no", "date": "Date",
    "instant": "Date and time",
})  # fmt: skip
WRITES = MappingProxyType({
    "overwrite": "Overwrite what is there", "fill": "Fill blanks only", "never": "Never change",
})  # fmt: skip
EMPTY = MappingProxyType({"ignore": "Changes nothing", "clear": "Clears the field"})
SEPARATORS: Mapping[str, str] = MappingProxyType({
    ";": "Semicolon", ",": "Comma", "|": "Bar", "/": "Slash",
})  # fmt: skip


def field_label(column: FileColumn, table: Table) -> str:
    """A field as an analyst calls it; of activity, whose record it is goes first."""
    known = KINDS[table.name].list_fields.get(column.path)
    label = known.label if known else column.path.replace(".", " ").replace("_", " ").capitalize()
    if column.path.startswith(OWNER) and not label.startswith("Customer"):
        return f"Customer {label[0].lower()}{label[1:]}"
    return label


def type_label(column: FileColumn, table: Table) -> str:
    """What the cells of a known column are."""
    kind = KINDS[table.name]
    known = next((one for one in kind.columns if one.path == column.path), kind.part(column.path))
    if known is None:
        return "Text" if column.path.startswith(OWNER) else "List"
    if known.allowed:
        return f"One of {', '.join(known.allowed)}"
    return "Amount" if known.money else known.kind.label

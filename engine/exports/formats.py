"""The kinds of file an export can be: one row each, with how its slices are written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
import polars as pl
import pyarrow.parquet

from engine.base.records import RecordColumns
from engine.errors import UsageError
from engine.exports.columns import line_frame, sheet_frame, typed_frame
from engine.exports.files import HashedFile
from engine.exports.layout import Layout
from engine.exports.style import Style
from engine.exports.workbook import Excel
from engine.filters.fields import Field
from engine.limits import SHEET_COLUMNS, SHEET_ROWS, SHEET_TEXT
from engine.lists.objects import to_objects
from engine.text.display import quoted
from engine.text.formulas import csv_bytes

BOM = "\ufeff".encode()


class Writer(Protocol):
    """Gets the slices in order, the first even when it is empty, and then the end."""

    def add(self, content: Any) -> None:
        """Writes one more slice, as the format's `content` gives it."""

    def end(self) -> None:
        """Writes what stands behind the last one."""


@dataclass(frozen=True, eq=False)
class Format:
    """One kind of file."""

    key: str
    label: str
    suffix: str
    media_type: str
    writer: Callable[[HashedFile, Style], Writer]
    content: Callable[[RecordColumns, list[Field], pl.Series, Layout], Any]  # of one slice
    readable: bool = False  # people open it: readable headers and currency unless asked otherwise
    local: bool = False  # instants in the zone of the project unless asked otherwise
    lines: bool = False  # a record is a line of text
    guards: bool = False  # a cell could be run as a formula, so the guard has a meaning
    most_rows: int | None = None
    most_columns: int | None = None
    most_text: int | None = None  # UTF-16 units in one cell, which is how Excel counts


class Csv:
    """UTF-8 with one header line."""

    def __init__(self, file: HashedFile, style: Style) -> None:
        self._file, self._style, self._first = file, style, True

    def add(self, frame: pl.DataFrame) -> None:
        """Writes lines, before the first of them the header."""
        if self._first and self._style.bom:
            self._file.write(BOM)
        style = self._style
        data = csv_bytes(frame, style.delimiter, header=self._first, guard=style.guard)
        self._first = False
        self._file.write(data)

    def end(self) -> None:
        """A CSV has no end."""


class JsonLines:
    """One object of the API's shape a line, with exact types; what is missing is left out."""

    def __init__(self, file: HashedFile, _style: Style) -> None:
        self._file = file

    def add(self, documents: Iterable[dict[str, Any]]) -> None:
        """Writes one line for each object."""
        for document in documents:
            self._file.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))

    def end(self) -> None:
        """A file of lines has no end."""


def documents(
    records: RecordColumns, fields: list[Field], positions: pl.Series, layout: Layout
) -> list[dict[str, Any]]:
    """Objects of the API's shape, or flat ones under readable keys."""
    keys = layout.headers or None
    return to_objects(records, fields, positions, layout.zone, keys=keys, currency=layout.currency)


class Parquet:
    """One row group for each slice, Zstandard."""

    def __init__(self, file: HashedFile, _style: Style) -> None:
        self._file = file
        self._writer: pyarrow.parquet.ParquetWriter | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Writes one row group."""
        table = frame.to_arrow()
        if self._writer is None:
            self._writer = pyarrow.parquet.ParquetWriter(
                self._file, table.schema, compression="zstd"
            )
        self._writer.write_table(table)

    def end(self) -> None:
        """Writes the footer."""
        if self._writer is not None:
            self._writer.close()


FORMATS: Mapping[str, Format] = {
    row.key: row
    for row in (
        Format(
            "csv", "CSV", ".csv", "text/csv", Csv, line_frame, readable=True,
            lines=True, guards=True,
        ),
        Format(
            "excel",
            "Excel",
            ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Excel,
            sheet_frame,
            readable=True,
            local=True,
            most_rows=SHEET_ROWS.most,
            most_columns=SHEET_COLUMNS.most,
            most_text=SHEET_TEXT.most,
        ),
        Format(
            "parquet", "Parquet", ".parquet", "application/vnd.apache.parquet", Parquet,
            typed_frame,
        ),
        Format(
            "jsonl", "JSON Lines", ".jsonl", "application/jsonl", JsonLines,
            documents, lines=True,
        ),
    )
}  # fmt: skip


def find_format(key: str) -> Format:
    """
    The format of a key.

    Raises:
        UsageError: there is none.
    """
    if key not in FORMATS:
        raise UsageError(f"expected a format among {', '.join(FORMATS)}, got {quoted(key)}")
    return FORMATS[key]


def format_of(file_name: str) -> Format | None:
    """The format whose suffix a file has."""
    return next((row for row in FORMATS.values() if file_name.endswith(row.suffix)), None)

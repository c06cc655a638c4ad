"""The kinds of file an export can be: one row each, with how its slices are written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, Protocol, cast
from zoneinfo import ZoneInfo

import orjson
import polars as pl
import pyarrow.parquet

from engine.base.records import RecordColumns
from engine.errors import UsageError
from engine.exports.columns import sheet_frame, text_frame, typed_frame
from engine.exports.files import HashedFile
from engine.filters.fields import Field
from engine.limits import SHEET_COLUMNS, SHEET_ROWS, SHEET_TEXT
from engine.lists.objects import to_objects
from engine.text.display import quoted
from engine.text.formulas import csv_text

BOM = "\ufeff".encode()
# A text stays the text it is: never a number, a formula or a link.
AS_TEXT = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
CREATED = datetime(1980, 1, 1, tzinfo=UTC)  # as the other dates in the archive
BY_ROW = {"constant_memory": True}  # rows go to the disk as they come


@dataclass(frozen=True)
class Style:
    """How a file of text is laid out; the other kinds have nothing to choose."""

    delimiter: str = ","
    bom: bool = False  # Excel takes a CSV without it for another encoding than UTF-8
    sheet: str = "records"
    guard: bool = True  # where a spreadsheet would run a cell as a formula


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
    content: Callable[[RecordColumns, list[Field], pl.Series, ZoneInfo], Any]  # of one slice
    lines: bool = False  # a record is a line of text
    guards: bool = False  # a cell could be run as a formula, so the guard has a meaning
    most_rows: int | None = None
    most_columns: int | None = None
    most_text: int | None = None  # UTF-16 units in one cell, which is how Excel counts


class Csv:
    """UTF-8 with one header line."""

    def __init__(self, file: HashedFile, style: Style) -> None:
        if len(style.delimiter.encode()) != 1 or style.delimiter in '"\r\n':
            raise UsageError(
                f"expected one sign such as ; as delimiter, got {quoted(style.delimiter)}"
            )
        self._file, self._style, self._first = file, style, True

    def add(self, frame: pl.DataFrame) -> None:
        """Writes lines, before the first of them the header."""
        if self._first and self._style.bom:
            self._file.write(BOM)
        style = self._style
        text = csv_text(frame, style.delimiter, header=self._first, guard=style.guard)
        self._first = False
        self._file.write(text.encode())

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


class Excel:
    """
    One sheet with a header that stays in sight.

    Texts are written as texts, which Excel never runs, so no formula guard changes them. Dates and
    instants are texts too: an instant of Excel knows no zone, and none before 1900.
    """

    def __init__(self, file: HashedFile, style: Style) -> None:
        import xlsxwriter  # takes 0.2 s, which no other door need wait for

        target = cast("IO[bytes]", file)  # it is written from start to end, never sought
        self._book = xlsxwriter.Workbook(target, {**BY_ROW, **AS_TEXT, "in_memory": False})
        # The same rows are the same bytes, or no export could be replayed.
        self._book.set_properties({"created": CREATED})
        self._sheet = self._book.add_worksheet(style.sheet)
        self._row = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Writes rows, before the first of them the header."""
        if self._row == 0:
            self._write(frame.columns)
            self._sheet.freeze_panes(1, 0)
        for row in frame.iter_rows():
            self._write(row)

    def end(self) -> None:
        """Packs the sheet."""
        self._book.close()

    def _write(self, values: Sequence[Any]) -> None:
        for column, value in enumerate(values):
            if value is not None:
                self._write_cell(column, value)
        self._row += 1

    def _write_cell(self, column: int, value: Any) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, column, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, column, value)
        else:
            self._sheet.write_string(self._row, column, value)


FORMATS: Mapping[str, Format] = {
    row.key: row
    for row in (
        Format("csv", "CSV", ".csv", "text/csv", Csv, text_frame, lines=True, guards=True),
        Format(
            "excel",
            "Excel",
            ".xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Excel,
            sheet_frame,
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
            to_objects, lines=True,
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

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

    def add(self, part: Any) -> None:
        """Writes one more slice, as the format's `part` gives it."""

    def end(self) -> None:
        """Writes what stands behind the last one."""


def _as_it_is(content: Any, _style: Style, _place: int) -> Any:
    return content


@dataclass(frozen=True, eq=False)
class Format:
    """One kind of file."""

    key: str
    label: str
    suffix: str
    media_type: str
    writer: Callable[[HashedFile, Style], Writer]
    content: Callable[[RecordColumns, list[Field], pl.Series, Layout], Any]  # of one slice
    part: Callable[[Any, Style, int], Any] = _as_it_is  # of the slice at a place, for the writer
    at_once: int = 1  # slices that are made: of text each has steps that take one processor alone
    readable: bool = False  # people open it: readable headers and currency unless asked otherwise
    local: bool = False  # instants in the zone of the project unless asked otherwise
    whole: bool = False  # a cell of 50.00 is 50
    lines: bool = False  # a record is a line of text
    guards: bool = False  # a cell could be run as a formula, so the guard has a meaning
    most_rows: int | None = None
    most_columns: int | None = None
    most_text: int | None = None  # UTF-16 units in one cell, which is how Excel counts


class Csv:
    """Lines in UTF-8, as `csv_lines` has them."""

    def __init__(self, file: HashedFile, _style: Style) -> None:
        self._file = file

    def add(self, lines: bytes | memoryview) -> None:
        """Writes some lines."""
        self._file.write(lines)

    def end(self) -> None:
        """A file of lines has no end."""


def csv_lines(frame: pl.DataFrame, style: Style, place: int) -> bytes | memoryview:
    """The rows, before the first of them one line of headers."""
    lines = csv_bytes(frame, style.delimiter, header=place == 0, guard=style.guard)
    return BOM + lines if place == 0 and style.bom else lines


class JsonLines:
    """One object of the API's shape a line, with exact types; what is missing is left out."""

    def __init__(self, file: HashedFile, _style: Style) -> None:
        self._file = file

    def add(self, objects: Iterable[dict[str, Any]]) -> None:
        """Writes one line for each object; as one text they would take three times the memory."""
        for each in objects:
            self._file.write(orjson.dumps(each, option=orjson.OPT_APPEND_NEWLINE))

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
            "csv", "CSV", ".csv", "text/csv", Csv, line_frame, csv_lines, readable=True,
            at_once=3, lines=True, guards=True,
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
            whole=True,
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
    """The format whose suffix a file has, in whatever case."""
    name = file_name.lower()
    return next((row for row in FORMATS.values() if name.endswith(row.suffix)), None)

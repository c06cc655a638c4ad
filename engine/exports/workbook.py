"""A workbook of Excel: a sheet of records, and one that says what they are."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, Any, cast

import polars as pl

from engine.exports.files import HashedFile
from engine.exports.style import Style
from engine.limits import SHEET_TEXT

# A text stays the text it is: never a number, a formula or a link.
AS_TEXT = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
CREATED = datetime(1980, 1, 1, tzinfo=UTC)  # as the other dates in the archive
BY_ROW = {"constant_memory": True}  # rows go to the disk as they come
ABOUT = "About"
NARROW, WIDE = 9, 48  # characters: no column is narrower or wider
NUMBERS: Mapping[type, str] = {
    Decimal: "#,##0.00",
    datetime: "yyyy-mm-dd hh:mm:ss",
    date: "yyyy-mm-dd",
}
DIGITS = 15  # of a number that Excel shows, and that an import takes from a cell
FIRST_YEAR = 1900  # Excel knows no day before


class Excel:
    """
    One sheet with a header that stays in sight and filters, and one about it.

    Texts are written as texts, which Excel never runs, so no formula guard changes them. A date
    before 1900, and an instant that the local time of its zone does not tell (the second of a
    repeated hour, a fraction below milliseconds), stay text; so does a number of more digits than
    Excel keeps.
    """

    def __init__(self, file: HashedFile, style: Style) -> None:
        import xlsxwriter  # takes 0.2 s, which no other door need wait for

        target = cast("IO[bytes]", file)  # it is written from start to end, never sought
        self._book = xlsxwriter.Workbook(target, {**BY_ROW, **AS_TEXT, "in_memory": False})
        # The same rows are the same bytes, or no export could be replayed.
        self._book.set_properties({"created": CREATED})
        self._bold = self._book.add_format({"bold": True})
        self._formats = {
            kind: self._book.add_format({"num_format": code}) for kind, code in NUMBERS.items()
        }
        self._sheet = self._book.add_worksheet(style.sheet)
        self._about = style.about
        self._row, self._columns = 0, 0

    def add(self, frame: pl.DataFrame) -> None:
        """Writes rows, before the first of them the header."""
        if self._row == 0:
            self._begin(frame)
        for row in frame.iter_rows():
            for column, value in enumerate(row):
                if value is not None:
                    self._write(column, value)
            self._row += 1

    def end(self) -> None:
        """Sets the filters, says what the records are, and packs the book."""
        self._sheet.autofilter(0, 0, max(self._row - 1, 0), self._columns - 1)
        if self._about:
            self._say(self._book.add_worksheet(ABOUT))
        self._book.close()

    def _begin(self, frame: pl.DataFrame) -> None:
        self._sheet.freeze_panes(1, 0)
        self._columns = frame.width
        for place, column in enumerate(frame.get_columns()):
            self._sheet.set_column(place, place, _width(column))
        for place, name in enumerate(frame.columns):
            self._sheet.write_string(0, place, whole_characters(name), self._bold)
        self._row = 1

    def _write(self, column: int, value: Any) -> None:
        kind = type(value)
        if kind is str:
            self._sheet.write_string(self._row, column, whole_characters(value))
        elif (text := TEXTS[kind](value)) is not None:
            self._sheet.write_string(self._row, column, text)
        elif kind is bool:
            self._sheet.write_boolean(self._row, column, value)
        elif kind in (date, datetime):
            day = value.replace(tzinfo=None) if kind is datetime else value
            self._sheet.write_datetime(self._row, column, day, self._formats[kind])
        else:
            self._sheet.write_number(self._row, column, value, self._formats.get(kind))

    def _say(self, sheet: Any) -> None:
        wraps = self._book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
        topic = self._book.add_format({"bold": True, "valign": "top"})
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 90)
        for row, (name, said) in enumerate(self._about):
            sheet.write_string(row, 0, name, topic)
            if isinstance(said, str):
                sheet.write_string(row, 1, whole_characters(said), wraps)
            else:
                sheet.write_number(row, 1, said, wraps)


def whole_characters(text: str) -> str:
    """As much of a text as a cell takes, in UTF-16 units, its characters whole."""
    most = SHEET_TEXT.most
    if len(text) * 2 <= most:
        return text
    units = text.encode("utf-16-le")
    return text if len(units) <= most * 2 else units[: most * 2].decode("utf-16-le", "ignore")


def _width(column: pl.Series) -> float:
    """As wide as its header and its first values, in characters, within what is easy to read."""
    longest = column.head(200).cast(pl.String, strict=False).str.len_chars().max()
    shown = min(longest or 0, 19) if isinstance(column.dtype, pl.Datetime) else longest or 0
    wanted = max(cast("int", shown), len(column.name) + 3)  # the button of the filter
    return min(max(wanted + 1, NARROW), WIDE)


def _never(_value: Any) -> str | None:
    return None


def _inexact(value: Any) -> str | None:
    """A number of more digits than a cell keeps."""
    kept = type(value)(f"{value:.{DIGITS}G}")
    return None if kept == value else str(value)


def _early(value: date) -> str | None:
    return value.isoformat() if value.year < FIRST_YEAR else None


def _unclear(value: datetime) -> str | None:
    """An instant that a local time to the millisecond would not tell."""
    clear = value.year >= FIRST_YEAR and not value.fold and value.microsecond % 1000 == 0
    return None if clear else value.isoformat()


# The text of a value that no cell of its type can hold.
TEXTS: Mapping[type, Callable[[Any], str | None]] = {
    bool: _never,
    int: _never,  # at most 15 digits, wherever they come from
    float: _inexact,
    Decimal: _inexact,
    date: _early,
    datetime: _unclear,
}

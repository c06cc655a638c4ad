"""How the cells of a text file are divided and quoted, from its first records."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from engine.imports.files.layout import LOOKED_AT, Row, filled_cells, layout_of
from engine.imports.notes import Note

DELIMITERS = (",", ";", "\t", "|")
NAMES = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
SEPARATOR = re.compile(r'"?sep=([^"\r\n])"?[,;\t|]*(?:\r\n?|\n|\Z)', re.IGNORECASE)
# A quote that a backslash guards: no cell of the usual style goes on behind it.
GUARDED = r'(?<!\\)(?:\\\\)*\\"(?:[^"\r\n{delimiter}]|"[\r\n{delimiter}])'
# A quote behind blanks, and the same where one of a quote within quotes cannot be meant.
PADDED = r'{delimiter} +"[^"\r\n]*" *(?:{delimiter}|[\r\n]|\Z)'
OPENS = r'(?<={delimiter}) +"(?:(?!")|(?="(?: *{delimiter}|[\r\n]|\Z)))'
QUOTED = r"(?:^|[\r\n{delimiter}])'[^']*'(?=[\r\n{delimiter}]|\Z)"


@dataclass(frozen=True)
class Dialect:
    """What stands between and around cells."""

    delimiter: str = ","
    quote: str = '"'  # "" for none
    separator_line: bool = False  # the first line is `sep=;`, which only Excel reads
    backslash: bool = False  # `\\"` is a quote within quotes; the text is read with `""` instead
    padded: bool = False  # blanks stand before quotes; the text is read without them
    in_lines: bool = False  # no quotes and no other line ends: each `\\n` ends a record

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is not the plain case."""
        between = NAMES.get(self.delimiter, f"`{self.delimiter}`")
        divided = Note(
            "file", f"cells are divided by {between}", detected={"delimiter": self.delimiter}
        )
        said = {
            "cells stand in single quotes": self.quote == "'",
            "no quotes stand around cells": self.quote == "",
            "quotes within cells follow a backslash": self.backslash,
            "blanks between cells and quotes are passed over": self.padded,
        }
        others = (Note("file", text) for text, holds in said.items() if holds)
        return (*([divided] if self.delimiter != "," else []), *others)

    @property
    def opening(self) -> re.Pattern[bytes]:
        """Blanks and a quote where a cell begins with them."""
        return re.compile(OPENS.format(delimiter=re.escape(self.delimiter)).encode())

    def records(self, lines: Iterable[str]) -> Iterator[Row]:
        """The line on which each record begins, from 1, and its cells; of a blank line none."""
        csv.field_size_limit(sys.maxsize)  # its default refuses cells above 128 KB
        reader = csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
        )
        before = 0
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num


def dialect_of(
    start: str, delimiter: str | None = None, quote: str | None = None, alone: str = ","
) -> Dialect:
    """
    The dialect of a file.

    Args:
        start: its first part.
        delimiter: as the mapping says; so is `quote`.
        alone: the delimiter of a file with one column.
    """
    separator = SEPARATOR.match(start)
    marked = separator is not None
    if separator:
        delimiter = delimiter or separator[1]
        start = start[separator.end() :]
    chosen = delimiter or _delimiter(start, quote or '"', alone)
    if quote is None and _is_single_quoted(start, chosen):
        return Dialect(delimiter or _delimiter(start, "'", alone), "'", marked)
    return Dialect(chosen, '"' if quote is None else quote, marked)


def has_backslashes(text: str, delimiter: str) -> bool:
    """Whether a backslash stands before a quote as it does only where that is the style."""
    return re.search(GUARDED.format(delimiter=re.escape(delimiter)), text) is not None


def is_padded(text: str, delimiter: str) -> bool:
    """Whether blanks stand before the quotes around cells, wherever there are quotes."""
    mark = re.escape(delimiter)
    padded = re.search(PADDED.format(delimiter=mark), text)
    return padded is not None and re.search(f'{mark}"', text) is None


def _delimiter(start: str, quote: str, alone: str) -> str:
    found = {each: _evidence(start, Dialect(each, quote)) for each in DELIMITERS}
    best = max(DELIMITERS, key=lambda each: found[each])
    return best if found[best][0] else alone


def _evidence(start: str, dialect: Dialect) -> tuple[bool, bool, float, int]:
    """Several columns, a header that no other delimiter divides, records alike, many columns."""
    lines = io.StringIO(start, newline="")
    rows = [row for row in islice(dialect.records(lines), LOOKED_AT) if filled_cells(row[1])]
    widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    if not widths:
        return False, False, 0.0, 0
    width, alike = max(widths.items(), key=lambda item: (item[1], item[0]))
    names = layout_of(rows).names
    others = "".join(DELIMITERS).replace(dialect.delimiter, "")
    whole = len(names) > 1 and not any(mark in name for name in names for mark in others)
    return True, whole, alike / len(rows), width


def _is_single_quoted(start: str, delimiter: str) -> bool:
    """Whether half of the lines have a cell in single quotes, and none has one in double quotes."""
    between = re.escape(delimiter)
    if re.search(rf'(?m)(?:^|{between})"', start):
        return False
    cells = re.finditer(QUOTED.format(delimiter=between), start)
    lines = {len(start[: cell.end()].splitlines()) for cell in cells}
    return len(lines) * 2 >= sum(bool(line.strip()) for line in start.splitlines())

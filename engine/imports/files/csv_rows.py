"""
The records of a CSV file as text, each with its number and its physical line.

pyarrow reads: 1 M rows × 20 columns in 0.6 to 1.0 s, the csv module 1.8 without building columns.
The csv module looks at the first records, and says where things are in the few files where that
needs a second look.
"""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from pyarrow import csv as arrow_csv

from engine.errors import ImportFileError
from engine.imports.columns.mapping import ImportMapping
from engine.imports.files.archives import BLOCK
from engine.imports.files.broken_bytes import count_marks, unmarked
from engine.imports.files.dialect import Dialect
from engine.imports.files.layout import LOOKED_AT, Row, TableLayout, layout_of
from engine.imports.files.no_table import check_has_columns
from engine.imports.files.records import TableRecords
from engine.imports.files.source import Progress, SourceFile, Stream, blocks, text_lines
from engine.imports.files.table_rows import TableRows, records_of
from engine.imports.notes import Note
from engine.limits import COLUMNS, RECORD
from engine.system import spool
from engine.system.ahead import ahead
from engine.system.spool import spooled
from engine.text.blanks import EDGES
from engine.text.formulas import unguarded, unguarded_cells

NUL = "\0"
STEP = 2 << 20  # bytes read at once: what a processor keeps at hand; of 16 MB each takes half more
END = "\0end of file\0"  # a last record of our own: an open quote would swallow it
LINE_END = re.compile(rb"\r\n|\n|\r")
TEXT_LINE_END = re.compile(LINE_END.pattern.decode())


@dataclass(frozen=True)
class Opening:
    """The first rows of a file: its header, and how the records below it look."""

    layout: TableLayout
    names: tuple[str, ...]  # of the header, without guards
    skipped: int  # physical lines before the first record
    width: int  # cells that most records have


def opening(source: SourceFile, header_row: int | None = None) -> Opening:
    """
    Find the header.

    Raises:
        ImportFileError: there are too many columns, or this is no table.
        UsageError: nothing begins in the line that the mapping names.
    """
    rows = _first_rows(source, header_row)
    layout = layout_of(rows, header_row)
    if sum(map(len, layout.names)) > RECORD.most:
        raise _unreadable(source, 0)
    if len(layout.names) > COLUMNS.most:
        raise ImportFileError(
            f"expected at most {COLUMNS} in the header, got {len(layout.names):,}"
        )
    names = tuple(map(unmarked, unguarded_cells(layout.names)))
    check_has_columns(names)
    below = rows[layout.place + 1 :]
    inner = sum(len(TEXT_LINE_END.findall(cell)) for cell in rows[layout.place][1])
    widths = Counter(len(cells) for _, cells in below if cells)
    width = max(widths, key=lambda each: (widths[each], each), default=len(names))
    return Opening(layout, names, layout.line + inner, min(width, COLUMNS.most))


def read_records(
    source: SourceFile, mapping: ImportMapping | None = None, progress: Progress | None = None
) -> TableRecords:
    """
    All records of the file; rows count from 1 without the header, lines from 1 with it.

    Raises:
        ImportFileError: an unclosed quote, or a record too long to read.
        UsageError: the mapping does not fit the file.
    """
    first = opening(source, mapping.header_row if mapping else None)
    for size in (STEP, RECORD.most):
        ragged: list[Any] = []
        passed = _Passage(first.skipped)
        with suppress(pa.ArrowInvalid):  # a record is longer, or a quote is open
            everything = _read(source, first, size, ragged, passed, progress)
            break
    else:
        raise _unreadable(source, first.skipped)
    if not everything.height or everything["0"][-1] != END:
        raise _unreadable(source, first.skipped)
    cells = everything.head(everything.height - 1)
    bad = np.array([record.number - 1 for record in ragged], dtype=np.int64)
    total = cells.height + len(bad)
    places = np.setdiff1d(np.arange(total), bad, assume_unique=True)
    lines = _lines(source, total, passed)
    numbers = [
        pl.Series("line", lines[places]),
        pl.Series("size", [first.width], dtype=pl.Int64).new_from_index(0, cells.height),
    ]
    rows = _with_ragged(pl.DataFrame([*numbers, *cells.get_columns()]), source, ragged, lines,
                        max(first.width, len(first.names)))  # fmt: skip
    marked = passed.marks > 0 and not source.as_it_is
    records = records_of(rows, first.layout, first.names, source.encoding, marked=marked)
    notes = (*source.notes, *records.notes, *(_nuls(records.cells) if passed.nuls else ()))
    return replace(records, notes=notes)


def _nuls(cells: pl.DataFrame) -> Iterator[Note]:
    """Nobody sees a NUL within a text, and no filter for what one sees finds it."""
    texts = pl.all().exclude("row", "line").str.strip_chars(EDGES)
    found = cells.filter(pl.any_horizontal(texts.str.contains(NUL, literal=True)))["line"]
    if len(found):
        rows = "1 row has" if len(found) == 1 else f"{len(found):,} rows have"
        text = f"{rows} the sign NUL within a text, and keep{'s' * (len(found) == 1)} it"
        yield Note("row", f"{text} (the first is in line {found[0]:,})")


def first_records(
    source: SourceFile, mapping: ImportMapping, most: int
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """
    The header and the first records, as `read_records` takes them from these alone.

    Raises:
        ImportFileError: this is no table.
        UsageError: the mapping does not fit the file.
    """
    first = opening(source, mapping.header_row)
    sample = list(islice(numbered(source, first.skipped), most))
    width = max((len(cells) for _, cells in sample), default=0)
    schema = {"line": pl.Int64, "size": pl.Int64} | {
        str(place): pl.String for place in range(width)
    }
    padded = [
        (line, len(cells), *(cell or None for cell in unguarded_cells(cells)),
         *[None] * (width - len(cells)))
        for line, cells in sample
    ]  # fmt: skip
    rows = TableRows(pl.DataFrame(padded, schema, orient="row"))
    records = records_of(
        rows, first.layout, first.names, source.encoding, marked=not source.as_it_is
    )
    shown = records.cells.drop("row", "line").fill_null("")
    return records.header, shown.rows()


def _first_rows(source: SourceFile, header_row: int | None) -> list[Row]:
    """The first rows of the first block; its last one may be cut."""
    start = next(blocks(source))
    text = start.decode(errors="ignore")
    rows = source.dialect.records(io.StringIO(text, newline=""))
    most = LOOKED_AT + (header_row or 0)
    found = list(islice(rows, source.dialect.separator_line, most))
    if len(start) >= BLOCK and len(found) < most:
        found.pop()
    return found or list(islice(numbered(source), source.dialect.separator_line, 2))


def _read(
    source: SourceFile,
    first: Opening,
    size: int,
    ragged: list[Any],
    passed: "_Passage",
    progress: Progress | None,
) -> pl.DataFrame:
    """
    The records and END, as columns "0", "1", … of text; blank lines are records of nulls.

    Args:
        size: in bytes, of what is read at once; no record may be longer.
    """

    def reject(record: Any) -> str:
        ragged.append(record)
        return "skip"

    end = f"{END}{source.delimiter * (first.width - 1)}\n".encode()
    stream = io.BufferedReader(Stream(passed.of(blocks(source, progress), end)))
    return spooled(_arrow(stream, first.width, source.dialect, size, reject, lambda: passed.guards))


def _arrow(
    stream: Any,
    width: int,
    dialect: Dialect,
    size: int,
    reject: Any = None,
    guards: Callable[[], bool] = lambda: True,
) -> Iterator[pl.DataFrame]:
    """
    The cells without guards, part by part.

    Args:
        guards: says whether what was read so far may hold any.
    """
    names = [str(place) for place in range(width)]
    reader = arrow_csv.open_csv(
        stream,
        # one thread: only then the handler knows the number of a record
        arrow_csv.ReadOptions(use_threads=False, block_size=size, column_names=names),
        arrow_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote or False,
            newlines_in_values=not dialect.in_lines,  # to look for them takes half as long again
            ignore_empty_lines=False,
            invalid_row_handler=reject,
        ),
        arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    for batches in ahead(_gathered(reader)):
        cells = pl.concat([pl.DataFrame(batch) for batch in batches])
        yield pl.DataFrame([*map(unguarded, cells)]) if guards() else cells


def _gathered(reader: Any) -> Iterator[list[Any]]:
    """What is read, as many batches at once as make a part of the spool; once at least."""
    read: list[Any] = []
    for batch in reader:
        read.append(batch)
        if sum(each.num_rows for each in read) >= spool.BATCH:
            yield read
            read = []
    yield read or [reader.schema.empty_table()]


class _Passage:
    """
    Looks at the blocks that pass, below the header.

    It counts physical lines and broken bytes, and sees whether there are NUL or signs of guards.
    """

    def __init__(self, skipped: int) -> None:
        self.skipped = skipped
        self.lines = 0
        self.marks = 0
        self.nuls = self.guards = False

    def of(self, parts: Iterator[bytes], end: bytes) -> Iterator[bytes]:
        """The same blocks without the first lines, then `end`, which is not counted."""
        last = b"\n"
        for part in filter(None, self._below(parts)):
            returns = b"\r" in part and part.count(b"\r") - part.count(b"\r\n")
            split = last == b"\r" and part.startswith(b"\n")
            self.lines += part.count(b"\n") + returns - split
            self.marks += count_marks(part)
            self.nuls = self.nuls or NUL.encode() in part
            self.guards = self.guards or b"'" in part or b'"' in part
            last = part[-1:]
            yield part
        open_line = last not in b"\r\n"
        self.lines += open_line
        yield b"\n" * open_line + end

    def _below(self, parts: Iterator[bytes]) -> Iterator[bytes]:
        """Without as many lines as are skipped."""
        start, cut = b"", 0
        while self.skipped:
            part = next(parts, b"")
            start += part
            ends = list(islice(LINE_END.finditer(start), self.skipped))
            # A carriage return at the end may be half of a line end.
            if not part or (len(ends) == self.skipped and ends[-1].end() < len(start)):
                cut = ends[-1].end() if len(ends) == self.skipped else len(start)
                break
        yield start[cut:]
        yield from parts


def _lines(source: SourceFile, total: int, passed: _Passage) -> np.ndarray[Any, Any]:
    """The physical line of each record."""
    if passed.lines == total:
        return np.arange(total) + passed.skipped + 1
    # Line ends inside quotes: 1.8 s per million records.
    return np.fromiter((line for line, _ in numbered(source, passed.skipped)), dtype=np.int64)


def numbered(source: SourceFile, skipped: int = 0, after: tuple[str, ...] = ()) -> Iterator[Row]:
    """
    The line on which each record begins, and its cells; of a blank line none.

    Args:
        skipped: lines at the beginning that are passed over.
        after: follows the file's lines.
    """
    with text_lines(source) as text:
        lines = chain(islice(text, skipped, None), after)
        for line, cells in source.dialect.records(lines):
            yield line + skipped, cells


def _with_ragged(
    rows: pl.DataFrame,
    source: SourceFile,
    ragged: list[Any],
    lines: np.ndarray[Any, Any],
    most: int,
) -> TableRows:
    """
    The rows with those that have more or less cells than most, read width by width.

    Args:
        most: columns of the frame; the cells behind them are kept where they are filled.
    """
    parts = [rows]
    extras: dict[int, Sequence[str]] = {}
    for width in sorted({record.actual_columns for record in ragged}):
        alike = [record for record in ragged if record.actual_columns == width]
        text = "\n".join(record.text.rstrip("\r\n") for record in alike).encode()
        cells = pl.concat(_arrow(io.BytesIO(text), width, source.dialect, RECORD.most))
        numbers = pl.DataFrame(
            {"line": [lines[record.number - 1] for record in alike], "size": [width] * len(alike)},
            {"line": pl.Int64, "size": pl.Int64},
        )
        if width > most:
            behind = zip(numbers["line"], cells[:, most:].fill_null("").iter_rows(), strict=True)
            extras |= {line: texts for line, texts in behind if any(map(str.strip, texts))}
        parts.append(pl.concat([numbers, cells[:, :most]], how="horizontal"))
    whole = pl.concat(parts, how="diagonal").sort("line") if ragged else rows
    return TableRows(whole, extras)


def _unreadable(source: SourceFile, skipped: int) -> ImportFileError:
    """The reason why the records do not end where the file ends: an open quote, or a giant."""
    longest = 0, 0
    line = 0
    record: Sequence[str] = [""]
    for line, record in numbered(source, skipped, ("\n", END)):
        longest = max(longest, (sum(map(len, record)), line))
    if record != [END]:
        inner = sum(cell.count("\n") for cell in record[:-1])
        return ImportFileError(
            f'line {line + inner}: the quote that opens here is never closed: add the missing "'
        )
    return ImportFileError(
        f"line {longest[1]}: expected a record of at most {RECORD}, got a longer one: shorten it"
    )

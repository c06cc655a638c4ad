"""
The records of a workbook: one sheet, with the types that its cells have.

calamine reads a sheet whole, or a large one part by part; its rows become columns 20,000 at a time.
100,000 rows × 20 columns take 5 s: 1 for their size, 2.5 for calamine, 1.5 for columns and texts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import chain, islice, zip_longest
from types import MappingProxyType
from typing import Any, BinaryIO

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from engine.errors import ImportFileError, UsageError
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.recognition import has_sense
from engine.imports.columns.table import TABLES, is_spelling
from engine.imports.files.layout import LOOKED_AT, filled_cells, layout_of
from engine.imports.files.no_table import check_has_columns
from engine.imports.files.records import TableRecords
from engine.imports.files.sheet_parts import parts_of
from engine.imports.files.source import Progress, SourceFile, content
from engine.imports.files.table_rows import TableRows, records_of
from engine.imports.files.typed_cells import (
    DIGITS,
    EXACT,
    TypedColumn,
    check_width,
    columns_of_cells,
    merged,
    printed,
    spelled_out,
    typed_column,
)
from engine.imports.files.workbook_size import check_workbook
from engine.imports.notes import Note
from engine.text.display import quoted

CHUNK = 20_000  # rows that are Python objects at once
CHECKED = 0.2  # share of the time after which the size of the sheets is known
PAIR = 2  # cells of a line on a cover, such as "Created: 2024-01-31"
HELD = 2**53  # a whole number below it is one that a double holds exactly
Row = list[Any]


def read_sheet(
    source: SourceFile, mapping: ImportMapping, progress: Progress | None = None
) -> TableRecords:
    """
    The rows of one sheet below its header, lines being rows of the sheet; blank rows are no rows.

    Raises:
        ImportFileError: the workbook is damaged, has a password or too many cells, or is empty.
        UsageError: it has no sheet of the name asked for.
    """
    return _records(source, mapping, progress or (lambda _share: None), None)


def sheet_sample(source: SourceFile, mapping: ImportMapping, most: int) -> TableRecords:
    """The first rows of the sheet; raises as `read_sheet`."""
    return _records(source, mapping, lambda _share: None, most)


def _records(
    source: SourceFile, mapping: ImportMapping, progress: Progress, most: int | None
) -> TableRecords:
    with content(source) as file:
        height = check_workbook(file, source.size)
        progress(CHECKED)
        try:
            sheet = _SheetRows(file, source.sheet)
            rows = _rows(sheet)
            first = list(islice(rows, LOOKED_AT))
            layout = layout_of(_as_texts(first), mapping.header_row)
            check_width(len(layout.names))
            check_has_columns(layout.names)
            below = islice(chain(first[layout.place + 1 :], rows), most)
            lines, columns = _columns(below, len(layout.names), height, progress)
        except CalamineError as error:
            raise ImportFileError(
                f"the workbook is damaged ({error}): save it again as .xlsx"
            ) from None
    names = (*layout.names, *[""] * (len(columns) - len(layout.names)))
    cells = _table_rows(lines, columns)
    found = records_of(cells, replace(layout, names=names), names, "", marked=False)
    sheets = sheet.sheets
    if most is None and len(sheets) > 1 and found.cells.is_empty() and found.rejected.is_empty():
        raise ImportFileError(
            f"the sheet {quoted(sheet.name)} has 0 rows: expected records, one a line. The "
            f"workbook has {_sheet_names(sheets)}: name the sheet to read with --sheet or `sheet` "
            "of the mapping"
        )
    return replace(found, notes=(*sheet.notes, *found.notes))


class _SheetRows:
    """
    The rows of one sheet with their numbers, part by part.

    A part is gone before the next one is built, and all of them before columns are joined.
    """

    def __init__(self, file: BinaryIO, asked: str | None) -> None:
        """
        Args:
            asked: the name of the sheet; None for the first one that has a table.
        """
        self.name = asked
        self.sheets: Sequence[SheetMetadata] = ()
        self.notes: list[Note] = []
        self._parts = parts_of(file)

    def __iter__(self) -> Iterator[tuple[int, Row]]:
        """All rows; those of one part are of one width."""
        behind = 0
        for part in self._parts:
            rows = self._part(part, behind)
            for line, cells in enumerate(rows, behind + 1):
                behind = line
                yield line, cells
            del rows

    def _part(self, part: BinaryIO, behind: int) -> Iterator[Row]:
        """The rows of one part behind those of the parts before it."""
        with CalamineWorkbook.from_filelike(part) as workbook:
            if not self.sheets:
                sheet = self._choose(workbook)
            else:
                sheet = workbook.get_sheet_by_name(str(self.name))
        if sheet.start is None:
            return iter(())
        # Rows without a number count from the first of the part.
        return islice(sheet.iter_rows(), behind if sheet.start[0] >= behind else 0, None)

    def _choose(self, workbook: CalamineWorkbook) -> Any:
        self.sheets = [s for s in workbook.sheets_metadata if s.typ is SheetTypeEnum.WorkSheet]
        sheet, self.notes = _chosen(workbook, self.sheets, self.name)
        self.name = sheet.name
        return sheet


def _rows(rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """The rows without blank ones, but for the first of those that stand one behind another."""
    gap = False
    for line, cells in rows:
        blank = all(cell == "" for cell in cells)
        if not (blank and gap):
            yield line, cells
        gap = blank


def _table_rows(lines: pl.Series, columns: list[TypedColumn]) -> TableRows:
    cells, variants = columns_of_cells(columns)
    size = pl.repeat(len(columns), len(lines), dtype=pl.Int64, eager=True).alias("size")
    return TableRows(pl.DataFrame([lines.alias("line"), size, *cells]), variants=variants)


def typed_text(cell: Any) -> str:
    """One cell as text."""
    _, series = next((rule for kinds, rule in GROUPS.items() if isinstance(cell, kinds)))
    found = typed_column(series([cell])).text.item()
    return "" if found is None else str(found)


def _as_texts(rows: Iterable[tuple[int, Row]]) -> list[tuple[int, list[str]]]:
    return [(line, [typed_text(cell) for cell in cells]) for line, cells in rows]


def _chosen(
    workbook: CalamineWorkbook, sheets: Sequence[SheetMetadata], asked: str | None
) -> tuple[Any, list[Note]]:
    """
    The sheet asked for, else the first visible one with cells; and what was left out.

    A cover gives way to the one sheet with a table, if there is but one.
    """
    if asked is not None:
        chosen = next((each.name for each in sheets if each.name == asked), None)
        if chosen is None:
            raise UsageError(
                f"the workbook has no sheet {quoted(asked)}: it has {_sheet_names(sheets)}"
            )
        sheet = workbook.get_sheet_by_name(chosen)
        if sheet.start is None:
            raise ImportFileError(
                f"the sheet {quoted(asked)} is empty: it has {_sheet_names(sheets)}"
            )
        return sheet, []
    visible = (each for each in sheets if each.visible is SheetVisibleEnum.Visible)
    found = (workbook.get_sheet_by_name(each.name) for each in visible)
    filled = (each for each in found if each.start is not None)
    first, why = next(filled, None), "the first visible one with cells"
    if first is None:
        raise ImportFileError(
            "expected a visible sheet with cells, got none: "
            f"the workbook has {_sheet_names(sheets)}"
        )
    tables = [first] if _has_table(first) else [*filter(_has_table, filled)]
    if len(tables) == 1 and first not in tables:
        why = "the only visible one with a table"
    sheet = tables[0] if len(tables) == 1 else first
    others = [each for each in sheets if each.name != sheet.name]
    text = f"sheet {quoted(sheet.name)}, {why}; not read: {_sheet_names(others)}"
    return sheet, [Note("file", text)] if others else []


def _has_table(sheet: Any) -> bool:
    """Whether it has a header; a cover has lines, or pairs of which the first names no field."""
    header = filled_cells(
        layout_of(_as_texts(islice(_rows(enumerate(sheet.iter_rows(), 1)), LOOKED_AT))).names
    )
    known = any(is_spelling(name) or has_sense(name, TABLES) for name in header)
    return known or len(header) > PAIR


def _sheet_names(sheets: Iterable[SheetMetadata]) -> str:
    named = [
        quoted(each.name) + ("" if each.visible is SheetVisibleEnum.Visible else " (hidden)")
        for each in sheets
    ]
    return ", ".join(named) or "no sheet"


def _columns(
    rows: Iterator[tuple[int, Row]], width: int, height: int, progress: Progress
) -> tuple[pl.Series, list[TypedColumn]]:
    """The line of each row, and the columns: at least so many as the header is wide."""
    lines: list[pl.Series] = [pl.Series(dtype=pl.Int64)]
    parts: list[list[Mapping[Any, pl.Series]]] = [[] for _ in range(width)]
    while chunk := list(islice(rows, CHUNK)):
        grouped = [*map(_grouped, zip_longest(*(cells for _, cells in chunk), fillvalue=""))]
        parts += [[{}] * (len(lines) - 1) for _ in grouped[len(parts) :]]
        for place, each in enumerate(parts):
            each.append(grouped[place] if place < len(grouped) else {})
        lines.append(pl.Series([line for line, _ in chunk], dtype=pl.Int64))
        progress(CHECKED + (1 - CHECKED) * min(chunk[-1][0] / height, 1))
    heights = [len(each) for each in lines[1:]]
    return pl.concat(lines), [_joined(each, heights) for each in parts]


def _grouped(values: tuple[Any, ...]) -> Mapping[Any, pl.Series]:
    """The values of a column by type, each group with null where the others stand."""
    found = set(map(type, values))
    groups = {kinds: rule for kinds, rule in GROUPS.items() if found & set(kinds)}
    if len(groups) == 1:
        return {kinds: series(values) for kinds, (_, series) in groups.items()}
    return {
        kinds: series([value if type(value) in kinds else None for value in values])
        for kinds, (_, series) in groups.items()
    }


def _joined(parts: Sequence[Mapping[Any, pl.Series]], heights: Sequence[int]) -> TypedColumn:
    """The chunks of one column as a whole."""
    kinds = [kinds for kinds in GROUPS if any(kinds in part for part in parts)] or [(str,)]
    columns = []
    for each in kinds:
        dtype = GROUPS[each][0]
        missing = (pl.repeat(None, height, dtype=dtype, eager=True) for height in heights)
        chunks = [part.get(each, null) for part, null in zip(parts, missing, strict=True)]
        whole = pl.concat([pl.Series(dtype=dtype), *chunks])
        columns.append(_typed(whole))
    return merged(columns)


def _typed(values: pl.Series) -> TypedColumn:
    """As any typed column; a number that a double cannot hold reads as a sheet shows it."""
    if values.dtype == pl.String:
        return spelled_out(values)
    column = _without_long(typed_column(values), values)
    if values.dtype != pl.Float64 or not (lost := values.abs() >= HELD).any():
        return column
    shown = {number: f"{number:.14E}" for number in values.filter(lost).unique()}
    texts = values.replace_strict(shown, default=None, return_dtype=pl.String)
    return replace(column, text=column.text.zip_with(texts.is_null(), texts))


def _without_long(column: TypedColumn, values: pl.Series) -> TypedColumn:
    """The column; a whole number of more digits than a cell shows is a name, and text."""
    if values.dtype != pl.Float64 or not (large := values.abs() >= EXACT).any():
        return column
    digits = column.text.str.strip_prefix("-").str.strip_chars_end("0").str.len_chars()
    long = (large & (digits > DIGITS)).fill_null(value=False)
    texts, numbers = column.text.set(~long, None), values.set(long, None)
    return merged([typed_column(numbers), typed_column(texts)]) if long.any() else column


def _texts(values: Iterable[Any]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def _numbers(values: Iterable[Any]) -> pl.Series:
    """
    Numbers of 15 digits, as many as Excel shows: 3 × 19.99 is no 59.969999999999995.

    Whole ones of 16 come from other programs, and are what those have written.
    """
    numbers = pl.Series(values, dtype=pl.Float64, strict=False)
    parted = (numbers != numbers.floor()) | (numbers.abs() >= HELD)
    long = numbers.filter(parted & (printed(numbers).str.len_chars() > 15)).unique().to_list()
    # Polars rounds by multiplying, after which one in 25 ends in another digit than Excel shows.
    return numbers.replace({number: float(f"{number:.15g}") for number in long})


def _booleans(values: Iterable[Any]) -> pl.Series:
    return pl.Series(values, dtype=pl.Boolean)


def _moments(values: Iterable[Any]) -> pl.Series:
    return _texts([None if value is None else value.isoformat() for value in values])


def _spans(values: Iterable[timedelta | None]) -> pl.Series:
    return _texts([None if value is None else _span(value) for value in values])


def _span(value: timedelta) -> str:
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


# The Python types of cells -> the type of a column of them, and how it is made.
GROUPS: Mapping[tuple[type, ...], tuple[Any, Callable[[Iterable[Any]], pl.Series]]] = (
    MappingProxyType(
        {
            (str,): (pl.String, _texts),
            (bool,): (pl.Boolean, _booleans),
            (float, int): (pl.Float64, _numbers),
            (datetime, date, time): (pl.String, _moments),
            (timedelta,): (pl.String, _spans),
        }
    )
)

"""Rows of text as they stand below a header become records, whatever file holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from engine.imports.columns.recognition import has_sense
from engine.imports.columns.table import TABLES, is_spelling
from engine.imports.files.batch import REJECTED, SET_ASIDE, Type
from engine.imports.files.broken_bytes import marked_rows, spelled, unmarked
from engine.imports.files.footers import AGAIN, FURTHER, LOOKED_AT, REMARK, footers
from engine.imports.files.layout import COMMENT, Columns, TableLayout, columns_of, filled_cells
from engine.imports.files.records import TableRecords
from engine.imports.notes import Note
from engine.text.blanks import EDGES
from engine.text.display import quoted


@dataclass(frozen=True, eq=False)
class TableRows:
    """
    The rows below a header, blank ones too.

    `cells` has `line` Int64 (physical, or the row of the sheet, from 1), `size` Int64 (cells of
    the row) and "0", "1", … as String, as many as most rows have; empty is null.
    """

    cells: pl.DataFrame
    extras: Mapping[int, Sequence[str]] = field(default_factory=dict)  # line: cells behind those
    variants: Mapping[str, Mapping[Type, str]] = field(default_factory=dict)  # as in TableRecords


def records_of(
    rows: TableRows, layout: TableLayout, names: Sequence[str], encoding: str, *, marked: bool
) -> TableRecords:
    """
    The rows as records.

    Args:
        names: of the header, with "" for nameless columns.
        encoding: of the text, for messages.
        marked: there may be marks of broken bytes.
    """
    frame, aside = _without_footers(_without_blanks(_padded(rows.cells, len(names))), rows, layout,
                                    names)  # fmt: skip
    frame = frame.drop("gap").with_row_index("row", 1).with_columns(pl.col("row").cast(pl.Int64))
    faults = _extra_cells(frame, rows, len(names))
    if marked:
        faults = _joined(faults, _broken_bytes(frame, names, encoding))
    bad = frame.filter(pl.col("row").is_in(list(faults))) if faults else frame.clear()
    good = frame.filter(~pl.col("row").is_in(list(faults))) if faults else frame
    columns = _columns(good, names)
    taken = [pl.col(str(place)).alias(str(at)) for at, place in enumerate(columns.places)]
    typed = _variants(good, rows, columns)
    apart = [
        pl.col(source).alias(name)
        for place, kinds in typed.items()
        for source, name in kinds.values()
        if name != place
    ]
    return TableRecords(
        columns.names,
        good.select("row", "line", *taken, *apart),
        _rejected(bad, faults, rows, columns, len(names)),
        aside,
        (*layout.notes, *columns.notes, *_row_notes(frame, aside, len(names))),
        {
            place: {kind: name for kind, (_, name) in kinds.items()}
            for place, kinds in typed.items()
        },
    )


def _variants(
    good: pl.DataFrame, rows: TableRows, columns: Columns
) -> dict[str, dict[Type, tuple[str, str]]]:
    """By the place of a column: its types that some record has, where they are and will be."""
    found: dict[str, dict[Type, tuple[str, str]]] = {}
    for at, place in enumerate(columns.places):
        kinds = rows.variants.get(str(place), {})
        given = {kind: each for kind, each in kinds.items() if good[each].null_count() < len(good)}
        found[str(at)] = {
            kind: (each, str(at) if each == str(place) else f"{at} {kind.kind.key} {kind.many}")
            for kind, each in given.items()
        }
    return {place: kinds for place, kinds in found.items() if kinds}


def _padded(cells: pl.DataFrame, width: int) -> pl.DataFrame:
    """With a column for each name of the header."""
    missing = [str(place) for place in range(width) if str(place) not in cells.columns]
    return cells.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)


def _places(frame: pl.DataFrame) -> list[str]:
    return [name for name in frame.columns if name.isdigit()]


def _filled(text: pl.Expr) -> pl.Expr:
    return (text.str.strip_chars(EDGES) != "").fill_null(value=False)


def _without_blanks(cells: pl.DataFrame) -> pl.DataFrame:
    """Without the rows that say nothing; `gap` is whether one of them stood right above."""
    blank = pl.Series("blank", [True]).new_from_index(0, cells.height)
    places = pl.int_range(cells.height, eager=True)
    left = cells.with_columns(places.alias("place"))
    for name in _places(cells):  # most rows have a value in one of the first columns
        if left.is_empty():
            break
        left = left.filter(~_filled(pl.col(name)))
    blank = places.is_in(left["place"].implode())
    gaps = cells.with_columns(blank.shift(1, fill_value=False).alias("gap"))
    return gaps.filter(~blank) if blank.any() else gaps


def _without_footers(
    frame: pl.DataFrame, rows: TableRows, layout: TableLayout, names: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The records, and what is set aside: repeated headers, and what stands below the records."""
    found = dict.fromkeys(_comments(frame, rows, layout.typical), REMARK)
    found |= dict.fromkeys(_further_table(frame, rows, names), FURTHER)
    found |= dict.fromkeys(_headers(frame, names), AGAIN)
    once = frame.filter(~pl.col("line").is_in(list(found))) if found else frame
    tail = once.tail(LOOKED_AT)
    texts = [_texts(row, rows) for row in tail.select("line", *_places(frame)).iter_rows()]
    reasons = footers(texts, tail["gap"].to_list(), layout.typical)
    found |= {line: reason for line, reason in zip(tail["line"], reasons, strict=True) if reason}
    if not found:
        return frame, SET_ASIDE.to_frame()
    why = pl.DataFrame({"line": list(found), "reason": list(found.values())},
                       {"line": pl.Int64, "reason": pl.String})  # fmt: skip
    aside = frame.join(why, on="line").sort("line")
    cells = [_trimmed(_texts(row, rows))
             for row in aside.select("line", *_places(frame)).iter_rows()]  # fmt: skip
    texts_aside = pl.Series("cells", cells, dtype=pl.List(pl.String))
    return (
        frame.join(why, on="line", how="anti", maintain_order="left"),
        aside.select("line", "reason").with_columns(texts_aside),
    )


def _headers(frame: pl.DataFrame, names: Sequence[str]) -> list[int]:
    """
    The lines in which the header stands again, as in files that were joined.

    Of several columns also in other case: the one cell of a row may be a value that is called so.
    """
    left = frame.select("line", *_places(frame)[: len(names)])
    for place, name in enumerate(names):
        if left.is_empty():  # mostly behind the first name; each look is a query
            break
        cell = pl.col(str(place)).fill_null("")
        alike = cell.str.strip_chars(EDGES).str.to_lowercase() == name.strip(EDGES).lower()
        left = left.filter(alike if len(names) > 1 else cell == name)
    return left["line"].to_list() if any(names) else []


def _further_table(frame: pl.DataFrame, rows: TableRows, names: Sequence[str]) -> list[int]:
    """The lines from a second header on, which stands below a blank line and is not the first."""
    below, first = frame.filter("gap").head(LOOKED_AT), _lower(filled_cells(names))
    for row in below.select("line", *_places(frame)).iter_rows():
        cells = filled_cells(_texts(row, rows))
        if len(cells) > 1 and all(map(_is_header, cells)) and _lower(cells) != first:
            return frame["line"].filter(frame["line"] >= row[0]).to_list()
    return []


def _lower(cells: Sequence[str]) -> list[str]:
    return [cell.lower() for cell in cells]


def _is_header(cell: str) -> bool:
    return is_spelling(cell) or has_sense(cell, TABLES)


def _comments(frame: pl.DataFrame, rows: TableRows, typical: int) -> list[int]:
    """The lines of comments, which say less than a record does; "# 12" may be the key of one."""
    remark = pl.col("0").str.contains(f"^{COMMENT.pattern}+\\D").fill_null(value=False)
    marked = frame.filter(pl.col("0").str.contains("^[#/-]") & remark)
    return [
        row[0]
        for row in marked.select("line", *_places(frame)).iter_rows()
        if len(filled_cells(_texts(row, rows))) < typical
    ]


def _texts(row: tuple[int | str | None, ...], rows: TableRows) -> list[str]:
    """The cells of a row that begins with its line."""
    line, *cells = row
    return [unmarked(str(cell or "")) for cell in cells] + [*rows.extras.get(int(line or 0), ())]


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _extra_cells(frame: pl.DataFrame, rows: TableRows, width: int) -> dict[int, str]:
    """The rows with a value behind the last column of the header, by their number."""
    behind = _places(frame)[width:]
    filled = [_filled(pl.col(name)) for name in behind]
    filled += [pl.col("line").is_in(list(rows.extras))] if rows.extras else []
    if not filled:
        return {}
    found = frame.filter(pl.any_horizontal(filled))
    return {
        row: f"expected {width} cells, got {size}" for row, size in found["row", "size"].iter_rows()
    }


def _broken_bytes(frame: pl.DataFrame, names: Sequence[str], encoding: str) -> dict[int, str]:
    """The rows with bytes that are no text, by their number."""
    places = [str(place) for place in range(len(names))]
    if frame.is_empty() or not names:
        return {}
    found = frame.filter(marked_rows(frame.select(places))).select("row", *places)
    return {
        row: "; ".join(
            f"{name or 'a cell'}: {quoted(spelled(cell))} holds bytes that are not "
            f"{encoding.upper()}"
            for name, cell in zip(names, cells, strict=True)
            if cell and unmarked(cell) != cell
        )
        for row, *cells in found.iter_rows()
    }


def _joined(first: dict[int, str], second: dict[int, str]) -> dict[int, str]:
    both = {row: f"{first[row]}; {second[row]}" for row in first.keys() & second.keys()}
    return first | second | both


def _columns(good: pl.DataFrame, names: Sequence[str]) -> Columns:
    filled = [
        bool(name) or bool(good.select(_filled(pl.col(str(place))).any()).item())
        for place, name in enumerate(names)
    ]
    return columns_of(names, filled)


def _rejected(
    bad: pl.DataFrame, faults: Mapping[int, str], rows: TableRows, columns: Columns, width: int
) -> pl.DataFrame:
    found = []
    for row, *rest in bad.select("row", "line", *_places(bad)).iter_rows():
        texts = _texts(tuple(rest), rows)
        cells = [texts[place] for place in columns.places] + _trimmed(texts[width:])
        found.append((row, rest[0], faults[row], cells))
    return pl.DataFrame(found, REJECTED, orient="row")


def _row_notes(frame: pl.DataFrame, aside: pl.DataFrame, width: int) -> list[Note]:
    short = frame.select("line", "size").filter(pl.col("size") < width)["line"]
    notes = []
    if len(short):
        what = "1 row has" if len(short) == 1 else f"{len(short):,} rows have"
        notes.append(
            Note("row", f"{what} fewer cells than the header: what is missing is empty "
                 f"(the first is in line {short[0]:,})")
        )  # fmt: skip
    if aside.height:
        what = "1 line is" if aside.height == 1 else f"{aside.height:,} lines are"
        lines = ", ".join(map(str, aside["line"].head(5)))
        notes.append(Note("row", f"{what} set aside as no record: line {lines}"))
    return notes

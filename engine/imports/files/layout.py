"""
Where a table stands among rows of cells: its header, the titles above it, the names of columns.

Works on rows of cells, whatever file holds them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import Issue, UsageError
from engine.imports.columns.recognition import has_sense
from engine.imports.columns.table import TABLES, is_spelling
from engine.imports.columns.targets import DATA
from engine.imports.notes import Note
from engine.text.blanks import EDGES
from engine.text.counts import counted
from engine.text.display import quoted

LOOKED_AT = 200  # rows from which the header is found
ABOVE = 30  # rows among which the header is
ACROSS = 40  # cells of a row that are looked at for words: of 2,000 columns all would take seconds
COMMENT = re.compile(r"(#+|//+|--+|/\*)\s")
ENDS = re.compile(r"\s*[\r\n]+\s*")

Row = tuple[int, Sequence[str]]  # the physical line, or the row of the sheet, from 1; its cells


@dataclass(frozen=True)
class TableLayout:
    """Where the header is."""

    place: int  # among the rows that were looked at
    line: int
    names: tuple[str, ...]  # as they stand there, without blanks around; nameless ones are ""
    titles: tuple[Row, ...]  # the rows above that are not blank
    typical: int  # cells that most records fill
    index: bool = False  # the first column counts the records and has no cell in the header

    @property
    def notes(self) -> tuple[Note, ...]:
        """What there is to say of it."""
        if not self.titles:
            return ()
        text = " · ".join(quoted(" ".join(filled_cells(cells))) for _, cells in self.titles)
        return (
            Note("header", f"line {self.line} is the header; what stands above is passed over: "
                 f"{text}"),
        )  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Which columns of a table are taken, under which names."""

    places: tuple[int, ...]
    names: tuple[str, ...]  # of each place, all different
    notes: tuple[Note, ...]


def filled_cells(cells: Sequence[str]) -> list[str]:
    """The cells that are not blank, without blanks around."""
    return [text for cell in cells if (text := cell.strip(EDGES))]


def layout_of(rows: Sequence[Row], asked: int | None = None) -> TableLayout:
    """
    Find the header among the first rows of a file.

    Args:
        asked: the line of the header, as the mapping says.

    Raises:
        UsageError: no row begins in that line, or it is blank.
    """
    typical = _typical(rows)
    place = _asked(rows, asked) if asked else _header(rows, typical)
    line, cells = rows[place]
    names = tuple(ENDS.sub(" ", cell.strip(EDGES)) for cell in cells)
    titles = tuple(row for row in rows[:place] if filled_cells(row[1]))
    index = _is_index([cells for _, cells in rows[place + 1 :]], len(names))
    return TableLayout(place, line, ("", *names) if index else names, titles, typical, index)


def columns_of(names: Sequence[str], filled: Sequence[bool]) -> Columns:
    """
    The columns that say something: nameless empty ones go, every other one has a name of its own.

    Args:
        filled: of each name, whether any record has a value there.
    """
    places = [place for place, name in enumerate(names) if name or filled[place]]
    taken = {name for name in names if name}
    used: set[str] = set()
    chosen, notes = [], []
    for place in places:
        name = names[place] or _free(f"column {place + 1}", taken)
        if name in used:
            name, same = _free(name, taken, 2), name
            notes.append(Note("header", f"{quoted(same)} stands in the header more than once: "
                              f"column {place + 1} is called {quoted(name)}", name))  # fmt: skip
        elif not names[place]:
            notes.append(Note("header", f"column {place + 1} has no name: it is called "
                              f"{quoted(name)}", name))  # fmt: skip
        used.add(name)
        taken.add(name)
        chosen.append(name)
    dropped = len(names) - len(places)
    if dropped:
        what = counted(dropped, "columns")
        notes.append(Note("header", f"{what} without a name and without a value left out"))
    return Columns(tuple(places), tuple(chosen), tuple(notes))


def _free(name: str, taken: set[str], number: int | None = None) -> str:
    """The name, numbered until no other column has it."""
    free = name if number is None else f"{name} {number}"
    return _free(name, taken, (number or 1) + 1) if free in taken else free


def _typical(rows: Sequence[Row]) -> int:
    """As many cells as most rows fill: the width of the largest rectangle among them."""
    widths = sorted((len(filled_cells(cells)) for _, cells in rows), reverse=True)
    return max(
        (width * count, width) for count, width in enumerate(widths, 1)
    )[1] if widths else 0  # fmt: skip


def _asked(rows: Sequence[Row], asked: int) -> int:
    for place, (line, cells) in enumerate(rows):
        if line == asked and filled_cells(cells):
            return place
    raise UsageError(
        "the mapping does not fit the file",
        [Issue("$.header_row", f"expected the line of the header, but nothing begins in {asked}")],
    )


def _header(rows: Sequence[Row], typical: int) -> int:
    """The row whose names are known best, else the first that is neither blank nor a title."""
    first = [place for place, (_, cells) in enumerate(rows[:ABOVE]) if filled_cells(cells)]
    for known in (_spelt, _worded):  # a word may stand in a record too
        counts = {place: known(rows[place][1]) for place in first}
        best = max(first, key=lambda place: counts[place], default=0)
        if first and counts[best] > 1:
            return best
    return next(
        (place for place in first if not _is_title(rows[place][1], typical)),
        first[0] if first else 0,
    )


def _spelt(cells: Sequence[str]) -> int:
    """How many of the cells name a column of any table."""
    return sum(is_spelling(cell) for cell in filled_cells(cells))


def _worded(cells: Sequence[str]) -> int:
    """How many of the first cells mean one by their words."""
    return sum(has_sense(cell, TABLES) for cell in filled_cells(cells)[:ACROSS])


def _is_title(cells: Sequence[str], typical: int) -> bool:
    texts = filled_cells(cells)
    if len(texts) < typical and COMMENT.match(texts[0]):
        return True
    if len(texts) == 1:
        return typical > 2 or (typical == 2 and not _spelt(texts))
    if len(texts) == 2:
        pair = texts[0].endswith(":") or any(DATA.fullmatch(text) for text in texts)
        return typical > 3 or (typical > 2 and pair)
    return False


def _is_index(records: Sequence[Sequence[str]], width: int) -> bool:
    """Whether every record counts itself in a cell more than the header has."""
    below = [cells for cells in records if filled_cells(cells)]
    first = [cells[0].strip() for cells in below]
    if len(below) < 2 or not all(
        len(cells) == width + 1 and cells[-1].strip(EDGES) for cells in below
    ):
        return False
    start = int(first[0]) if first[0] in ("0", "1") else None
    return start is not None and first == [str(start + each) for each in range(len(first))]

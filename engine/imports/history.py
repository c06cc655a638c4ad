"""The imports so far: receipts, and their rejected rows ready to be fixed."""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from engine.base.answers import Answer
from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.imports.columns.table import REPORTED, Table
from engine.rights import REVEAL
from engine.store.records.tables import OWNER
from engine.store.results.change_log import LogLine as LogLine  # for the doors too
from engine.store.results.change_log import line_of, log_line, undone_by
from engine.store.results.moves import Move, moves_of
from engine.store.results.runs import ImportRun as ImportRun  # for the doors too
from engine.store.results.runs import (
    count_imports,
    find_import,
    rejected_rows,
    same_file,
    with_header,
)
from engine.store.results.runs import imports as recorded
from engine.store.results.segments import names_of
from engine.text.formulas import csv_text
from engine.workspace.downloads import note_download
from engine.workspace.workbench import Access, Workbench

DTYPES = (pl.Int64, pl.Int64, pl.String)  # of the reported columns


@dataclass(frozen=True)
class SegmentMove:
    """How many customers an import moved in and out of one segment."""

    segment_id: str
    name: str
    entered: int
    left: int
    before: int  # members
    after: int


def receipts(workbench: Workbench, most: int | None = None, skipped: int = 0) -> list[ImportRun]:
    """
    Imports, newest first.

    Args:
        most, skipped: a page of them; all unless given.
    """
    with workbench.store.read() as connection:
        return recorded(connection, most, skipped)


def count(workbench: Workbench) -> int:
    """How many imports there were."""
    with workbench.store.read() as connection:
        return count_imports(connection)


def receipt(workbench: Workbench, run_id: str) -> ImportRun:
    """
    One import.

    Raises:
        NotFoundError: there is none with this id.
    """
    with workbench.store.read() as connection:
        return find_import(connection, run_id)


def earlier(workbench: Workbench, run: ImportRun) -> ImportRun | None:
    """The last import of the very same file before this one."""
    with workbench.store.read() as connection:
        return same_file(connection, run)


def undone(workbench: Workbench) -> set[int]:
    """The change sets of imports, and of all else, that were taken back."""
    with workbench.store.read() as connection:
        return set(undone_by(connection))


def undo_of(workbench: Workbench, run: ImportRun) -> LogLine | None:
    """The line of the log that took an import back, if any did."""
    if run.change is None:
        return None
    with workbench.store.read() as connection:
        number = line_of(connection, run.change).undone_by
        return None if number is None else log_line(connection, number)


def rejected(workbench: Workbench, run: ImportRun) -> pl.DataFrame:
    """
    The rejected rows of an import, to be fixed and imported again.

    Returns:
        One row per rejected row in file order: the original columns as text, `rejected row`,
        `rejected line` and `rejected because`. Cells beyond the header are in `more cells`.
    """
    with workbench.store.read() as connection:
        rows = rejected_rows(connection, run.id)
    width = max([len(run.header), *(len(cells) for *_, cells in rows)])
    header = [*run.header, *(f"more cells {place + 1}" for place in range(width - len(run.header)))]
    padded = [[*cells, *[None] * (width - len(cells))] for *_, cells in rows]
    frame = pl.DataFrame(padded, schema=dict.fromkeys(header, pl.String), orient="row")
    return frame.with_columns(
        pl.Series(name, [row[place] for row in rows], dtype=dtype)
        for place, (name, dtype) in enumerate(zip(REPORTED, DTYPES, strict=True))
    )


def rejected_text(workbench: Workbench, run: ImportRun) -> str:
    """
    The rejected rows as a file that comes in as the original did, once its cells are fixed.

    What separated the cells there does so here: it says how dates and amounts are written.
    """
    detected = {key: value for note in run.notes for key, value in note.get("detected", {}).items()}
    delimiter = {**detected, **run.mapping}.get("delimiter", ",")
    return csv_text(rejected(workbench, run), delimiter)


def download_rejected(access: Access, run: ImportRun) -> str:
    """`rejected_text` for whoever takes it away, which the log keeps."""
    text = rejected_text(access, run)
    note_download(access, "rejected rows of imports", [run.id], REVEAL)
    return text


def last_mapped(workbench: Workbench, table: Table, header: Iterable[str]) -> ImportRun | None:
    """
    The last import of a file with the same header of which anything was said.

    A file of rejected rows has the header of its original.
    """
    with workbench.store.read() as connection:
        return with_header(connection, table.name, _own(header))


def segment_moves(workbench: Workbench, run: ImportRun) -> list[SegmentMove]:
    """The segments that gained or lost anybody by an import, as they are called today."""
    if run.change is None:
        return []
    with workbench.store.read() as connection:
        names, found = names_of(connection), []
        for key in dict.fromkeys(
            move.segment_id for move in moves_of(connection, None, run.change)
        ):
            past = moves_of(connection, key)
            own = [move for move in past if move.change == run.change]
            before = _net(past[: past.index(own[0])])
            entered, left = (
                sum(len(getattr(move, way)) for move in own) for way in ("entered", "left")
            )
            found.append(SegmentMove(key, names[key], entered, left, before, before + _net(own)))
    return found


def _net(moves: Iterable[Move]) -> int:
    return sum(len(move.entered) - len(move.left) for move in moves)


def _own(header: Iterable[str]) -> list[str]:
    return [name for name in header if name not in REPORTED]


def wrote_customers(run: ImportRun) -> bool:
    """Whether an import wrote customers, or records of customers."""
    return run.change is not None and _customer_column(run) in RECORD_TABLES[run.kind].schema


def written_customers(workbench: Workbench, run: ImportRun) -> Answer:
    """The customers whom an import wrote, or of whom it wrote a record, as far as they live."""
    profile, only = workbench.profile(), pl.col("change") == run.change
    wrote = workbench.store.versions(RECORD_TABLES[run.kind], profile.snapshot, only=only)
    rows = wrote[_customer_column(run)].drop_nulls().implode()
    return Answer(profile, workbench.clock(), profile.customers["row"].is_in(rows))


def _customer_column(run: ImportRun) -> str:
    return "row" if RECORD_TABLES[run.kind] is CUSTOMERS else OWNER

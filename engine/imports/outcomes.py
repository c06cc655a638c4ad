"""What an import came to, row by row, for a program that reads it."""

from dataclasses import dataclass

from engine.store.database import Transaction
from engine.store.results.runs import ImportRun, rejected_rows

TOLD = 1_000  # rejected rows; the receipt has them all
SOURCE_ID = "sourceid"  # a header without case, blanks and underscores


@dataclass(frozen=True)
class FailedRow:
    """One row that did not come in."""

    row: int  # from 1, without the header
    source_id: str
    reason: str


@dataclass(frozen=True)
class ImportOutcome:
    """An import in numbers, and the first rows that failed."""

    done: int
    failed: int
    rows: tuple[FailedRow, ...]


def outcome(connection: Transaction, run: ImportRun) -> ImportOutcome:
    """What an import came to, as the transaction sees it that commits it, or a later one."""
    rejected = rejected_rows(connection, run.id)
    place = _place(run)
    rows = tuple(
        FailedRow(row, _cell(cells, place), reason) for row, _, reason, cells in rejected[:TOLD]
    )
    done = run.created + run.updated + run.unchanged + run.repeated
    return ImportOutcome(done, run.rejected, rows)


def _place(run: ImportRun) -> int | None:
    """The column of the source ids."""
    bare = [name.lower().replace("_", "").replace(" ", "") for name in run.header]
    return bare.index(SOURCE_ID) if SOURCE_ID in bare else None


def _cell(cells: list[str], place: int | None) -> str:
    return "" if place is None or place >= len(cells) else cells[place] or ""

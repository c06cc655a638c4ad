"""The imports so far: receipts, and their rejected rows ready to be mended."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from engine.base.answers import Answer
from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.imports.columns.mapping import ImportMapping, parse_mapping
from engine.imports.columns.table import REPORTED, Table
from engine.store.records.tables import OWNER
from engine.store.results.runs import ImportRun as ImportRun  # for the doors too
from engine.store.results.runs import find_import, rejected_rows, same_file, with_header
from engine.store.results.runs import imports as recorded
from engine.workspace.workbench import Workbench

DTYPES = (pl.Int64, pl.Int64, pl.String)  # of the reported columns


def receipts(workbench: Workbench) -> list[ImportRun]:
    """Every import, newest first."""
    with workbench.store.read() as connection:
        return recorded(connection)


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


def rejected(workbench: Workbench, run: ImportRun) -> pl.DataFrame:
    """
    The rejected rows of an import, to be mended and imported again.

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


def remembered(workbench: Workbench, table: Table, header: Iterable[str]) -> ImportMapping | None:
    """
    What was said of the last file with the same header, to be offered again.

    None where none was said. That a file is to replace what it leaves empty is said each time.
    """
    with workbench.store.read() as connection:
        run = with_header(connection, table.name, header)
    return None if run is None else replace(parse_mapping(dict(run.mapping)), replace=False)


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

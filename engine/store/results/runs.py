"""The history of imports and exports: receipts, rejected rows, the log of files written."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Row, Table, exists, func, insert, select, update

from engine.store.results.receipts import find_receipt
from engine.store.results.tables import (
    EXPORTED_SEGMENT,
    export_run,
    import_run,
    rejected_row,
)

ERASED = "erased"  # of an export's parameters: the erasure that its file went with


@dataclass(frozen=True)
class ImportRun:
    """The receipt of one import; counts are of its records, `rejected` of rows."""

    id: str
    kind: str
    change: int | None  # the change set; None: the file changed nothing
    at: datetime
    actor: str
    file_name: str
    file_sha256: str
    file_bytes: int
    mapping: Mapping[str, Any]
    header: tuple[str, ...]
    created: int
    updated: int
    unchanged: int
    repeated: int  # rows beyond the first of their record
    rejected: int
    customers_created: int  # of activity: those it named first
    misfits: Mapping[str, int]  # metadata field -> values kept that do not fit its kind
    set_aside: tuple[Mapping[str, Any], ...]  # `line`, `reason`, `cells` of what is no record
    notes: tuple[Mapping[str, Any], ...]  # `topic`, `text` and perhaps `column`, for people
    seconds: float
    suppressed: int = 0  # rows of people who were erased: they are kept nowhere

    @property
    def failed(self) -> bool:
        """Whether nothing came in because every row failed."""
        others = self.created or self.updated or self.unchanged or self.suppressed
        return self.rejected > 0 and not others


@dataclass(frozen=True)
class ExportRun:
    """The receipt of one export."""

    id: str
    at: datetime
    actor: str
    what: str
    parameters: Mapping[str, Any]
    change: int  # the last change set that the rows include
    rows: int
    held_out: int | None  # how many records a holdout kept out or let out; None: it had none
    file_name: str
    file_bytes: int
    file_sha256: str
    seconds: float


def record_import(connection: Connection, run: ImportRun, rejected: pl.DataFrame) -> None:
    """
    Writes a receipt with its rejected rows.

    Args:
        rejected: one row per rejected row: `row`, `line`, `reason`, `cells` (List of String).
    """
    connection.execute(insert(import_run).values({**vars(run), "header": list(run.header)}))
    if not rejected.is_empty():
        rows = rejected.select("row", "line", "reason", "cells").iter_rows(named=True)
        connection.execute(insert(rejected_row), [{"import_id": run.id, **row} for row in rows])


def imports(connection: Connection, most: int | None = None, skipped: int = 0) -> list[ImportRun]:
    """
    Imports, newest first.

    Args:
        most, skipped: a page of them; all unless given.
    """
    return [_import(row) for row in _newest(connection, import_run, most, skipped)]


def count_imports(connection: Connection) -> int:
    """How many there were."""
    return connection.scalar(select(func.count()).select_from(import_run)) or 0


def imported_by(connection: Connection, actor: str) -> bool:
    """Whether something was imported, and nothing by anybody else."""
    others = exists().where(import_run.c.actor != actor)
    return bool(connection.scalar(select(exists(select(import_run.c.id)) & ~others)))


def imports_of(connection: Connection, changes: Iterable[int]) -> dict[int, ImportRun]:
    """The imports that wrote some change sets, by its number."""
    wanted = func.json_each(json.dumps(sorted(changes))).table_valued("value")  # any number of them
    asked = select(import_run).where(import_run.c.change.in_(select(wanted.c.value)))
    return {row.change: _import(row) for row in connection.execute(asked)}


def same_file(connection: Connection, run: ImportRun) -> ImportRun | None:
    """The last import of the very same file before this one."""
    columns = import_run.c
    asked = select(import_run).where(
        columns.file_sha256 == run.file_sha256, columns.at <= run.at, columns.id != run.id
    )
    newest_first = asked.order_by(columns.at.desc(), columns.id.desc())
    row = connection.execute(newest_first.limit(1)).first()
    return None if row is None else _import(row)


def with_header(connection: Connection, kind: str, header: Iterable[str]) -> ImportRun | None:
    """The last import of a kind from a file with this header that was mapped by hand."""
    columns = import_run.c
    asked = select(import_run).where(columns.kind == kind, columns.header == list(header))
    newest_first = asked.order_by(columns.at.desc(), columns.id.desc())
    found = (_import(row) for row in connection.execute(newest_first))
    return next((run for run in found if run.mapping), None)


def find_import(connection: Connection, run_id: str) -> ImportRun:
    """
    The receipt with this id.

    Raises:
        NotFoundError: there is none.
    """
    return _import(find_receipt(connection, import_run, "import", run_id))


def rejected_rows(connection: Connection, run_id: str) -> list[tuple[int, int, str, list[str]]]:
    """The rejected rows of an import in file order: row, line, reason, the original cells."""
    columns = rejected_row.c
    rows = connection.execute(
        select(columns.row, columns.line, columns.reason, columns.cells)
        .where(columns.import_id == run_id)
        .order_by(columns.row)
    )
    return [(row.row, row.line, row.reason, row.cells) for row in rows]


def record_export(connection: Connection, run: ExportRun) -> None:
    """Writes a receipt."""
    connection.execute(insert(export_run).values(**vars(run)))


def exports(
    connection: Connection,
    most: int | None = None,
    skipped: int = 0,
    segments: Collection[str] | None = None,
) -> list[ExportRun]:
    """
    Exports, newest first.

    Args:
        most, skipped: a page of them; all unless given.
        segments: only those of one of these segments, as the receipts name it.
    """
    found = _newest(connection, export_run, most, skipped, *_exported_of(segments))
    return [ExportRun(**row._mapping) for row in found]


def count_exports(connection: Connection, segments: Collection[str] | None = None) -> int:
    """How many there were, of all or of some segments."""
    asked = select(func.count()).select_from(export_run).where(*_exported_of(segments))
    return connection.scalar(asked) or 0


def mark_erased(connection: Connection, files: Iterable[str], erasure_id: str) -> None:
    """Notes on the receipts of exports that their files went with an erasure."""
    wanted = func.json_each(json.dumps(sorted(files))).table_valued("value")
    asked = select(export_run).where(export_run.c.file_name.in_(select(wanted.c.value)))
    for row in connection.execute(asked).all():
        said = {**row.parameters, ERASED: erasure_id}
        changed = update(export_run).where(export_run.c.id == row.id)
        connection.execute(changed.values(parameters=said))


def known_export(connection: Connection, run_id: str) -> ExportRun | None:
    """The receipt with this id; None: there is none."""
    row = connection.execute(select(export_run).where(export_run.c.id == run_id)).one_or_none()
    return None if row is None else ExportRun(**row._mapping)


def find_export(connection: Connection, run_id: str) -> ExportRun:
    """
    The receipt with this id.

    Raises:
        NotFoundError: there is none.
    """
    return ExportRun(**find_receipt(connection, export_run, "export", run_id)._mapping)


def _newest(
    connection: Connection,
    table: Table,
    most: int | None,
    skipped: int,
    *tests: ColumnElement[bool],
) -> Iterable[Row[Any]]:
    newest_first = select(table).where(*tests).order_by(table.c.at.desc(), table.c.id.desc())
    return connection.execute(newest_first.limit(most).offset(skipped))


def _exported_of(segments: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if segments is None else [EXPORTED_SEGMENT.in_(segments)]


def _import(row: Row[Any]) -> ImportRun:
    lists = {name: tuple(row._mapping[name]) for name in ("header", "set_aside", "notes")}
    return ImportRun(**{**row._mapping, **lists})

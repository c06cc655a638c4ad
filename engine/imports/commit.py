"""A file goes in: read and typed first, then merged and written as one change set."""

import secrets
import time
from pathlib import Path

import polars as pl

from engine.imports.batch import Batch
from engine.imports.mapping import ImportMapping
from engine.imports.reading import read
from engine.imports.source import Progress
from engine.imports.storing import Storable, storable
from engine.imports.table import Table
from engine.store.changes import ChangeSet
from engine.store.metadata import record_columns, record_names
from engine.store.records import RECORD_TABLES, RecordTable
from engine.store.runs import ImportRun, record_import
from engine.store.upsert import Upsert, new_ids, upsert
from engine.workbench import Workbench

READ, MERGED, WRITTEN = 0.6, 0.85, 1.0  # where each step ends, as a share of the time


def import_file(
    workbench: Workbench,
    table: Table,
    path: Path,
    mapping: ImportMapping,
    progress: Progress | None = None,
    file_name: str | None = None,
) -> ImportRun:
    """
    Imports a file of records: good rows go in, bad rows are kept with their reasons.

    Args:
        progress: gets 0 to 1; what it raises stops the work with nothing written.
        file_name: as the analyst knows it, where `path` is a copy.

    Raises:
        ImportFileError: the file as a whole cannot be read.
        UsageError: the mapping does not fit the file.
        ConflictError: the clock is before the last change set's instant.
    """
    started = time.perf_counter()
    tell = progress or (lambda _share: None)
    batch = read(path, table, mapping, workbench.zone, lambda share: tell(share * READ))
    records = RECORD_TABLES[table.name]
    with workbench.change_set("import") as (change, profile):
        stored = storable(batch, records, change.before, workbench.zone)
        schema = {**records.schema, **{row.column: row.dtype for row in stored.columns}}
        outcome = upsert(
            records,
            _widened(profile.customers, schema),
            _keyed(stored.rows, records, mapping),
            stored.units,
            change.before.next_rows[records.name],
            change.now,
        )
        tell(MERGED)
        if not outcome.versions.is_empty():
            change.append(records, outcome.versions, schema, outcome.next_row)
        rejected = pl.concat([batch.rejected, _refused(batch, outcome)])
        run = ImportRun(
            id=f"imp_{secrets.token_hex(12)}",
            kind=table.name,
            change=change.number if change.wrote else None,
            at=change.now,
            actor=change.actor,
            file_name=file_name or path.name,
            file_sha256=batch.sha256,
            file_bytes=path.stat().st_size,
            mapping=mapping.to_json(),
            header=batch.header,
            created=outcome.created,
            updated=outcome.updated,
            unchanged=outcome.unchanged,
            repeated=outcome.repeated,
            rejected=rejected.height,
            misfits=stored.misfits,
            seconds=round(time.perf_counter() - started, 3),
        )
        _record(change, stored, run, rejected)
    tell(WRITTEN)
    return run


def _record(change: ChangeSet, stored: Storable, run: ImportRun, rejected: pl.DataFrame) -> None:
    if change.wrote:  # a file that brings no record settles no name either
        change.record(lambda connection: record_names(connection, stored.new_names))
        change.record(lambda connection: record_columns(connection, stored.new_columns))
    change.record(lambda connection: record_import(connection, run, rejected))


def _widened(living: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """The living records with the columns that this file brings first."""
    return living.with_columns(
        pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
        if name not in living.columns
    )


def _keyed(rows: pl.DataFrame, table: RecordTable, mapping: ImportMapping) -> pl.DataFrame:
    """The rows, with new ids for those without a key where the mapping says create."""
    if mapping.without_key != "create":
        return rows
    anonymous = pl.col("id").is_null() & pl.col("source_id").is_null()
    fresh = new_ids(table.prefix, rows.height)
    return rows.with_columns(pl.when(anonymous).then(fresh).otherwise(pl.col("id")).alias("id"))


def _refused(batch: Batch, outcome: Upsert) -> pl.DataFrame:
    """The rows that contradict the stored keys, in the form of `batch.rejected`."""
    refused = outcome.rejected
    if refused.is_empty():
        return batch.rejected.clear()
    lines = batch.rows.select("row", "line")
    found = refused.join(lines, on="row").join(batch.cells(refused["row"]), on="row")
    return found.select(batch.rejected.columns)

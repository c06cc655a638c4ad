"""A file of records becomes a batch: the one way in for imports."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

import polars as pl

from engine.errors import ImportFileError
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.files.batch import REJECTED, Batch, Draft
from engine.imports.files.csv_rows import read_records
from engine.imports.files.json_rows import json_draft
from engine.imports.files.json_tables import opened, read_objects
from engine.imports.files.parquet import read_parquet
from engine.imports.files.part_rows import broken, filled, gathered
from engine.imports.files.records import TableRecords
from engine.imports.files.sheets import read_sheet
from engine.imports.files.source import Progress, SourceFile
from engine.imports.files.table_draft import table_draft
from engine.imports.policies import clears, writes
from engine.imports.values.canonical import bare, canonical
from engine.imports.values.line_totals import line_totals
from engine.imports.values.metadata_keys import settle
from engine.imports.values.replacing import clearing, replacing
from engine.imports.values.typing import stays, typed
from engine.system.spool import parts, spooled, thinned

Reader = Callable[[SourceFile, Table, ImportMapping, Progress | None], Draft]
RECORDS: Mapping[str, Callable[[SourceFile, ImportMapping, Progress | None], TableRecords]] = (
    MappingProxyType(
        {
            "csv": read_records,
            "xlsx": read_sheet,
            "parquet": read_parquet,
            "objects": read_objects,
        }
    )
)


def _table(
    source: SourceFile, table: Table, mapping: ImportMapping, progress: Progress | None
) -> Draft:
    draft = table_draft(RECORDS[source.form](source, mapping, progress), table, mapping)
    return line_totals(canonical(draft, table, mapping, source.delimiter), table, mapping)


def _objects(
    source: SourceFile, table: Table, mapping: ImportMapping, progress: Progress | None
) -> Draft:
    return bare(json_draft(source, table, mapping, progress))


READERS: Mapping[str, Reader] = MappingProxyType(
    {**dict.fromkeys(RECORDS, _table), "json": _objects}
)
READING = 0.5  # share of the time that reading takes; typing takes the rest


def read(
    path: Path,
    table: Table,
    mapping: ImportMapping,
    zone: ZoneInfo,
    progress: Progress | None = None,
) -> Batch:
    """
    Read a file of any of FORMS, plain or packed, and type its columns from the whole file.

    Args:
        table: what columns this kind of file knows.
        mapping: what the analyst says of the file; `ImportMapping()` detects everything.
        zone: the project's, for naive datetimes.
        progress: gets 0 to 1; what it raises stops the work and comes out of here.

    Raises:
        ImportFileError: the file as a whole cannot be read. Faulty rows are in `Batch.rejected`.
        UsageError: the mapping does not fit the file.
    """
    tell = progress or (lambda _share: None)
    source = opened(path, mapping, table.name)
    draft = READERS[source.form](source, table, mapping, lambda share: tell(share * READING))
    if mapping.replace:
        draft = replacing(draft, table, cells=source.form in RECORDS)
    elif source.form in RECORDS and (goals := clears(mapping, table)):
        draft = clearing(draft, table, goals)
    if draft.frame.is_empty() and draft.rejected.is_empty():
        raise ImportFileError("the file has 0 rows: expected records, one a line")
    batch = _batch(draft, source, table, zone, tell)
    return replace(batch, writes=writes(mapping, table))


def _batch(draft: Draft, source: SourceFile, table: Table, zone: ZoneInfo, tell: Progress) -> Batch:
    gathers = table.parts if any(column.part for column in draft.columns) else None
    found = [draft.faults]
    rows = _typed(draft, table, zone, found, gathers=gathers is not None)
    faults = pl.concat(found)
    if gathers is not None:
        faults = pl.concat([faults, broken(draft, faults, table.name)])
    rejected = _rejected(draft, faults)
    good = thinned(rows, rejected.select("row"))
    keys = []
    for place, key in enumerate(draft.keys):
        tell(READING + (1 - READING) * place / len(draft.keys))
        keys.append(settle(good, key, zone))
    tell(1)
    settled = tuple(key for key in keys if key)
    known = [column.part or column.name for column in draft.columns]
    names = ["row", "line", *dict.fromkeys(known)]
    names += [name for key in settled for name in key.columns]
    names += [*draft.cleared.values(), *draft.removed.values()]
    return Batch(
        good.select(names),
        draft.cleared,
        draft.removed,
        settled,
        rejected,
        draft.header,
        source.sha256,
        draft.cells,
        gathers.name if gathers else None,
        draft.set_aside,
        draft.notes,
        tabular=source.form in RECORDS,
    )


def _typed(
    draft: Draft, table: Table, zone: ZoneInfo, found: list[pl.DataFrame], *, gathers: bool
) -> pl.DataFrame:
    """The rows with their known columns typed; adds the faults of each part to those found."""
    columns = [each for each in draft.columns if table.parts or not stays(each, zone)]
    known = [column.name for column in columns]

    def read_parts() -> Iterator[pl.DataFrame]:
        for part in parts(draft.frame.select("row", *known)):
            rows, faults = typed(part, columns, zone)
            found.append(faults)
            if table.parts is not None:
                rows = filled(rows, table.parts)
                rows = gathered(rows, table.parts) if gathers else rows
            yield rows.drop("row")

    # Text and the cells of metadata stay where they are; only what gets a type is written anew.
    return draft.frame.drop(known).hstack(spooled(read_parts()))


def _rejected(draft: Draft, faults: pl.DataFrame) -> pl.DataFrame:
    """The rows with faults, all reasons of a row in one text, and those that could not be read."""
    if faults.is_empty():
        return draft.rejected.sort("row")
    reasons = faults.group_by("row", maintain_order=True).agg(pl.col("reason").str.join("; "))
    places = draft.frame.select("row", "line")
    found = reasons.join(places, on="row").join(draft.cells(reasons["row"]), on="row")
    return pl.concat([draft.rejected, found.select(REJECTED.names())]).sort("row")

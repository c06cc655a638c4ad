"""A first look at a file for the mapping step: what it seems to be, from its first records only."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.errors import ImportFileError, UsageError, WorkbenchError
from engine.filters.kinds import Kind
from engine.imports.columns.facts import FactsOf
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.presets import preset_of
from engine.imports.columns.proposals import of_json, proposed_targets
from engine.imports.columns.table import TABLES, Table
from engine.imports.columns.target import Target
from engine.imports.columns.targets import targets
from engine.imports.columns.words import bare
from engine.imports.files.csv_rows import first_records
from engine.imports.files.json_lines import lines, parse
from engine.imports.files.json_tables import objects_sample, opened
from engine.imports.files.parquet import parquet_sample
from engine.imports.files.records import TableRecords
from engine.imports.files.sheets import sheet_sample
from engine.imports.files.source import SourceFile, blocks
from engine.imports.files.table_draft import facts_of
from engine.imports.values.metadata_keys import READ_FROM_CELLS, kind_of

SAMPLED = 1000  # records that types are guessed from; the import looks at all
SHOWN = 20
ADDRESS = "address."

Cells = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Preview:
    """The first records of a file, and where its columns would go."""

    source: SourceFile  # form, encoding, delimiter, size
    header: Cells  # of JSON Lines: the paths of the sampled records' values
    targets: tuple[Target, ...]  # one per header
    kinds: tuple[Kind | None, ...]  # of metadata cells in the sample; None where the type is fixed
    rows: tuple[Cells, ...]  # at most SHOWN
    sampled: int  # records that `kinds` are guessed from
    facts: FactsOf  # what those show of each column
    estimate: int  # records in the file, from the density of its first 4 MB
    fault: WorkbenchError | None = None  # why the header cannot be used as it is


def preview(path: Path, table: Table, mapping: ImportMapping, zone: ZoneInfo) -> Preview:
    """
    Look at the first 1,000 records.

    A header that cannot be used is no error here: there would be nothing to put it right with.

    Raises:
        ImportFileError: the file cannot be read.
    """
    source = opened(path, mapping, table.name)
    header, rows = SAMPLES[source.form](source, mapping)
    facts = _facts(header, rows)
    chosen, fault = _judged(source, header, table, mapping, facts)
    kinds = tuple(
        _kind([row[place] for row in rows if len(row) > place], zone)
        if target.namespace and source.form != "json"
        else None
        for place, target in enumerate(chosen)
    )
    shown = tuple(rows[:SHOWN])
    estimate = _estimate(source, len(rows))
    return Preview(source, header, chosen, kinds, shown, len(rows), facts, estimate, fault)


def judge(found: Preview, table: Table, mapping: ImportMapping) -> tuple[Target, ...]:
    """
    Where the columns go when the mapping says so.

    Raises:
        ImportFileError: the header cannot be used.
        UsageError: the mapping does not fit the file.
    """
    return TARGETS[found.source.form](found.header, table, mapping, found.facts)


def _judged(
    source: SourceFile, header: Cells, table: Table, mapping: ImportMapping, facts: FactsOf
) -> tuple[tuple[Target, ...], WorkbenchError | None]:
    try:
        return TARGETS[source.form](header, table, mapping, facts), None
    except (ImportFileError, UsageError) as error:
        return tuple(proposed_targets(header, table, facts)), error


def likely(path: Path) -> Table:
    """
    What the records of a file seem to be: of a known layout, or of what knows most of its header.

    An address counts once, of whatever parts: orders have two of them, each in seven columns.

    Raises:
        ImportFileError: the file cannot be read.
    """
    source = opened(path, ImportMapping(), None)
    if source.form == "objects":
        return TABLES[source.layout.kind]
    header, rows = SAMPLES[source.form](source, ImportMapping())
    if preset := preset_of(header):
        return TABLES[preset.kind]
    facts = _facts(header, rows)

    def known(table: Table) -> int:
        found = proposed_targets(header, table, facts)
        paths = {target.column.path for target in found if target.column}
        return len({ADDRESS if path.startswith(ADDRESS) else path for path in paths})

    return max(TABLES.values(), key=known)


def _csv_sample(source: SourceFile, mapping: ImportMapping) -> tuple[Cells, list[Cells]]:
    return first_records(source, mapping, SAMPLED)


def _table_sample(
    read: Callable[[SourceFile, ImportMapping, int], TableRecords],
) -> Callable[[SourceFile, ImportMapping], tuple[Cells, list[Cells]]]:
    def sample(source: SourceFile, mapping: ImportMapping) -> tuple[Cells, list[Cells]]:
        records = read(source, mapping, SAMPLED)
        names = [str(place) for place in range(len(records.header))]
        return records.header, records.cells.select(pl.col(names).fill_null("")).rows()

    return sample


def _json_sample(source: SourceFile, _mapping: ImportMapping) -> tuple[Cells, list[Cells]]:
    records = []
    for _, text in islice(lines(source), SAMPLED):
        try:
            records.append(dict(_values(parse(text, marks=not source.as_it_is))))
        except ValueError:  # the import rejects the line and says why
            continue
    keys = tuple(dict.fromkeys(key for record in records for key in record))
    rows = [tuple(_text(record.get(key, "")) for key in keys) for record in records]
    return keys, rows


def _values(record: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Each value under its path, as an import looks for it; an object of metadata is one."""
    for key, value in record.items():
        path = f"{before}{key}"
        if isinstance(value, dict) and value and bare(path) not in WHOLE:
            yield from _values(value, f"{path}.")
        else:
            yield path, value


def _text(value: object) -> str:
    return (
        value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    )


def _facts(header: Cells, rows: list[Cells]) -> FactsOf:
    """What the sampled records show of each column."""
    padded = ([*row, *[""] * len(header)][: len(header)] for row in rows)
    names = [str(place) for place in range(len(header))]
    return facts_of(pl.DataFrame(padded, dict.fromkeys(names, pl.String), orient="row"))


def _json_targets(
    keys: Cells, table: Table, mapping: ImportMapping, _facts: FactsOf
) -> tuple[Target, ...]:
    mapped = {each.header: each for each in targets(mapping.columns, table, mapping)}
    return tuple(mapped.get(key) or of_json(key, table) for key in keys)


def _kind(cells: list[str], zone: ZoneInfo) -> Kind:
    return kind_of(
        pl.Series([cell for cell in cells if cell], dtype=pl.String), READ_FROM_CELLS, zone
    )


def _estimate(source: SourceFile, sampled: int) -> int:
    if sampled < SAMPLED:
        return sampled
    shares: list[float] = []
    ends = next(blocks(source, shares.append)).count(b"\n")
    return max(sampled, round(ends / shares[0]))


# Objects of which each key goes where its name says.
WHOLE = frozenset(bare(name) for table in TABLES.values() for name in table.namespaces)
SAMPLES: Mapping[str, Callable[[SourceFile, ImportMapping], tuple[Cells, list[Cells]]]] = (
    MappingProxyType(
        {
            "csv": _csv_sample,
            "json": _json_sample,
            "xlsx": _table_sample(sheet_sample),
            "parquet": _table_sample(parquet_sample),
            "objects": _table_sample(objects_sample),
        }
    )
)
TARGETS: Mapping[str, Callable[[Cells, Table, ImportMapping, FactsOf], tuple[Target, ...]]] = (
    MappingProxyType(dict.fromkeys(SAMPLES, targets) | {"json": _json_targets})
)

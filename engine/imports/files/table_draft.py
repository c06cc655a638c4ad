"""The records of a table as a draft: each column where its header or the mapping sends it."""

from dataclasses import replace

import polars as pl

from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.columns.targets import Target, targets
from engine.imports.files.batch import FAULTS, Draft, KeyColumns
from engine.imports.files.records import TableRecords


def table_draft(records: TableRecords, table: Table, mapping: ImportMapping) -> Draft:
    """
    The file as a draft.

    Raises:
        UsageError: the mapping does not fit the file.
        ImportFileError: the header cannot be used.
    """
    chosen = [
        each if each.header in mapping.columns else _inside(each, records.nested.get(str(place)))
        for place, each in enumerate(targets(records.header, table, mapping))
    ]
    columns = {str(place): each.column for place, each in enumerate(chosen) if each.column}
    keys = tuple(
        _key(str(place), each, records) for place, each in enumerate(chosen) if each.namespace
    )
    renamed = records.cells.rename({place: column.name for place, column in columns.items()})
    names = [str(place) for place in range(len(records.header))]
    original = pl.concat_list(pl.col(names).fill_null("")).alias("cells")
    return Draft(
        header=records.header,
        frame=renamed,
        columns=tuple(columns.values()),
        keys=keys,
        cleared={},
        removed={},
        faults=FAULTS.to_frame(),
        rejected=records.rejected,
        cells=lambda rows: records.cells.filter(pl.col("row").is_in(rows.implode())).select(
            "row", original
        ),
        key_places={column.name: int(place) for place, column in columns.items()},
        set_aside=records.set_aside,
        notes=records.notes,
    )


def _inside(target: Target, path: tuple[str, ...] | None) -> Target:
    """The target of a column that comes from an object: a path into metadata, as in JSON."""
    if path is None or target.namespace is None or path[0].casefold() != target.namespace:
        return target
    return replace(target, path=path[1:])


def _key(name: str, target: Target, records: TableRecords) -> KeyColumns:
    # What the analyst says of a column is said of its text.
    said = target.kind or target.separator
    typed = {} if said else records.variants.get(name, {})
    text = None if typed else name
    return KeyColumns(
        str(target.namespace), target.path, text, typed, target.separator, target.kind
    )

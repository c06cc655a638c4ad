"""
The records of a Parquet file: columns with types, objects as columns with dotted names.

What is in memory is the columns, and the texts of one of them.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, BinaryIO

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from engine.errors import ImportFileError
from engine.imports.columns.mapping import ImportMapping
from engine.imports.files.records import TableRecords
from engine.imports.files.source import Progress, SourceFile, content
from engine.imports.files.typed_cells import TypedColumn, decimal_column, table, typed_column
from engine.limits import CELLS, COLUMNS, INFLATED, NESTING

BATCH = 1 << 17  # rows
NUMERIC = b"numeric"  # decimals without a scale, which databases give as text
PATH = b"path"  # in the metadata of a field: the names that lead to it
TYPE_NAME = b"ADBC:postgresql:typname"  # in the metadata of a field


def read_parquet(
    source: SourceFile, _mapping: ImportMapping, progress: Progress | None = None
) -> TableRecords:
    """
    All rows of the file, numbered from 1.

    Raises:
        ImportFileError: the file is damaged, or larger than is taken.
    """
    return _records(source, progress, None)


def parquet_sample(source: SourceFile, _mapping: ImportMapping, most: int) -> TableRecords:
    """The first rows of the file; raises as `read_parquet`."""
    return _records(source, None, most)


def _records(source: SourceFile, progress: Progress | None, most: int | None) -> TableRecords:
    try:
        with content(source) as file:
            found = _table(file, progress, most)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ImportFileError(f"the Parquet file is damaged ({reason}): write it again") from None
    header = found.column_names
    lines = pl.int_range(1, found.num_rows + 1, eager=True)
    records = table(header, lines, (_column(found, place) for place in range(len(header))))
    paths = [tuple(json.loads(each.metadata[PATH])) for each in found.schema]
    return replace(
        records, nested={str(at): path for at, path in enumerate(paths) if len(path) > 1}
    )


def _column(found: pa.Table, place: int) -> TypedColumn:
    values = pl.Series(pl.from_arrow(found.column(place)))
    if values.dtype == pl.String and _type_name(found.field(place)) == NUMERIC:
        return decimal_column(values.replace("NaN", None))
    return typed_column(values)


def _type_name(field: pa.Field) -> bytes:
    return bytes((field.metadata or {}).get(TYPE_NAME, b""))


def _table(file: BinaryIO, progress: Progress | None, most: int | None) -> pa.Table:
    with parquet.ParquetFile(file) as found:
        rows, width = found.metadata.num_rows, found.metadata.num_columns
        _check_size(rows, width)
        parts = found.iter_batches(BATCH if most is None else min(BATCH, max(most, 1)))
        batches = list(_counted(parts if most is None else islice(parts, 1), rows, progress))
        schema = found.schema_arrow
    flat = _flattened(pa.Table.from_batches(batches, schema))
    if most is None and flat.num_rows != rows:
        raise ValueError(f"it says that it has {rows:,} rows, and it has {flat.num_rows:,}")
    return plain(flat)


def _check_size(rows: int, width: int) -> None:
    if width > COLUMNS.most:
        raise ImportFileError(f"expected at most {COLUMNS}, got {width:,}")
    if rows * width > CELLS.most:
        raise ImportFileError(
            f"expected at most {CELLS} in a file, got {rows:,} rows of {width:,}: "
            "import it in parts"
        )


def _counted(
    batches: Iterator[pa.RecordBatch], rows: int, progress: Progress | None
) -> Iterator[pa.RecordBatch]:
    """The same batches, as long as their bytes are within the limit."""
    size = seen = 0
    for batch in batches:
        size, seen = size + batch.nbytes, seen + batch.num_rows
        if size > INFLATED.most:
            raise ImportFileError(
                f"expected at most {INFLATED} unpacked, got more: import it in parts"
            )
        if progress:
            progress(min(seen / max(rows, 1), 1))
        yield batch


def _flattened(found: pa.Table) -> pa.Table:
    """Objects as columns of their own, named as their paths are; a field knows its path."""
    fields, columns = [], []
    for each, column in zip(found.schema, found.columns, strict=True):
        for path, field, leaf in _leaves((each.name,), each, column):
            metadata = {**(field.metadata or {}), PATH: json.dumps(path)}
            fields.append(pa.field(".".join(path), field.type, metadata=metadata))
            columns.append(leaf)
    return pa.table(columns, schema=pa.schema(fields))


def _leaves(
    path: tuple[str, ...], field: pa.Field, column: pa.ChunkedArray
) -> Iterator[tuple[tuple[str, ...], pa.Field, pa.ChunkedArray]]:
    if len(path) > NESTING.most:
        raise ImportFileError(f"expected objects of at most {NESTING}, got more inside each other")
    if not pa.types.is_struct(field.type):
        yield path, field, column
        return
    for inner, leaf in zip(field.type, column.flatten(), strict=True):
        yield from _leaves((*path, inner.name), inner, leaf)


def plain(found: pa.Table) -> pa.Table:
    """The same table without types that Parquet or Polars lack; what is lost is no value."""
    for place, each in enumerate(found.schema):
        convert = next((convert for fits, convert in PLAIN if fits(each.type)), None)
        if convert:
            column = convert(found.column(place))
            field = pa.field(each.name, column.type, metadata=_marked(each))
            found = found.set_column(place, field, column)
    return found


def _marked(field: pa.Field) -> dict[bytes, bytes]:
    """The metadata of a field, in which a database's own type is named."""
    name = getattr(field.type, "type_name", "").encode()
    return {**(field.metadata or {}), **({TYPE_NAME: name} if name else {})}


def _printed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = [None if value is None else str(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])


def _spans(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Spans of months, days and nanoseconds in ISO, such as `P1M2DT3.5S`."""
    spans = [
        None if each is None else f"P{each.months}M{each.days}DT{each.nanoseconds / 10**9:g}S"
        for each in column.to_pylist()
    ]
    return pa.chunked_array([pa.array(spans, pa.string())])


def _stored(column: pa.ChunkedArray) -> pa.ChunkedArray:
    storage = [chunk.storage for chunk in column.chunks]
    return pa.chunked_array(storage, column.type.storage_type)


PLAIN: tuple[tuple[Callable[[pa.DataType], bool], Callable[[Any], Any]], ...] = (
    (lambda kind: isinstance(kind, pa.UuidType), _printed),
    (lambda kind: isinstance(kind, pa.BaseExtensionType), _stored),
    (lambda kind: kind == pa.month_day_nano_interval(), _spans),
)

"""Fields as expressions over the physical columns of the records."""

from collections.abc import Iterable

import polars as pl

from engine.filters.fields import Field
from engine.store.records.metadata import MetadataColumn
from engine.store.records.tables import RecordTable, dtype_of
from engine.store.snapshot import Snapshot


def metadata_columns(
    field: Field, table: RecordTable, snapshot: Snapshot
) -> tuple[MetadataColumn, ...]:
    """The physical columns behind a metadata field of a table, oldest first."""
    namespace, _, name = field.path.partition(".")
    return snapshot.columns_by_name.get((table.namespaces.get(namespace, ""), name), ())


def expression(field: Field, table: RecordTable, snapshot: Snapshot) -> pl.Expr | None:
    """A stored field over the table's records; None where no record holds any."""
    if field.column is not None:
        return pl.col(field.column)
    columns = metadata_columns(field, table, snapshot)
    # An undo takes a name back; the column stays for the versions that were.
    settled = snapshot.names.get(columns[0].name) if columns else None
    return _by_key(columns, settled) if settled else None


def _by_key(columns: Iterable[MetadataColumn], settled: tuple[str, bool]) -> pl.Expr:
    """
    The value of a dotted name: the key itself for who has it, else the path into an object.

    A value of another type than the settled one is kept, and missing here (filters rule 4.4).
    """
    answer = pl.lit(None, dtype=dtype_of(settled[0], many=settled[1]))
    for path in sorted({row.path for row in columns}, key=len, reverse=True):
        of_key = [row for row in columns if row.path == path]
        fitting = [pl.col(row.column) for row in of_key if (row.kind, row.many) == settled]
        present = pl.any_horizontal(pl.col(row.column).is_not_null() for row in of_key)
        answer = pl.when(present).then(fitting[0] if fitting else None).otherwise(answer)
    return answer

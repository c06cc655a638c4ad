"""
A record table: what is kept of each record of one kind. A metadata key adds its own columns, as
data.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

INSTANT = pl.Datetime("us", "UTC")

# Every row of a record table is a version of a record.
VERSION_COLUMNS: Mapping[str, pl.DataType] = {
    "row": pl.Int64(),  # the dense number of the record, never given twice
    "change": pl.Int64(),  # the change set that wrote this version
    "deleted": pl.Boolean(),
}

# The storage of a value by the name of its kind.
KIND_DTYPES: Mapping[str, pl.DataType] = {
    "string": pl.String(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "instant": INSTANT,
}


@dataclass(frozen=True, eq=False)
class RecordTable:
    """One kind of record and its own columns, metadata aside."""

    name: str
    prefix: str  # of the ids that we give
    columns: Mapping[str, pl.DataType]
    namespaces: Mapping[str, str]  # of metadata: as a file says it -> as it is stored
    instant: str | None = "created_at"  # when it happened; a new record without it happened now
    keyless: str = "expected an Id or a Source_id, got neither"  # why a row means no record
    needs: Mapping[str, str] = field(default_factory=dict)  # column -> why no new record lacks it
    spared: frozenset[str] = frozenset()  # of `needs` those that no file brings records without
    names: str | None = None  # the column whose values become names of fields
    # Column -> what it is where nothing is given, from the others; to give just that gives nothing.
    follows: Mapping[str, pl.Expr] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that say which record is meant."""
        return tuple(name for name in ("id", "source_id") if name in self.columns)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Columns of a version without metadata."""
        return {**VERSION_COLUMNS, **self.columns}


OWNER = "customer_row"  # of an activity record: the `row` of its customer


def dtype_of(kind: str, *, many: bool) -> pl.DataType:
    """The column type of a metadata value of this kind, single or a list."""
    return pl.List(KIND_DTYPES[kind]) if many else KIND_DTYPES[kind]

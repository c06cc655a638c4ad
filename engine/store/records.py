"""The record tables: what is kept of each record. A metadata key adds its own columns, as data."""

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True)
class RecordTable:
    """One kind of record and its own columns, metadata aside."""

    name: str
    prefix: str  # of the ids that we give
    columns: Mapping[str, pl.DataType]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Columns of a version without metadata."""
        return {**VERSION_COLUMNS, **self.columns}


CUSTOMERS = RecordTable(
    "customers",
    "cust_",
    {
        "id": pl.String(),
        "source_id": pl.String(),
        "name": pl.String(),
        "email": pl.String(),
        "phone": pl.String(),
        "description": pl.String(),
        "birthdate": pl.Date(),
        "address_line_1": pl.String(),
        "address_line_2": pl.String(),
        "address_postal_code": pl.String(),
        "address_city": pl.String(),
        "address_state": pl.String(),
        "address_country": pl.String(),
        "created_at": INSTANT,
        "updated_at": INSTANT,
        "loyalty_points": pl.Int64(),
        "referrer": pl.String(),  # source id of the customer who referred this one
    },
)

RECORD_TABLES: Mapping[str, RecordTable] = {table.name: table for table in (CUSTOMERS,)}


def dtype_of(kind: str, *, many: bool) -> pl.DataType:
    """The column type of a metadata value of this kind, single or a list."""
    return pl.List(KIND_DTYPES[kind]) if many else KIND_DTYPES[kind]

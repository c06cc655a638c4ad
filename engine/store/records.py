"""The record tables: what is kept of each record. A metadata key adds its own columns, as data."""

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


@dataclass(frozen=True)
class RecordTable:
    """One kind of record and its own columns, metadata aside."""

    name: str
    prefix: str  # of the ids that we give
    columns: Mapping[str, pl.DataType]
    namespaces: Mapping[str, str]  # of metadata: as a file says it -> as it is stored
    instant: str | None = "created_at"  # when it happened; a new record without it happened now
    keyless: str = "expected an Id or a Source_id, got neither"  # why a row means no record
    needs: Mapping[str, str] = field(default_factory=dict)  # column -> why no new record lacks it
    names: str | None = None  # the column whose values become names of fields

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that say which record is meant."""
        return tuple(name for name in ("id", "source_id") if name in self.columns)

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
    {"metadata": "metadata", "system_metadata": "system_metadata"},
)

OWNER = "customer_row"  # of an activity record: the `row` of its customer
OWNERLESS = "expected a Customer_id or a Customer_source_id, got neither"

ORDERS = RecordTable(
    "orders",
    "ord_",
    {
        "id": pl.String(),
        "source_id": pl.String(),
        OWNER: pl.Int64(),
        "status": pl.String(),
        "amount": pl.Int64(),  # cents, as are the other two
        "discount_amount": pl.Int64(),
        "total_amount": pl.Int64(),  # as given; where it is not, the amount less the discount
        "created_at": INSTANT,
        "updated_at": INSTANT,
    },
    {"metadata": "orders.metadata"},
    needs={OWNER: OWNERLESS},
)

REDEMPTIONS = RecordTable(
    "redemptions",
    "r_",
    {
        "id": pl.String(),
        OWNER: pl.Int64(),
        "tracking_id": pl.String(),
        "date": INSTANT,
        "voucher_code": pl.String(),
        "campaign": pl.String(),
        "result": pl.String(),
        "status": pl.String(),
        "failure_code": pl.String(),
        "failure_message": pl.String(),
        "object": pl.String(),  # redemption unless given
        "order_id": pl.String(),
        "order_amount": pl.Int64(),  # cents
        "gift_amount": pl.Int64(),  # cents
    },
    {"metadata": "redemptions.metadata"},
    instant="date",
    needs={
        OWNER: "expected a Customer_id, a Customer_source_id or a Tracking_id, got none of them"
    },
)

EVENTS = RecordTable(
    "events",
    "evt_",
    {"id": pl.String(), OWNER: pl.Int64(), "event": pl.String(), "created_at": INSTANT},
    {"metadata": "events.metadata"},
    needs={OWNER: OWNERLESS, "event": "expected the name of an Event, got nothing"},
    names="event",
)

VOUCHERS = RecordTable(
    "vouchers",
    "v_",
    {
        "id": pl.String(),  # the code
        "type": pl.String(),
        "active": pl.Boolean(),
        "start_date": INSTANT,
        "expiration_date": INSTANT,
        "discount_type": pl.String(),
        "value": pl.Int64(),  # of a gift card its first amount; cents, or whole per cent
        "category": pl.String(),
        "redemption_limit": pl.Int64(),
        "campaign": pl.String(),
    },
    {"metadata": "vouchers.metadata"},
    instant=None,
    keyless="expected a Code, got nothing",
)

RECORD_TABLES: Mapping[str, RecordTable] = {
    table.name: table for table in (CUSTOMERS, ORDERS, REDEMPTIONS, EVENTS, VOUCHERS)
}


def dtype_of(kind: str, *, many: bool) -> pl.DataType:
    """The column type of a metadata value of this kind, single or a list."""
    return pl.List(KIND_DTYPES[kind]) if many else KIND_DTYPES[kind]

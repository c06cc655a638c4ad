"""
What lists show and exports write of orders, redemptions and events: one row each field.

A path is a header that the import of its table knows, unless the field is looked up or derived.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import polars as pl

from engine.filters.fields import Field
from engine.filters.kinds import INSTANT, NUMBER, STRING, Kind
from engine.summaries import FAILED, ROLLBACK, ROLLED_BACK, SUCCEEDED, TOTAL


def _field(
    table: str, path: str, label: str, column: str | None, doc: str, kind: Kind = STRING, **more: Any
) -> Field:
    return Field(path, label, table.capitalize(), kind, table, column, doc, **more)


def _owner(path: str, label: str, column: str, doc: str) -> Field:
    return Field(path, label, "Customer", STRING, "customers", column, doc)


OWNER_FIELDS = (
    _owner("customer.name", "Customer", "name", "The customer's name."),
    _owner("customer.email", "E-mail", "email", "The customer's e-mail address."),
    _owner("customer.source_id", "Source ID", "source_id", "The customer's id in your systems."),
    _owner("customer.id", "Customer ID", "id", "The customer's id here."),
)
LOOKED_UP = ("customer.name", "customer.email")  # of the customer, and no part of the record

ROWS = (
    _field("orders", "id", "ID", "id", "The order's id here."),
    _field("orders", "source_id", "Order source ID", "source_id", "Its id in your systems."),
    _field("orders", "created_at", "Created at", "created_at", "When it was placed.", INSTANT),
    _field("orders", "updated_at", "Updated at", "updated_at", "When it last changed.", INSTANT),
    _field("orders", "status", "Status", "status", "CREATED, PAID, CANCELED or FULFILLED."),
    _field("orders", "amount", "Amount", "amount", "Before discounts.", NUMBER, unit="cents"),
    _field(
        *("orders", "discount_amount", "Discount", "discount_amount", "All discounts.", NUMBER),
        unit="cents",
    ),
    _field(
        *("orders", "total_amount", "Stated total", "total_amount", "As the file gave it.", NUMBER),
        unit="cents",
    ),
    _field(
        *("orders", "total", "Total", None, "As given, or the amount less the discount.", NUMBER),
        unit="cents",
    ),
    _field("redemptions", "id", "ID", "id", "The redemption's id."),
    _field("redemptions", "date", "Date", "date", "When it was tried.", INSTANT),
    _field(
        *("redemptions", "outcome", "Outcome", None),
        "SUCCEEDED, FAILED or ROLLED_BACK; ROLLBACK is the record of undoing another.",
    ),
    _field("redemptions", "voucher.code", "Voucher", "voucher_code", "The code."),
    _field("redemptions", "campaign", "Campaign", "campaign", "The voucher's campaign."),
    _field("redemptions", "failure_code", "Failure", "failure_code", "Why it failed, as a code."),
    _field(
        *("redemptions", "failure_message", "Failure message", "failure_message"),
        "Why it failed, in words.",
    ),
    _field("redemptions", "result", "Result", "result", "SUCCESS or FAILURE, as the file said."),
    _field("redemptions", "status", "Status", "status", "SUCCEEDED, FAILED or ROLLED_BACK."),
    _field("redemptions", "object", "Object", "object", "redemption or redemption_rollback."),
    _field("redemptions", "order.id", "Order", "order_id", "The id of the order."),
    _field(
        *("redemptions", "order.amount", "Order amount", "order_amount", "Of the order.", NUMBER),
        unit="cents",
    ),
    _field(
        *("redemptions", "gift.amount", "Gift amount", "gift_amount", "Taken from a card.", NUMBER),
        unit="cents",
    ),
    _field("redemptions", "tracking_id", "Tracking ID", "tracking_id", "The visitor's tracking id."),
    _field("events", "id", "ID", "id", "The event's id."),
    _field("events", "created_at", "Created at", "created_at", "When it happened.", INSTANT),
    _field("events", "event", "Event", "event", "What happened."),
)

OUTCOME = (
    pl.when(ROLLBACK)
    .then(pl.lit("ROLLBACK"))
    .when(ROLLED_BACK)
    .then(pl.lit("ROLLED_BACK"))
    .when(SUCCEEDED)
    .then(pl.lit("SUCCEEDED"))
    .when(FAILED)
    .then(pl.lit("FAILED"))
)
# What no file brings, from the columns of the same record.
DERIVED: Mapping[tuple[str, str], pl.Expr] = MappingProxyType(
    {("orders", "total"): TOTAL, ("redemptions", "outcome"): OUTCOME}
)


def fields_of(table: str) -> dict[str, Field]:
    """The fields of a table's records by path, those of the customer last."""
    own = [row for row in ROWS if row.table == table]
    return {row.path: row for row in (*own, *OWNER_FIELDS)}

"""
What lists show and exports write of orders, redemptions, events and vouchers: one row each field.

A path is a header that the import of its table knows, unless the field is looked up or derived.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import polars as pl

from engine.filters.fields import Field
from engine.filters.kinds import BOOLEAN, INSTANT, NUMBER, STRING, Kind
from engine.store.records import OWNER, RECORD_TABLES
from engine.summaries import FAILED, ROLLBACK, ROLLED_BACK, SUCCEEDED, TOTAL


def _field(
    table: str,
    path: str,
    label: str,
    column: str | None,
    doc: str,
    kind: Kind = STRING,
    **more: Any,
) -> Field:
    return Field(path, label, table.capitalize(), kind, table, column, doc, **more)


_order, _redemption, _event, _voucher = (
    partial(_field, table) for table in ("orders", "redemptions", "events", "vouchers")
)
_owner = partial(_field, "customers")
_order_money, _redemption_money = (
    partial(each, kind=NUMBER, unit="cents") for each in (_order, _redemption)
)

OWNER_FIELDS = (
    _owner("customer.name", "Customer", "name", "The customer's name."),
    _owner("customer.email", "E-mail", "email", "The customer's e-mail address."),
    _owner("customer.source_id", "Source ID", "source_id", "The customer's id in your systems."),
    _owner("customer.id", "Customer ID", "id", "The customer's id here."),
)
LOOKED_UP = ("customer.name", "customer.email")  # of the customer, and no part of the record

ROWS = (
    _order("id", "ID", "id", "The order's id here."),
    _order("source_id", "Order source ID", "source_id", "The order's id in your systems."),
    _order("created_at", "Created at", "created_at", "When it was placed.", INSTANT),
    _order("updated_at", "Updated at", "updated_at", "When it last changed.", INSTANT),
    _order("status", "Status", "status", "CREATED, PAID, CANCELED or FULFILLED."),
    _order_money("amount", "Amount", "amount", "Before discounts."),
    _order_money("discount_amount", "Discount", "discount_amount", "All discounts together."),
    _order_money("total_amount", "Stated total", "total_amount", "As the file gave it."),
    _order_money("total", "Total", None, "As given, or the amount less the discount."),
    _redemption("id", "ID", "id", "The redemption's id."),
    _redemption("date", "Date", "date", "When it was tried.", INSTANT),
    _redemption("outcome", "Outcome", None, "A rollback is the record of undoing another."),
    _redemption("voucher.code", "Voucher", "voucher_code", "The code that was redeemed."),
    _redemption("campaign", "Campaign", "campaign", "The campaign of the voucher."),
    _redemption("failure_code", "Failure", "failure_code", "Why it failed, as a code."),
    _redemption("failure_message", "Failure message", "failure_message", "Why, in words."),
    _redemption("result", "Result", "result", "SUCCESS or FAILURE, as the file gave it."),
    _redemption("status", "Status", "status", "SUCCEEDED, FAILED or ROLLED_BACK, as given."),
    _redemption("object", "Object", "object", "redemption or redemption_rollback."),
    _redemption("order.id", "Order", "order_id", "The id of the order."),
    _redemption_money("order.amount", "Order amount", "order_amount", "The amount of the order."),
    _redemption_money(
        "gift.amount", "Gift amount", "gift_amount", "What was taken from a gift card."
    ),
    _redemption("tracking_id", "Tracking ID", "tracking_id", "The visitor's tracking id."),
    _event("id", "ID", "id", "The event's id."),
    _event("created_at", "Created at", "created_at", "When it happened.", INSTANT),
    _event("event", "Event", "event", "What happened."),
    _voucher("code", "Code", "id", "The code of the voucher."),
    _voucher("type", "Voucher type", "type", "Such as GIFT_VOUCHER or DISCOUNT_VOUCHER."),
    _voucher("active", "Active", "active", "Whether it can be redeemed.", BOOLEAN),
    _voucher("start_date", "Start date", "start_date", "From when it counts.", INSTANT),
    _voucher("expiration_date", "Expiration date", "expiration_date", "Until when.", INSTANT),
    _voucher("discount.type", "Discount type", "discount_type", "Such as AMOUNT or PERCENT."),
    _voucher("value", "Value", "value", "Of a gift card its first amount in cents.", NUMBER),
    _voucher("category", "Category", "category", "The category of the voucher."),
    _voucher("redemption_limit", "Limit", "redemption_limit", "How often it counts.", NUMBER),
    _voucher("campaign", "Campaign", "campaign", "The campaign of the voucher."),
)

OUTCOME = (
    pl.when(ROLLBACK)
    .then(pl.lit("Rollback"))
    .when(ROLLED_BACK)
    .then(pl.lit("Rolled back"))
    .when(SUCCEEDED)
    .then(pl.lit("Succeeded"))
    .when(FAILED)
    .then(pl.lit("Failed"))
)
# What no file brings, from the columns of the same record.
DERIVED: Mapping[tuple[str, str], pl.Expr] = MappingProxyType(
    {("orders", "total"): TOTAL, ("redemptions", "outcome"): OUTCOME}
)


def fields_of(table: str) -> dict[str, Field]:
    """The fields of a table's records by path, those of their customer last."""
    own = [row for row in ROWS if row.table == table]
    owners = OWNER_FIELDS if OWNER in RECORD_TABLES[table].columns else ()
    return {row.path: row for row in (*own, *owners)}

"""
Exports, as the service writes them: its names of fields, its defaults and its headers.

A row says which of our fields a field of the service is; the empty path is one that we have no
values for, whose column is there all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from typing_extensions import TypedDict

from engine.api.resources.instants import instant
from engine.exports.requests import DONE, RequestedExport

METADATA = "metadata"  # stands for a column for each key
WORDS = {"id": "ID", "qr": "QR"}  # in headers; all others are written with a capital


class ExportAnswer(TypedDict, total=False):
    """An export."""

    id: str
    object: str
    created_at: str
    status: str
    channel: str
    exported_object: str
    parameters: dict[str, Any]
    result: dict[str, Any] | None
    user_id: str | None


@dataclass(frozen=True)
class Exportable:
    """What the service exports of one kind of record."""

    what: str  # our list
    fields: Mapping[str, str]  # as the service calls them -> our path
    default: tuple[str, ...]
    sorts: Mapping[str, str]
    filters: Mapping[str, str] = field(default_factory=dict)  # fields that filters call otherwise
    headers: Mapping[str, str] = field(default_factory=dict)  # that are not the field in words


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


ADDRESS = ("city", "state", "line_1", "line_2", "country", "postal_code")
REDEEMED = (
    *("total_redeemed", "total_failed", "total_succeeded", "total_rolled_back"),
    *("total_rollback_failed", "total_rollback_succeeded"),
)
ORDERED = (
    *("total_amount", "total_count", "average_amount"),
    *("last_order_amount", "last_order_date"),
)
CUSTOMER = Exportable(
    "customers",
    {
        **_same("name", "id", "description", "email", "source_id", "created_at"),
        **{f"address_{part}": f"address.{part}" for part in ADDRESS},
        **{f"redemptions_{part}": f"summary.redemptions.{part}" for part in REDEEMED},
        **{f"orders_{part}": f"summary.orders.{part}" for part in ORDERED},
        "loyalty_points": "loyalty.points",
        "loyalty_referred_customers": "loyalty.referred_customers",
        **_same("updated_at", "phone"),
        "birthday": "birthdate",
        METADATA: METADATA,
        "birthdate": "birthdate",
    },
    ("name", "source_id"),
    _same("name", "id", "email", "source_id", "created_at", "updated_at"),
)
REDEMPTION = Exportable(
    "redemptions",
    {
        "id": "id",
        "object": "object",
        "date": "date",
        "voucher_code": "voucher.code",
        "campaign": "campaign",
        "promotion_tier_id": "",
        "customer_id": "customer.id",
        "customer_source_id": "customer.source_id",
        "customer_name": "customer.name",
        "tracking_id": "tracking_id",
        "order_id": "order.id",
        "order_amount": "order.amount",
        "gift_amount": "gift.amount",
        "loyalty_points": "",
        **_same("result", "failure_code", "failure_message"),
        METADATA: METADATA,
    },
    ("id", "object", "voucher_code", "customer_id", "date", "result"),
    {
        "id": "id",
        "voucher_code": "voucher.code",
        "tracking_id": "tracking_id",
        "customer_id": "customer.id",
        "created_at": "date",
    },
    {
        "created_at": "date",
        "voucher": "voucher.code",
        "voucher_code": "voucher.code",
        "campaign_name": "campaign",
        "customer": "customer.id",
        "customer_id": "customer.id",
    },
)
VOUCHER = Exportable(
    "vouchers",
    {
        "code": "code",
        "voucher_type": "type",
        "value": "value",
        "discount_type": "discount.type",
        **_same("campaign", "category", "start_date", "expiration_date"),
        "redemption_quantity": "redemption_limit",
        "active": "active",
        METADATA: METADATA,
        "id": "code",
    },
    ("code", "voucher_type", "value", "discount_type"),
    _same("code"),
    headers={"redemption_quantity": "Redemption Limit"},
)
ORDER = Exportable(
    "orders",
    {
        **_same("id", "source_id", "created_at", "updated_at", "status", "amount"),
        "discount_amount": "discount_amount",
        "items_discount_amount": "",
        "total_discount_amount": "discount_amount",
        "total_amount": "total_amount",
        "customer_id": "customer.id",
        "referrer_id": "",
        METADATA: METADATA,
    },
    ("id", "source_id", "status"),
    _same("created_at", "updated_at", "status"),
)
EXPORTABLE: Mapping[str, Exportable] = {
    "customer": CUSTOMER,
    "redemption": REDEMPTION,
    "voucher": VOUCHER,
    "order": ORDER,
}
SINGULAR = {row.what: name for name, row in EXPORTABLE.items()}


def header(row: Exportable, name: str) -> str:
    """What stands above a column: words, and of metadata the bare key."""
    if name.startswith(f"{METADATA}."):
        return name.removeprefix(f"{METADATA}.")
    words = (WORDS.get(word, word.capitalize()) for word in name.split("_"))
    return row.headers.get(name) or " ".join(words)


def export(found: RequestedExport, base: str) -> dict[str, Any]:
    """
    One export.

    Args:
        base: the address of the server; the link to the file is absolute.
    """
    link = f"{base}/v1/exports/{found.id}?token={found.token}"
    what = found.object or SINGULAR.get(found.run.what if found.run else "", "customer")
    return {
        "id": found.id,
        "object": "export",
        "created_at": instant(found.created_at),
        "status": found.status,
        "channel": "API" if found.object else "WEBSITE",
        "exported_object": what,
        "parameters": found.parameters,
        "result": {"url": link} if found.status == DONE and found.token else None,
        "user_id": None if found.object else found.actor,
    }

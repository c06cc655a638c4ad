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
from engine.api.resources.vouchers import code_of
from engine.exports.requests import DONE, RequestedExport

BY_ID = ("voucher", "related_object", "related_object_id")  # what filters call a voucher
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
    filters: Mapping[str, str] = field(default_factory=dict)  # that are no field, or another's
    headers: Mapping[str, str] = field(default_factory=dict)  # that are not the field in words
    blanks: Mapping[str, str] = field(default_factory=dict)  # what stands in place of nothing

    def renamed(self, filters: Mapping[str, Any]) -> dict[str, Any]:
        """A filter in our names, whichever of the service's it has; vouchers by their codes."""
        names = {**self.fields, **self.filters}
        return {
            names.get(name) or name: _codes(each) if name in BY_ID else each
            for name, each in filters.items()
        }


def _codes(said: Any) -> Any:
    """What a filter says of vouchers, with the code of each for its id."""
    if isinstance(said, dict):
        return {name: _codes(each) for name, each in said.items()}
    if isinstance(said, list):
        return [_codes(each) for each in said]
    return code_of(said) if isinstance(said, str) else said


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
    blanks=dict.fromkeys(
        (
            *(f"redemptions_{part}" for part in REDEEMED),
            *(f"orders_{part}" for part in ORDERED[:-1]),
            *("loyalty_points", "loyalty_referred_customers"),
        ),
        "0",
    ),
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
        **dict.fromkeys(BY_ID, "voucher.code"),
        "campaign_name": "campaign",
        "user_login": "channel",
        "customer": "customer.id",
        **dict.fromkeys(("related_object_parent_id", "parent_redemption_id"), "redemption"),
    },
)
VALIDITY = (
    *("validity_timeframe_interval", "validity_timeframe_duration", "validity_day_of_week"),
)
VOUCHER = Exportable(
    "vouchers",
    {
        "code": "code",
        "voucher_type": "type",
        "value": "face_value",
        "discount_type": "discount.type",
        **_same("campaign", "category", "start_date", "expiration_date"),
        "gift_balance": "balance",
        "loyalty_balance": "",
        "redemption_quantity": "redemption_limit",
        "redemption_count": "redeemed",
        "active": "active",
        **dict.fromkeys(("qr_code", "bar_code"), "code"),
        METADATA: METADATA,
        "id": "id",
        "is_referral_code": "",
        **_same("created_at", "updated_at"),
        **dict.fromkeys(VALIDITY, ""),
        "discount_amount_limit": "discount.amount_limit",
        "campaign_id": "campaign_id",
        "additional_info": "additional_info",
        "customer_id": "holder",
        "discount_effect": "discount.effect",
        "discount_unit_type": "discount.unit_type",
        "discount_unit_effect": "",
        "customer_source_id": "holder_source_id",
    },
    ("code", "voucher_type", "value", "discount_type"),
    _same("created_at", "updated_at", "code"),
    {
        "campaign_name": "campaign",
        "campaign_ids": "campaign_id",
        "category_ids": "category_id",
        "voucher_code": "code",
        "holder_id": "holder",
        "customer": "holder",
        "redemption.quantity": "redemption_limit",
        "redemption.redeemed_quantity": "redeemed",
    },
    headers={
        "loyalty_balance": "Loyalty Card Balance",
        "redemption_quantity": "Redemption Limit",
        "bar_code": "Barcode",
        "created_at": "Creation Date",
        "updated_at": "Last Update Date",
    },
    blanks={"is_referral_code": "false"},
)
ORDER = Exportable(
    "orders",
    {
        **_same("id", "source_id", "created_at", "updated_at", "status", "amount"),
        "discount_amount": "order_discount_amount",
        "items_discount_amount": "items_discount_amount",
        "total_discount_amount": "discount_amount",
        "total_amount": "total_amount",
        "customer_id": "customer.id",
        "referrer_id": "",
        METADATA: METADATA,
    },
    ("id", "source_id", "status"),
    _same("created_at", "updated_at", "status"),
    blanks=dict.fromkeys(
        ("discount_amount", "items_discount_amount", "total_discount_amount"), "0"
    ),
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

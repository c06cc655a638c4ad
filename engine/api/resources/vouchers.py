"""Vouchers, as the service writes them."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from engine.api.resources.instants import exact, instants_in
from engine.redemptions.terms import OFF
from engine.redemptions.units import shown_units
from engine.redemptions.vouchers import VoucherView

PREFIX = "v_"  # of an id, which is the code in hexadecimal digits
NONE = (
    *("validity_timeframe", "validity_day_of_week"),
    *("loyalty_card", "referrer_id"),
)


class VoucherAnswer(TypedDict, total=False):
    """A voucher."""

    id: str
    code: str
    type: str
    campaign: str | None
    campaign_id: str | None
    category: str | None
    category_id: str | None
    categories: list[Any]
    discount: dict[str, Any] | None
    gift: dict[str, Any] | None
    start_date: str | None
    expiration_date: str | None
    active: bool
    additional_info: str | None
    metadata: dict[str, Any]
    is_referral_code: bool
    created_at: str | None
    updated_at: str | None
    holder_id: str | None
    validation_rules_assignments: dict[str, Any]
    redemption: dict[str, Any]
    publish: dict[str, Any]
    assets: dict[str, Any]
    object: str


class BalanceAnswer(TypedDict, total=False):
    """What is on a gift card."""

    amount: int
    total: int | None
    balance: int | None
    type: str
    object: str
    related_object: dict[str, str]


def id_of(code: str) -> str:
    """The id of the voucher with a code."""
    return f"{PREFIX}{code.encode().hex()}"


def code_of(name: str) -> str:
    """The code that an id or a code means."""
    try:
        return (
            bytes.fromhex(name.removeprefix(PREFIX)).decode() if name.startswith(PREFIX) else name
        )
    except ValueError:
        return name


def voucher(view: VoucherView, campaign_ids: Mapping[str, str]) -> dict[str, Any]:
    """
    One voucher.

    Args:
        campaign_ids: by the name of a campaign.
    """
    raw = view.document
    code, campaign = raw["code"], raw.get("campaign")
    path = f"/v1/vouchers/{code}"
    return {
        "id": id_of(code),
        "code": code,
        "campaign": campaign,
        "campaign_id": campaign_ids.get(campaign) if campaign else None,
        "category": raw.get("category"),
        "category_id": raw.get("category_id"),
        "categories": [],
        "type": raw.get("type"),
        "discount": discount(raw),
        "gift": _gift(view),
        "start_date": exact(raw.get("start_date")),
        "expiration_date": exact(raw.get("expiration_date")),
        **dict.fromkeys(NONE),
        "additional_info": raw.get("additional_info"),
        "active": raw.get("active", True),
        "metadata": instants_in(raw.get("metadata", {})),
        "segments": raw.get("segments", []),
        "is_referral_code": False,
        "created_at": exact(raw.get("created_at")),
        "updated_at": exact(raw.get("updated_at")),
        "holder_id": raw.get("holder"),
        "assets": {
            name: {"id": id_of(code), "url": f"{path}/{name}"} for name in ("qr", "barcode")
        },
        "validation_rules_assignments": empty_list("data"),
        "redemption": {
            "quantity": view.terms.limit,
            "redeemed_quantity": view.redeemed,
            "object": "list",
            "url": f"{path}/redemptions?page=1&limit=10",
        },
        "publish": {"object": "list", "count": 0, "url": f"{path}/publications?page=1&limit=10"},
        "object": "voucher",
    }


def balance(view: VoucherView, added: int) -> dict[str, Any]:
    """What is on a gift card by now."""
    return {
        "amount": added,
        "total": view.terms.gift,
        "balance": view.balance,
        "type": "gift_voucher",
        "object": "balance",
        "related_object": {"type": "voucher", "id": id_of(view.terms.name)},
    }


def discount(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the terms of a voucher or a campaign give, where files bring it too; None: nothing."""
    said = document.get("discount")
    if not said:
        return None
    found = {name: value for name, value in said.items() if name != "units"}
    if said.get("units"):
        found["units"] = shown_units(said["units"])
    path = OFF.get(said.get("type", ""), "").removeprefix("discount_")
    if path and path not in found and "units" not in found and "value" in document:
        found[path] = document["value"]
    return found


def empty_list(name: str) -> dict[str, Any]:
    """A list of nothing."""
    return {"object": "list", "total": 0, "data_ref": name, name: []}


def _gift(view: VoucherView) -> dict[str, Any] | None:
    if view.balance is None:
        return None
    return {
        "amount": view.terms.gift,
        "subtracted_amount": 0,
        "balance": view.balance,
        "effect": "APPLY_TO_ORDER",
    }

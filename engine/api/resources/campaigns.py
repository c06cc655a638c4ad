"""Campaigns, as the service writes them."""

from typing import Any

from typing_extensions import TypedDict

from engine.api.resources.instants import exact, instants_in
from engine.api.resources.vouchers import empty_list
from engine.redemptions.campaigns import CampaignView

TYPES = {"GIFT_VOUCHER": "GIFT_VOUCHERS"}  # of campaigns, by that of their vouchers
FLAGS = ("join_once", "auto_join", "use_voucher_metadata_schema", "protected")


class CampaignAnswer(TypedDict, total=False):
    """A campaign."""

    id: str
    name: str
    campaign_type: str
    type: str
    voucher: dict[str, Any]
    start_date: str | None
    expiration_date: str | None
    active: bool
    metadata: dict[str, Any]
    vouchers_count: int
    vouchers_generation_status: str
    created_at: str | None
    updated_at: str | None
    object: str


def campaign(view: CampaignView) -> dict[str, Any]:
    """One campaign."""
    raw = view.document
    kind = raw.get("type", "DISCOUNT_VOUCHER")
    terms = {
        "type": kind,
        "discount": raw.get("discount"),
        "gift": {"amount": raw["value"]} if kind == "GIFT_VOUCHER" and "value" in raw else None,
        "redemption": {"quantity": raw.get("redemption_limit")},
        "code_config": raw.get("code", {}),
    }
    return {
        "id": raw["id"],
        "name": raw["name"],
        "description": None,
        "campaign_type": TYPES.get(kind, "DISCOUNT_COUPONS"),
        "type": "AUTO_UPDATE",
        "voucher": {name: value for name, value in terms.items() if value is not None},
        **dict.fromkeys(FLAGS, False),
        "start_date": exact(raw.get("start_date")),
        "expiration_date": exact(raw.get("expiration_date")),
        "active": raw.get("active", True),
        "metadata": instants_in(raw.get("metadata", {})),
        "vouchers_count": view.codes,
        "vouchers_generation_status": "DONE",
        "category": None,
        "categories": [],
        "created_at": exact(raw.get("created_at")),
        "updated_at": exact(raw.get("updated_at")),
        "validation_rules_assignments": empty_list("data"),
        "object": "campaign",
    }

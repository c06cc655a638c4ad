"""Campaigns, as the service writes them."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from engine.api.resources.instants import exact, instants_in
from engine.api.resources.vouchers import discount, empty_list
from engine.base.kinds.terms import GIFT_TYPES
from engine.redemptions.campaigns import CampaignView

TYPES = dict.fromkeys(GIFT_TYPES, "GIFT_VOUCHERS")  # of campaigns, by that of their vouchers
# What the service calls our fields in filters.
FILTERS: Mapping[str, str] = {
    **dict.fromkeys(("campaigns", "name"), "name"),
    **dict.fromkeys(("campaigns_id", "campaign_id"), "id"),
    **dict.fromkeys(("created_date", "created_at"), "created_at"),
    "voucher_type": "type",
    "type": "mode",
    "categories": "category",
    "category_ids": "category_id",
}
FLAGS = ("join_once", "auto_join", "use_voucher_metadata_schema", "protected")


class CampaignAnswer(TypedDict, total=False):
    """A campaign."""

    id: str
    name: str
    description: str | None
    campaign_type: str
    type: str
    category: str | None
    category_id: str | None
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


def campaign_type(kind: str | None) -> str:
    """What the service calls a campaign of vouchers of a type."""
    return TYPES.get(kind or "", "DISCOUNT_COUPONS")


def campaign(view: CampaignView) -> dict[str, Any]:
    """One campaign."""
    raw = view.document
    kind = raw.get("type", "DISCOUNT_VOUCHER")
    terms = {
        "type": kind,
        "discount": discount(raw),
        "gift": {"amount": raw["value"]} if kind == "GIFT_VOUCHER" and "value" in raw else None,
        "redemption": {"quantity": raw.get("redemption_limit")},
        "code_config": raw.get("code", {}),
    }
    return {
        "id": raw["id"],
        "name": raw["name"],
        "description": raw.get("description"),
        "campaign_type": campaign_type(kind),
        "type": raw.get("mode", "AUTO_UPDATE"),
        "voucher": {name: value for name, value in terms.items() if value is not None},
        **dict.fromkeys(FLAGS, False),
        "start_date": exact(raw.get("start_date")),
        "expiration_date": exact(raw.get("expiration_date")),
        "active": raw.get("active", True),
        "metadata": instants_in(raw.get("metadata", {})),
        "vouchers_count": view.codes,
        "vouchers_generation_status": "DONE",
        "category": raw.get("category"),
        "category_id": raw.get("category_id"),
        "categories": [],
        "created_at": exact(raw.get("created_at")),
        "updated_at": exact(raw.get("updated_at")),
        "validation_rules_assignments": empty_list("data"),
        "object": "campaign",
    }

"""Customers, as the service writes them: what nobody has said is absent, what is counted is 0."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from typing_extensions import TypedDict

from engine.api.resources.instants import exact, instants_in
from engine.base.indexes import mark_ahead
from engine.base.lookup import place_of
from engine.base.profiles import Profile
from engine.customers.detail import few_objects
from engine.customers.editing import CustomerChange
from engine.workspace.writes import Base

# In the order of the service; each absent where there is none.
SAID = ("name", "description", "email", "phone", "birthdate")
ADDRESS = ("city", "state", "line_1", "line_2", "country", "postal_code")
REDEMPTIONS = (
    *("total_redeemed", "total_failed", "total_succeeded", "total_rolled_back"),
    *("total_rollback_failed", "total_rollback_succeeded"),
)
ORDERS = ("total_amount", "total_count", "average_amount", "last_order_amount")


class CustomerAnswer(TypedDict, total=False):
    """A customer."""

    id: str
    source_id: str | None
    name: str
    description: str
    email: str
    phone: str
    birthdate: str
    address: dict[str, Any] | None
    metadata: dict[str, Any]
    system_metadata: dict[str, Any]
    summary: dict[str, Any]
    loyalty: dict[str, Any]
    referrals: dict[str, Any]
    created_at: str
    updated_at: str
    object: str


def customers(profile: Profile, positions: pl.Series) -> list[dict[str, Any]]:
    """Some customers, in the order of the positions."""
    return [_customer(each) for each in few_objects(profile, positions)]


def customer(profile: Profile, position: int) -> dict[str, Any]:
    """One customer."""
    return customers(profile, pl.Series([position]))[0]


def customers_of_changes(base: Base, changes: Sequence[CustomerChange]) -> list[dict[str, Any]]:
    """The customers of some changes, in their order; of one who is gone again the ids alone."""
    profile = base()
    mark_ahead(change.id for change in changes)
    found = {change.id: place_of(profile, "id", change.id) for change in changes}
    there = {key: position for key, position in found.items() if position is not None}
    told = dict(
        zip(there, customers(profile, pl.Series([*there.values()], dtype=pl.Int64)), strict=True)
    )
    return [
        told.get(one.id) or {"id": one.id, "source_id": one.source_id, "object": "customer"}
        for one in changes
    ]


def simple(document: Mapping[str, Any]) -> dict[str, Any]:
    """A customer where another thing names it: every key is there, null where nothing is said."""
    return {
        "id": document["id"],
        "name": document.get("name"),
        "email": document.get("email"),
        "source_id": document.get("source_id"),
        "metadata": document.get("metadata", {}),
        "object": "customer",
    }


def _customer(raw: Mapping[str, Any]) -> dict[str, Any]:
    summary, loyalty = raw.get("summary", {}), raw.get("loyalty", {})
    address = {name: raw["address"][name] for name in ADDRESS if name in raw.get("address", {})}
    found = {
        "id": raw["id"],
        "source_id": raw.get("source_id"),
        **{name: raw[name] for name in SAID if name in raw},
        "address": address or None,
        "metadata": instants_in(raw.get("metadata")),
        "system_metadata": instants_in(raw.get("system_metadata", {})),
        "summary": {
            "redemptions": _redemptions(summary.get("redemptions", {})),
            "orders": _orders(summary.get("orders", {})),
        },
        "loyalty": {
            "points": loyalty.get("points", 0),
            "referred_customers": loyalty.get("referred_customers", 0),
            "campaigns": {},
        },
        "referrals": {"total": 0, "campaigns": []},
        "created_at": exact(raw.get("created_at")),
        "updated_at": exact(raw.get("updated_at")),
        "object": "customer",
    }
    absent = [name for name in ("metadata", "updated_at", "created_at") if found[name] is None]
    return {name: value for name, value in found.items() if name not in absent}


def _redemptions(counted: Mapping[str, Any]) -> dict[str, Any]:
    gift = counted.get("gift", {})
    return {
        **{name: counted.get(name, 0) for name in REDEMPTIONS},
        "gift": {name: gift.get(name, 0) for name in ("redeemed_amount", "amount_to_go")},
        "loyalty_card": {"redeemed_points": 0, "points_to_go": 0},
    }


def _orders(counted: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: counted.get(name, 0) for name in ORDERS}
    if "last_order_date" in counted:
        found["last_order_date"] = exact(counted["last_order_date"])
    return found

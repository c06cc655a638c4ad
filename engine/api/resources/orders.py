"""Orders, as the service writes them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl
from typing_extensions import TypedDict

from engine.api.resources.instants import exact, instants_in
from engine.api.resources.records import Document, documents, places_of
from engine.api.resources.vouchers import id_of
from engine.base.kinds.redemptions import ROLLBACKS
from engine.base.profiles import Profile
from engine.base.records import records_of
from engine.redemptions.attempt import basket_of
from engine.redemptions.discounts import ORDER, Basket, Discount, basket_behind, half_up
from engine.redemptions.vouchers import views

REDEMPTIONS = "redemptions"


class OrderShape(TypedDict, total=False):
    """An order."""

    id: str
    source_id: str | None
    created_at: str | None
    updated_at: str | None
    status: str
    amount: int
    discount_amount: int
    items_discount_amount: int
    total_discount_amount: int
    applied_discount_amount: int
    total_applied_discount_amount: int
    total_amount: int
    items: list[dict[str, Any]]
    metadata: dict[str, Any]
    customer: dict[str, Any] | None
    customer_id: str | None
    referrer_id: str | None
    redemptions: dict[str, Any]
    object: str


def orders(profile: Profile, positions: pl.Series) -> list[dict[str, Any]]:
    """Some orders, in the order of the positions."""
    found = documents(profile, "orders", positions)
    if not found:
        return []
    named = places_of(profile, REDEMPTIONS, "order_id", [each["id"] for each in found])
    redeemed, taken = _redemptions(profile, named), _item_discounts(profile, named)
    return [_order(each, redeemed.get(each["id"], {}), taken[each["id"]]) for each in found]


def amounts(raw: Mapping[str, Any]) -> dict[str, Any]:
    """What an order comes to; what was taken off counts as taken off the whole unless it says."""
    if raw.get("amount") is None:
        return {}
    items = raw.get("items_discount_amount") or 0
    total = raw.get("total_discount_amount")
    total = (raw.get("discount_amount") or 0) + items if total is None else total
    off = {
        "discount_amount": total - items,
        "items_discount_amount": items,
        "total_discount_amount": total,
        "applied_discount_amount": total - items,
        "items_applied_discount_amount": items,
        "total_applied_discount_amount": total,
    }
    left = raw.get("total_amount")
    return {
        "amount": raw["amount"],
        **({} if raw.get("status") == "CANCELED" else off),
        "total_amount": raw["amount"] - total if left is None else left,
    }


def _order(
    raw: Document, redeemed: Mapping[str, Any], taken: list[tuple[Discount, int]]
) -> dict[str, Any]:
    whose = raw.get("customer", {}).get("id")
    items = [_item(each) for each in raw.get("items", [])]
    if redeemed and raw.get("status") != "CANCELED":
        items = _items_behind(items, basket_of(raw.get("amount"), items), taken)
    return {
        "id": raw["id"],
        "source_id": raw.get("source_id"),
        "created_at": exact(raw.get("created_at")),
        "updated_at": exact(raw.get("updated_at")),
        "status": raw.get("status"),
        **amounts({**raw, **_apart(raw, sum(cents for _, cents in taken))}),
        **({"items": items} if items else {}),
        "metadata": instants_in(raw.get("metadata", {})),
        "customer": {"id": whose, "object": "customer"} if whose else None,
        "customer_id": whose,
        "referrer_id": None,
        "redemptions": dict(redeemed),
        "object": "order",
    }


def _item(raw: Mapping[str, Any]) -> dict[str, Any]:
    """One item; its amount is its price for each of it, unless it says another."""
    price, amount = raw.get("price"), raw.get("amount")
    if amount is None and price is not None:
        amount = half_up(Decimal(str(raw.get("quantity", 1))) * price)
    return {**raw, **({} if amount is None else {"amount": amount}), "object": "order_item"}


def _apart(raw: Document, off_items: int) -> dict[str, int]:
    """What was taken off the whole and off its items; an order keeps them as one."""
    if not off_items:
        return {}
    total = raw.get("discount_amount") or 0
    return {"items_discount_amount": min(off_items, total), "total_discount_amount": total}


def _items_behind(
    items: list[dict[str, Any]], basket: Basket | None, taken: list[tuple[Discount, int]]
) -> list[dict[str, Any]]:
    """Items with what was taken off each; what is taken off the whole is not spread over them."""
    if basket is None:
        return items
    off = sum(cents for _, cents in taken)
    basket = basket_behind([discount for discount, _ in taken], off, basket)
    return [
        {**item, "discount_amount": line.discount, "subtotal_amount": line.left}
        for item, line in zip(items, basket.items, strict=True)
    ]


def _item_discounts(profile: Profile, named: pl.Series) -> Mapping[str, list[tuple[Discount, int]]]:
    """What some redemptions take off the items of their orders by now, in cents, by order."""
    found: dict[str, list[tuple[Discount, int]]] = defaultdict(list)
    log = records_of(profile, REDEMPTIONS).frame[named]
    counts = (pl.col("status") == "SUCCEEDED") & pl.col("object").ne_missing(ROLLBACKS)
    counted = log.filter(counts, pl.col("discount_amount") > 0)
    if counted.is_empty():
        return found
    codes = places_of(profile, "vouchers", "id", counted["voucher_code"].unique().to_list())
    terms = {view.terms.name: view.terms.discount for view in views(profile, codes)}
    lines = counted.sort("row").select("order_id", "voucher_code", "discount_amount").iter_rows()
    for order, code, cents in lines:
        discount = terms.get(code)
        if discount and discount.effect != ORDER:
            found[order].append((discount, cents))
    return found


def _redemptions(profile: Profile, named: pl.Series) -> dict[str, dict[str, Any]]:
    """Some redemptions, by the orders that they name and by their own ids."""
    found: dict[str, dict[str, Any]] = {}
    log = [each for each in documents(profile, REDEMPTIONS, named) if "FAILURE" != each["result"]]
    for each in _kind(log, rollbacks=False):
        line = {
            "date": exact(each.get("date")),
            "related_object_type": "voucher",
            "related_object_id": id_of(each.get("voucher", {}).get("code", "")),
            "related_object_parent_id": each.get("redemption"),
        }
        kept = {name: value for name, value in line.items() if value is not None}
        found.setdefault(each["order"]["id"], {})[each["id"]] = kept
    for each in _kind(log, rollbacks=True):
        redeemed: Document | None = found.get(each["order"]["id"], {}).get(each["redemption"])
        if redeemed is not None:
            redeemed |= {"rollback_id": each["id"], "rollback_date": exact(each.get("date"))}
    return found


def _kind(log: Iterable[Document], *, rollbacks: bool) -> Iterable[Document]:
    return (each for each in log if (each.get("object") == ROLLBACKS) is rollbacks)

"""What redeeming or rolling back came to: what records say of it, as JSON has it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.redemptions.discounts import Basket, Item


@dataclass(frozen=True)
class RedemptionEntry:
    """One record of the log."""

    id: str
    code: str | None
    result: str  # SUCCESS or FAILURE
    date: str  # ISO 8601
    failure_code: str | None = None
    failure_message: str | None = None
    amount: int | None = None  # cents, from a gift card; below zero where they came back
    discount_amount: int | None = None  # cents, off the order
    redemption: str | None = None  # of several codes the id that they share; what was rolled back
    reason: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether it was done."""
        return self.result == "SUCCESS"


@dataclass(frozen=True)
class RedemptionAnswer:
    """What a call came to."""

    entries: tuple[RedemptionEntry, ...]
    customer_id: str | None  # None: nobody, or somebody who does not exist
    tracking_id: str | None
    order: Mapping[str, Any] | None  # as it is by now
    parent: str | None = None  # the id that several redemptions share
    replayed: bool = False  # the answer of an earlier call with the same key

    @property
    def succeeded(self) -> bool:
        """Whether all of it was done; else nothing was but the record of the failure."""
        return all(entry.succeeded for entry in self.entries)

    @property
    def failed(self) -> list[RedemptionEntry]:
        """The records of failure."""
        return [entry for entry in self.entries if not entry.succeeded]


def to_object(answer: RedemptionAnswer) -> dict[str, Any]:
    """It as JSON."""
    return {"succeeded": answer.succeeded, **asdict(answer)}


def from_object(document: Mapping[str, Any]) -> RedemptionAnswer:
    """It from JSON, as the answer of an earlier call."""
    given = {key: value for key, value in document.items() if key != "succeeded"}
    entries = tuple(RedemptionEntry(**entry) for entry in given.pop("entries"))
    return replace(RedemptionAnswer(entries=entries, **given), replayed=True)


def order_object(basket: Basket | None, about: Mapping[str, Any]) -> dict[str, Any]:
    """
    An order with what was taken off, as the service writes it.

    Args:
        about: what else is said of it, such as its id and status.
    """
    if basket is None:
        return dict(about)
    return {
        **about,
        "amount": basket.amount,
        "discount_amount": basket.discount,
        "items_discount_amount": basket.items_discount,
        "total_discount_amount": basket.total_discount,
        "total_amount": basket.total,
        **({"items": list(map(_item, basket.items))} if basket.items else {}),
    }


def items_of(items: Sequence[Item]) -> list[dict[str, Any]]:
    """Items as orders keep them."""
    return [{**_item_of(item), "quantity": float(item.quantity)} for item in items]


def _item(item: Item) -> dict[str, Any]:
    return {
        **_item_of(item),
        "quantity": int(item.quantity) if item.quantity % 1 == 0 else float(item.quantity),
        "discount_amount": item.discount,
        "subtotal_amount": item.left,
    }


def _item_of(item: Item) -> dict[str, Any]:
    given = {"product_id": item.product_id, "sku_id": item.sku_id, "price": item.price}
    return {**{key: one for key, one in given.items() if one is not None}, "amount": item.amount}

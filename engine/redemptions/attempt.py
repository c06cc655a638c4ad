"""What somebody asks for with one or several codes: read from JSON, all faults at once."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from engine.customers.identity import Identity
from engine.errors import Issue, UsageError
from engine.filters.reading import spell
from engine.redemptions.discounts import Basket, Item, half_up
from engine.text.display import quoted

MOST = 30  # codes in one go
CENTS = 10**15  # more is no amount


@dataclass(frozen=True, eq=False)
class OrderRequest:
    """An order as it was sent."""

    document: Mapping[str, Any]  # with whole numbers where texts stood for them
    id: str | None
    source_id: str | None
    basket: Basket | None  # None: no amount can be told
    items: bool  # whether any were sent


@dataclass(frozen=True, eq=False)
class Attempt:
    """Codes to validate or to redeem, and everything around them."""

    codes: tuple[str, ...]
    customer: Mapping[str, Any] = field(default_factory=dict)
    tracking_id: str | None = None
    order: OrderRequest | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    credits: int | None = None  # cents to take from a gift card; None: as much as is to be paid

    @property
    def identity(self) -> Identity:
        """Who it is."""
        return Identity.of(self.customer, self.tracking_id)

    @property
    def digest(self) -> str:
        """The same for the same request alone."""
        sent = {
            "codes": self.codes,
            "customer": self.customer,
            "tracking_id": self.tracking_id,
            "order": self.order.document if self.order else None,
            "metadata": self.metadata,
            "credits": self.credits,
        }
        return sha256(json.dumps(sent, sort_keys=True, default=str).encode()).hexdigest()


def attempt(
    codes: tuple[str, ...],
    *,
    customer: Any = None,
    tracking_id: str | None = None,
    order: Any = None,
    metadata: Any = None,
    credits: Any = None,  # noqa: A002 - the service's word
) -> Attempt:
    """
    Reads a request; null is not given, and keys that are not known are kept out.

    Args:
        customer: an object, or only an id or source id.
        order: an object; quantities and amounts may be texts.

    Raises:
        UsageError: something does not fit; all of it at once.
    """
    reader = _Reader()
    reader.codes(codes)
    found = Attempt(
        tuple(code.strip() for code in codes),
        reader.object(
            "customer", {"source_id": customer} if isinstance(customer, str) else customer
        ),
        tracking_id,
        reader.order(order),
        reader.object("metadata", metadata),
        reader.cents("gift.credits", credits),
    )
    if reader.issues:
        count = len(reader.issues)
        faults = "1 fault" if count == 1 else f"{count:,} faults"
        raise UsageError(f"the request has {faults}", reader.issues)
    return found


class _Reader:
    """Gathers what does not fit."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def codes(self, codes: tuple[str, ...]) -> None:
        """At least one, at most so many, each once."""
        stripped = [code.strip() for code in codes]
        if not 1 <= len(codes) <= MOST:
            self._fault("codes", f"1 to {MOST} codes", len(codes))
        for place, code in enumerate(stripped):
            if not code:
                self._fault(f"codes[{place}]", "a code", code)
            elif code in stripped[:place]:
                message = f"expected each code once, got {quoted(code)} twice"
                self.issues.append(Issue(f"$.codes[{place}]", message))

    def object(self, path: str, value: Any) -> Mapping[str, Any]:
        """An object; nothing where there is none."""
        if value is None or isinstance(value, dict):
            return value or {}
        self._fault(path, "an object", value)
        return {}

    def order(self, value: Any) -> OrderRequest | None:
        """An order; one without anything in it is none."""
        sent = {
            key: inner for key, inner in self.object("order", value).items() if inner is not None
        }
        if not sent:
            return None
        items = list(self._items(sent.get("items")))
        document = {**sent, "items": [item for item, _, _ in items]} if items else sent
        amount = self.cents("order.amount", sent.get("amount"))
        if amount is not None:
            document = {**document, "amount": amount}
        lines = tuple(item for _, item, _ in items)
        basket = None
        if amount is not None or (items and all(priced for *_, priced in items)):
            whole = sum(item.amount for item in lines) if amount is None else amount
            basket = Basket(whole, lines)
        return OrderRequest(
            document,
            self._key("order.id", sent.get("id")),
            self._key("order.source_id", sent.get("source_id")),
            basket,
            bool(items),
        )

    def _items(self, value: Any) -> Iterator[tuple[dict[str, Any], Item, bool]]:
        if not isinstance(value, list | None):
            self._fault("order.items", "a list of objects", value)
            return
        for place, sent in enumerate(value or ()):
            path = f"order.items[{place}]"
            given = {key: one for key, one in self.object(path, sent).items() if one is not None}
            yield self._item(path, given)

    def _item(self, path: str, sent: dict[str, Any]) -> tuple[dict[str, Any], Item, bool]:
        """One item as it is kept, as it counts, and whether its amount can be told."""
        quantity = self._quantity(f"{path}.quantity", sent.get("quantity"))
        price = self.cents(f"{path}.price", sent.get("price"))
        amount = self.cents(f"{path}.amount", sent.get("amount"))
        read = {"quantity": quantity and float(quantity), "price": price, "amount": amount}
        document = {**sent, **{key: one for key, one in read.items() if one is not None}}
        product, sku = (
            self._key(f"{path}.{key}", sent.get(key)) for key in ("product_id", "sku_id")
        )
        units = Decimal(1) if quantity is None else quantity
        whole = half_up(units * (price or 0)) if amount is None else amount
        priced = amount is not None or price is not None
        return document, Item(product, sku, units, price, whole), priced

    def cents(self, path: str, value: Any) -> int | None:
        """A whole number of cents, not below zero."""
        return self._number(path, value, "whole cents, not below zero", self._whole)

    def _quantity(self, path: str, value: Any) -> Decimal | None:
        return self._number(path, value, "a number, not below zero", self._decimal)

    def _number(self, path: str, value: Any, expected: str, read: Callable[[Any], Any]) -> Any:
        if value is None:
            return None
        found = read(value)
        if found is None or not 0 <= found < CENTS:
            self._fault(path, expected, value)
            return None
        return found

    def _whole(self, value: Any) -> int | None:
        number = self._decimal(value)
        return int(number) if number is not None and number == int(number) else None

    def _decimal(self, value: Any) -> Decimal | None:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return None
        return number if number.is_finite() else None

    def _key(self, path: str, value: Any) -> str | None:
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self._fault(path, "text in quotes with something in it", value)
        return None

    def _fault(self, path: str, expected: str, got: Any) -> None:
        self.issues.append(Issue(f"$.{path}", f"expected {expected}, got {spell(got)}"))

"""What somebody asks for with one or several codes: read from JSON, all faults at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from hashlib import sha256
from typing import Any

from engine.customers.identity import Identity
from engine.customers.order_documents import OrderDocument, read_order
from engine.customers.requests import RequestReader, given
from engine.errors import Issue
from engine.limits import CODES
from engine.redemptions.discounts import Basket, Item, half_up
from engine.text.display import quoted

MOST = CODES.most


@dataclass(frozen=True, eq=False)
class Attempt:
    """Codes to validate or to redeem, and everything around them."""

    codes: tuple[str, ...]
    customer: Mapping[str, Any] = field(default_factory=dict)
    tracking_id: str | None = None
    order: OrderDocument | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    # Cents to take from a gift card, by its code; of one without, as much as is to be paid.
    credits: Mapping[str, int] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        """Who it is."""
        return Identity.of(self.customer, self.tracking_id)

    @property
    def digest(self) -> str:
        """The same for the same request alone."""
        order = asdict(self.order) if self.order else None
        sent = {**vars(self), "order": order, "credits": self.credits or None}
        return sha256(json.dumps(sent, sort_keys=True, default=str).encode()).hexdigest()


def attempt(
    codes: Sequence[str],
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
        customer: an object, or only a source id.
        order: an object; quantities and amounts may be texts.
        credits: an amount for each gift card, or amounts by code.

    Raises:
        UsageError: something does not fit; all of it at once.
    """
    reader = RequestReader()
    named = {"source_id": customer} if isinstance(customer, str) else customer
    found = Attempt(
        _codes(reader, codes),
        reader.object("customer", named),
        reader.text("tracking_id", tracking_id),
        read_order(reader, order),
        reader.object("metadata", metadata),
        _credits(reader, codes, credits),
    )
    reader.end()
    return found


def basket_of(amount: int | None, items: Sequence[Mapping[str, Any]]) -> Basket | None:
    """
    An order as discounts see it; None where nothing says its amount.

    Args:
        amount: cents; the sum of the items unless given.
        items: each with `amount`, or `price` and `quantity`, as far as given.
    """
    lines = tuple(map(_line, items))
    priced = [item.get("amount") is not None or item.get("price") is not None for item in items]
    if amount is None and not (lines and all(priced)):
        return None
    return Basket(sum(line.amount for line in lines) if amount is None else amount, lines)


def _line(item: Mapping[str, Any]) -> Item:
    given = item.get("quantity")
    quantity = Decimal(1) if given is None else Decimal(str(given))
    amount, price = item.get("amount"), item.get("price")
    whole = half_up(quantity * (price or 0)) if amount is None else amount
    return Item(item.get("product_id"), item.get("sku_id"), quantity, price, whole)


def _credits(reader: RequestReader, codes: Sequence[str], raw: Any) -> dict[str, int]:
    """What is to be taken from each gift card, as far as it is said."""
    said = raw if isinstance(raw, Mapping) else dict.fromkeys(codes, raw)
    return given(
        {code.strip(): reader.cents("gift.credits", cents) for code, cents in said.items()}
    )


def _codes(reader: RequestReader, codes: Sequence[str]) -> tuple[str, ...]:
    """At least one, at most so many, each once."""
    stripped = tuple(code.strip() for code in codes)
    if not 1 <= len(codes) <= MOST:
        reader.fault("codes", f"1 to {MOST} codes", len(codes))
    for place, code in enumerate(stripped):
        if not code:
            reader.fault(f"codes[{place}]", "a code", code)
        elif code in stripped[:place]:
            message = f"expected each code once, got {quoted(code)} twice"
            reader.issues.append(Issue(f"$.codes[{place}]", message))
    return stripped

"""An order in the API's JSON, read: quantities and amounts may be texts, as the guide has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.base.kinds.orders import STATUSES
from engine.customers.requests import RequestReader, given

CENTS = ("amount", "price")


@dataclass(frozen=True, eq=False)
class OrderDocument:
    """An order as it was sent."""

    fields: Mapping[str, Any]  # all but keys and items; what is not given is not in it
    id: str | None
    source_id: str | None
    amount: int | None  # cents, before discounts
    items: tuple[Mapping[str, Any], ...]  # `quantity` is a Decimal; cents are whole


def read_order(reader: RequestReader, value: Any, path: str = "order") -> OrderDocument | None:
    """An order; one without anything in it is none."""
    sent = reader.object(path, value)
    if not sent:
        return None
    items = tuple(
        _item(reader, f"{path}.items[{place}]", each)
        for place, each in enumerate(reader.objects(f"{path}.items", sent.pop("items", None)))
    )
    keys = {key: reader.text(f"{path}.{key}", sent.pop(key, None)) for key in ("id", "source_id")}
    amount = reader.cents(f"{path}.amount", sent.pop("amount", None))
    if sent.get("status", STATUSES[0]) not in STATUSES:
        reader.fault(f"{path}.status", f"one of {', '.join(STATUSES)}", sent["status"])
    fields = {**sent, **given({"amount": amount})}
    return OrderDocument(fields, keys["id"], keys["source_id"], amount, items)


def _item(reader: RequestReader, path: str, sent: dict[str, Any]) -> Mapping[str, Any]:
    numbers = {name: reader.cents(f"{path}.{name}", sent.get(name)) for name in CENTS}
    quantity = reader.number(f"{path}.quantity", sent.get("quantity"))
    keys = {key: reader.text(f"{path}.{key}", sent.get(key)) for key in ("product_id", "sku_id")}
    return given({**keys, "quantity": quantity, **numbers})

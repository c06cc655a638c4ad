"""Events, as the service answers them."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from engine.api.resources.customers import simple


class EventAnswer(TypedDict, total=False):
    """An event that was recorded."""

    object: str
    type: str
    customer: dict[str, Any]
    referral: None
    loyalty: None


def event(name: str, customer: Mapping[str, Any]) -> dict[str, Any]:
    """An event of a name, and whose it is."""
    return {
        "object": "event",
        "type": name,
        "customer": simple(customer),
        "referral": None,
        "loyalty": None,
    }

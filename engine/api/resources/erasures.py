"""An erasure as the service tells it."""

from typing_extensions import TypedDict

from engine.api.resources.instants import instant
from engine.privacy.erasure import Erasure

# What the service counts, by the places of the inventory; events are told three times there.
COUNTED = {
    "events": "events",
    "customer_events": "events",
    "daily_events": "events",
    "segments": "segments",
    "orders": "orders",
    "order_events": "orders",
}


class PermanentDeletionAnswer(TypedDict):
    """What an erasure came to; the spelling of `object` is the service's."""

    id: str
    created_at: str
    related_object_id: str
    related_object: str
    status: str
    data_json: dict[str, int]
    object: str


def permanent_deletion(made: Erasure, customer_id: str, segments: int) -> PermanentDeletionAnswer:
    """
    The answer; nothing of it is kept but the id of the certificate.

    Args:
        customer_id: as it was until now.
        segments: that the customer has left by it.
    """
    counts = {row["where"]: row["count"] for row in made.certificate["erased"]}
    counts["segments"] = segments
    told = {name: counts.get(key, 0) for name, key in COUNTED.items()}
    return {
        "id": made.id,
        "created_at": instant(made.at),
        "related_object_id": customer_id,
        "related_object": "customer",
        "status": "DONE",
        "data_json": {**told, "customer": 1},  # profiles merged into this one are no others
        "object": "pernament_deletion",
    }

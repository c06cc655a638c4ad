"""Lists, as the service writes them."""

from collections.abc import Iterable
from typing import Any

from typing_extensions import TypedDict


class ListBody(TypedDict, total=False):
    """A list; `data_ref` names the key that its items stand under."""

    object: str
    data_ref: str
    total: int
    has_more: bool


def list_answer(name: str, items: Iterable[Any], total: int, *, has_more: bool) -> dict[str, Any]:
    """
    A list of items.

    Args:
        total: how many there are on all pages.
    """
    return {
        "object": "list",
        "data_ref": name,
        name: list(items),
        "total": total,
        "has_more": has_more,
    }

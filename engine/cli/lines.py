"""A document as lines for a person: one value a line, each with its path."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.text.display import visible


def lines_of(document: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """`address.city: Berlin`, line by line; what is not known has none."""
    for key, value in document.items():
        if isinstance(value, Mapping):
            yield from lines_of(value, f"{above}{key}.")
        elif value not in (None, [], ()):
            yield f"{above}{key}: {visible(_text(value))}"


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    if isinstance(value, Mapping):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value).lower() if isinstance(value, bool) else str(value)

"""The text of a filter as JSON objects that remember their repeated keys."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from engine.errors import FilterError, Issue


class Repeating(dict[str, Any]):
    """An object in which `repeated` keys stood more than once; the last value counts."""

    repeated: tuple[str, ...] = ()


def load(source: str | bytes | Mapping[str, Any]) -> Any:
    """The document; FilterError when it is not JSON."""
    if isinstance(source, Mapping):
        return source
    try:
        return json.loads(source, object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError) as fault:
        reason = "it is nested too deeply" if isinstance(fault, RecursionError) else str(fault)
        raise FilterError(
            "the filter is not JSON", [Issue("$", f"expected JSON: {reason}")]
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> Repeating:
    found = Repeating(pairs)
    times = Counter(key for key, _ in pairs)
    found.repeated = tuple(key for key, count in times.items() if count > 1)
    return found


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no JSON number")

"""
The parts of a record in JSON, such as the items of an order: a list of objects.

A record's parts are one value: a file that gives any of them gives them all.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from engine.filters.reading import mistaken, spell

Read = Callable[[Any], Any]  # a value of JSON as it is stored; raises ValueError


def parts_of(text: str, reads: Mapping[str, tuple[str, Read]], bare: Callable[[str], str]) -> Any:
    """
    A list of objects in JSON as a list of parts; keys that are not known are left out.

    Args:
        reads: by the bare key, the column of the part and how its value is read.

    Raises:
        ValueError: it is none, or a value does not fit; says which part.
    """
    try:
        parts = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise mistaken("a list of objects in JSON", text) from None
    if not isinstance(parts, list):
        raise mistaken("a list of objects", parts)
    found = [_part(place, part, reads, bare) for place, part in enumerate(parts, 1)]
    return [part for part in found if part]  # an object without a value is no part


def _part(
    place: int, part: Any, reads: Mapping[str, tuple[str, Read]], bare: Callable[[str], str]
) -> dict[str, Any]:
    if not isinstance(part, dict):
        raise ValueError(f"number {place}: expected an object, got {spell(part)}")
    read = {}
    for key, value in part.items():
        name, reader = reads.get(bare(key), (None, None))
        if name is None or reader is None or value is None:
            continue
        try:
            read[name] = reader(value)
        except ValueError as error:
            raise ValueError(f"number {place}, {key}: {error}") from None
    return read

"""
Addresses as clients spell them, made one: trailing slashes, and values that were encoded twice.

A path is matched part by part before it is decoded, so that an id may hold a slash.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from starlette.types import Scope

from engine.limits import PARAMETERS, QUERY_NAMES

ENCODED = re.compile("%[0-9A-Fa-f]{2}")
NEVER_ENCODED = re.compile("%(?:3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa])")  # letters and digits
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
PART = re.compile(r"\[([^\[\]]*)\]")
DEPTH, MOST = QUERY_NAMES.most, PARAMETERS.most


def decoded(text: str) -> str:
    """The text of a part of an address; node clients encode twice, so `%` is decoded again."""
    return _again(unquote(text))


def one_spelling(scope: Scope) -> Scope:
    """The request with each part of its path encoded once, without a trailing slash."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    path = raw.partition(b"?")[0].decode("ascii", "replace")
    parts = [quote(decoded(part), safe="") for part in path.split("/")]
    spelled = "/".join(parts).rstrip("/") or "/"
    return {**scope, "path": spelled, "raw_path": spelled.encode(), "root_path": "",
            "query_string": _query(scope["query_string"])}  # fmt: skip


def _query(text: bytes) -> bytes:
    pairs = parse_qsl(text.decode("ascii", "replace"), keep_blank_values=True)
    again = [(unquote(name), _again(value)) for name, value in pairs]
    return urlencode(again).encode()


def _again(value: str) -> str:
    """Decoded once more, unless nobody would encode what comes of it: `1%ba`, `1%6b`, `1%18`."""
    if not ENCODED.search(value) or NEVER_ENCODED.search(value):
        return value
    try:
        again = unquote(value, errors="strict")
    except UnicodeDecodeError:
        return value
    return value if CONTROL.search(again) else again


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """
    Parameters in brackets as objects: `a[b][c]=1` is `{"a": {"b": {"c": "1"}}}`.

    Objects under numbers, as `item[0][sku_id]`, and several under `[]`, become lists.

    Raises:
        ValueError: they are too many, or too deep, or one contradicts another.
    """
    found: dict[str, Any] = {}
    for count, (name, value) in enumerate(pairs):
        if count >= MOST:
            raise ValueError(f"expected at most {MOST:,} query parameters")
        *parents, last = _names(name)
        inner = found
        for parent in parents:
            inner = inner.setdefault(parent or str(len(inner)), {})
            if not isinstance(inner, dict):
                raise ValueError(f"expected one kind of value under {parent}, got two in {name}")
        inner[last or str(len(inner))] = value
    return {name: _as_lists(value) for name, value in found.items()}


def _names(name: str) -> list[str]:
    head, bracket, rest = name.partition("[")
    parts = PART.findall(bracket + rest)
    if len(parts) > DEPTH:
        raise ValueError(f"expected at most {DEPTH} names in brackets, got {len(parts)}")
    return [head, *parts]


def _as_lists(value: Any) -> Any:
    """Objects whose names are numbers as lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    inner = {name: _as_lists(each) for name, each in value.items()}
    if inner and all(name.isascii() and name.isdecimal() for name in inner):
        return [inner[name] for name in sorted(inner, key=lambda name: (len(name), name))]
    return inner


def pairs_of(scope: Scope) -> Iterator[tuple[str, str]]:
    """The parameters of a request, decoded."""
    yield from parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True)

"""An object of JSON as the rows of a table: each of its values by the path that leads to it."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeGuard

from engine.imports.files.json_layouts import JsonLayout
from engine.imports.files.typed_cells import EXACT

Names = tuple[str, ...]  # of the keys that lead to a value
Row = dict[Names, Any]
PLAIN = frozenset((str, bool, int, float))
AS_IT_IS = PLAIN - {int}
# The value of a pair by the key that names its type; the numbers of a query's answer are text.
PAIRED: Mapping[str, type] = MappingProxyType(
    {"string_value": str, "int_value": int, "float_value": float, "double_value": float}
)


def rows_of(record: Mapping[str, Any], layout: JsonLayout) -> Iterator[Row]:
    """
    The record by its paths, once for each object of the list that its rows are.

    Values are text, numbers, booleans or lists of one of them; null and what is empty is not given.

    Raises:
        ValueError: a value is not what its own type says.
    """
    if layout.firsts:
        record = {
            key: value[0] if key in layout.firsts and _are_objects(value) else value
            for key, value in record.items()
        }
    listed = record.get(layout.rows)
    if not _are_objects(listed):
        yield _leaves(record, (), layout.pairs)
        return
    common = {key: value for key, value in record.items() if key != layout.rows}
    whole = _leaves(common, (), layout.pairs)
    for each in listed:
        yield whole | _leaves(each, (layout.rows,), ())


def _are_objects(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _leaves(record: Mapping[str, Any], path: Names, pairs: tuple[str, ...]) -> Row:
    found: Row = {}
    for key, value in record.items():  # of a million records some ten million values: few calls
        if type(value) in AS_IT_IS:
            if value != "":
                found[*path, key] = value
            continue
        given = _paired(value) if key in pairs and _is_paired(value) else value
        if isinstance(given, dict):
            found.update(_leaves(given, (*path, key), ()))
        elif given is not None and given != []:
            found[*path, key] = _plain(given)
    return found


def _plain(value: Any) -> Any:
    """A value, or a list of one type, as it is; others in JSON, numbers beyond a double as text."""
    if type(value) is int and abs(value) >= EXACT:
        return str(value)
    if isinstance(value, list):
        types = {*map(type, value)}
        listed = len(types) == 1 and types <= PLAIN and types != {int}
        return value if listed or _are_exact(value) else _in_json(value)
    return value


def _are_exact(values: list[Any]) -> bool:
    return all(type(each) is int and abs(each) < EXACT for each in values)


def _in_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_paired(value: Any) -> bool:
    """Whether a value is a list such as `[{"key": "a", "value": {"int_value": "1"}}]`."""
    return isinstance(value, list) and all(
        isinstance(each, dict)
        and isinstance(each.get("key"), str)
        and isinstance(each.get("value"), dict)
        for each in value
    )


def _paired(pairs: list[Any]) -> dict[str, Any]:
    return {
        pair["key"]: PAIRED[kind](value)
        for pair in pairs
        for kind, value in pair["value"].items()
        if kind in PAIRED and value is not None
    }

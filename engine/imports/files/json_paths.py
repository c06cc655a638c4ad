"""Objects of JSON as the rows of a table: each of their values by the path that leads to it."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType, NoneType
from typing import Any, TypeGuard

from engine.imports.files.json_cells import GivenCells
from engine.imports.files.json_layouts import JsonLayout
from engine.imports.files.typed_cells import EXACT

Names = tuple[str, ...]  # of the keys that lead to a value
Record = Mapping[str, Any]
PLAIN = frozenset((str, bool, int, float))
AS_IT_IS = PLAIN - {int}
# The value of a pair by the key that names its type; the numbers of a query's answer are text.
PAIRED: Mapping[str, type] = MappingProxyType(
    {"string_value": str, "int_value": int, "float_value": float, "double_value": float}
)

ASKED_FOR = frozenset(("email", "phone_number"))  # types of answers


def rows_of(record: Record, layout: JsonLayout) -> Iterator[Record]:
    """
    The record, once for each object of the list that its rows are.

    Raises:
        ValueError: a value is not what its own type says.
    """
    for path in layout.firsts:
        record = _with_first(record, path)
    if not layout.pairs.isdisjoint(record):
        record = {
            key: _keyed(value) if key in layout.pairs else value for key, value in record.items()
        }
    listed = record.get(layout.rows)
    if not _are_objects(listed):
        yield record
        return
    for each in listed:
        yield {**record, layout.rows: each}


def by_path(path: Names, cells: GivenCells) -> Iterator[tuple[Names, type, GivenCells]]:
    """
    What is given at a path and below it, by its own path and type; an object costs a call a key.

    Values are text, numbers, booleans or lists of one of them; null and what is empty is not given.
    """
    for kind, alike in cells.by_type().items():
        if kind is dict:
            for key, inner in alike.by_key().items():
                yield from by_path((*path, key), inner)
        elif kind in AS_IT_IS and not (kind is str and "" in alike.values):
            yield path, kind, alike
        elif kind is not NoneType:
            found = GivenCells()
            for place, value in zip(alike.places, alike.values, strict=True):
                if value not in ("", []):
                    found.put(place, _plain(value))
            for plain, some in found.by_type().items() if found.places else ():
                yield path, plain, some


def _with_first(record: Record, path: Names) -> Record:
    """The record with the first of the objects at a path; the others stay beside it."""
    key, *inner = path
    value = record.get(key)
    if inner:
        return {**record, key: _with_first(value, (*inner,))} if isinstance(value, dict) else record
    if not _are_objects(value):
        return record
    return {**record, key: value[0], f"{key} (others)": value[1:]}


def _are_objects(value: Any) -> TypeGuard[list[dict[str, Any]]]:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


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


def _keyed(value: Any) -> Any:
    """A list of pairs, or of the answers to a form, as an object of what they are of."""
    if _is_paired(value):
        return _paired(value)
    return _answered(value) if _are_answers(value) else value


def _are_answers(value: Any) -> bool:
    """Whether a value is a list such as `[{"type": "text", "text": "Ann", "field": {…}}]`."""
    return _are_objects(value) and all(
        isinstance(each.get("type"), str) and isinstance(each.get("field"), dict) for each in value
    )


def _answered(answers: list[dict[str, Any]]) -> dict[str, Any]:
    """Each answer by what it is asked for, where that is a field, else by its question."""
    found: dict[str, Any] = {}
    for answer in answers:
        kind, asked = answer["type"], answer["field"]
        name = kind if kind in ASKED_FOR and kind not in found else asked.get("ref", asked["id"])
        found[name] = answer.get(kind)
    return found


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

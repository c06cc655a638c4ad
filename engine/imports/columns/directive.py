"""What the analyst says of one column of a file, to and from JSON."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from engine.errors import Issue
from engine.filters.reading import spell
from engine.imports.columns.table import UNITS
from engine.imports.columns.words import unknown

TYPES = ("string", "number", "boolean", "date", "instant")
ORDERS = ("day-first", "month-first", "year-first")
MARKS = (",", ".")
WRITES = ("overwrite", "fill", "never")  # where the record has a value already
EMPTY = ("ignore", "clear")


@dataclass(frozen=True)
class Directive:
    """What the analyst says of one column; no field means that the column is ignored."""

    field: str | None
    type: str | None = None  # one of TYPES, for metadata
    list: str | None = None  # the separator of a list's elements, for metadata
    unit: str | None = None  # of money: "cents", or "currency" with two decimals
    dates: str | None = None  # one of ORDERS: how 03.04.2025 is read
    decimal: str | None = None  # one of MARKS: how 1,234 is read
    values: Mapping[str, str | None] | None = None  # a cell -> what it means; None is empty
    write: str | None = None  # one of WRITES; None overwrites
    empty: str | None = None  # one of EMPTY; None ignores

    def to_json(self) -> str | dict[str, Any] | None:
        """The JSON that `directive` reads back to an equal one."""
        details = {key: value for key, value in vars(self).items() if value is not None}
        return details if len(details) > 1 else self.field


Test = Callable[[Any], bool]


def _one_of(names: Collection[str]) -> tuple[Test, str]:
    return lambda raw: isinstance(raw, str) and raw in names, f"one of {', '.join(names)}"


def _is_map(raw: Any) -> bool:
    return isinstance(raw, dict) and all(
        each is None or isinstance(each, str) for each in raw.values()
    )


DETAILS: Mapping[str, tuple[Test, str]] = MappingProxyType(
    {
        "type": _one_of(TYPES),
        "list": (lambda raw: isinstance(raw, str) and raw != "", 'a separator such as ";"'),
        "unit": _one_of(tuple(UNITS)),
        "dates": _one_of(ORDERS),
        "decimal": _one_of(MARKS),
        "values": (_is_map, 'an object such as {"bezahlt": "PAID"}'),
        "write": _one_of(WRITES),
        "empty": _one_of(EMPTY),
    }
)  # how each detail is checked, and what is expected


def directive(header: str, raw: Any, issues: list[Issue]) -> Directive:
    """What the mapping says of a column; every fault of it becomes an issue."""
    path = f"$.columns.{header}"
    if raw is None or isinstance(raw, str):
        return Directive(raw)
    if not isinstance(raw, dict) or not isinstance(raw.get("field"), str):
        issues.append(
            Issue(path, f"expected a field, null or an object with `field`, got {spell(raw)}")
        )
        return Directive(None)
    names = tuple(each.name for each in fields(Directive))
    issues += [
        unknown(f"{path}.{key}", f"unknown setting `{key}`", key, names)
        for key in raw
        if key not in names
    ]
    said = {key: raw[key] for key in DETAILS if raw.get(key) is not None}
    issues += [
        unknown(f"{path}.{key}", f"expected {expected}, got {spell(value)}", str(value), TYPES)
        for key, value in said.items()
        for fits, expected in [DETAILS[key]]
        if not fits(value)
    ]
    return Directive(raw["field"], **said)

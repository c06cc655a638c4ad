"""The tree of a filter, frozen, and the way back to JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

DEEPEST = 16  # the outermost filter is depth 0 (filters rule 7.26)


@dataclass(frozen=True)
class Test:
    """One operator with its operand: raw JSON scalars as given, none for presence and calendar."""

    __test__ = False  # pytest is not meant to collect it

    operator: str
    operand: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Window:
    """The time whose records count: the last N days, or `from` (included) `to` (not), raw ISO."""

    last_days: int | None = None
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class Condition:
    """One field and all the tests that must hold for it together."""

    field: str  # the path, never an alias
    tests: tuple[Test, ...]
    missing: str = "match"
    ignore_case: bool = False
    window: Window | None = None
    where: "Group | None" = None

    @property
    def source(self) -> "str | Condition":
        """
        What the value is: the field's path, or a condition without tests where it is narrowed.

        Hashable, so that a profile computes and caches every narrowed value once.
        """
        if self.window is None and self.where is None:
            return self.field
        return Condition(self.field, (), window=self.window, where=self.where)


@dataclass(frozen=True)
class Group:
    """Conditions and groups joined by `and` or `or`; `negated` turns the answer round."""

    junction: str = "and"
    conditions: tuple[Condition, ...] = ()
    groups: tuple["Group", ...] = ()
    negated: bool = False


def to_json(group: Group) -> dict[str, Any]:
    """The filter as JSON in the guide's own form; extension keys only where they are used."""
    document: dict[str, Any] = {"junction": group.junction}
    document |= {condition.field: _condition(condition) for condition in group.conditions}
    document |= {"$groups": [to_json(inner) for inner in group.groups]} if group.groups else {}
    return document | ({"$not": True} if group.negated else {})


def _condition(condition: Condition) -> dict[str, Any]:
    written = {
        "conditions": {test.operator: list(test.operand) or True for test in condition.tests},
        "missing": condition.missing if condition.missing != "match" else None,
        "ignore_case": condition.ignore_case or None,
        "window": _window(condition.window) if condition.window else None,
        "where": to_json(condition.where) if condition.where else None,
    }
    return {key: value for key, value in written.items() if value is not None}


def _window(window: Window) -> dict[str, Any]:
    written = {"last_days": window.last_days, "from": window.start, "to": window.end}
    return {key: value for key, value in written.items() if value is not None}


def step(path: str, key: str | int) -> str:
    """
    The JSON path one step further down.

    A key of letters, digits, `_` and `$` is written plainly, any other in brackets and quotes:
    `$["address.city"].conditions.$is[0]`.
    """
    if isinstance(key, int):
        return f"{path}[{key}]"
    plain = key.replace("_", "a").replace("$", "a").isalnum() and key.isascii()
    quoted = key.replace("\\", "\\\\").replace('"', '\\"')
    return f"{path}.{key}" if plain else f'{path}["{quoted}"]'


def conditions_of(group: Group, path: str = "$") -> Iterator[tuple[str, Condition]]:
    """Every condition about the customer with its JSON path, top down; not those in `where`."""
    for condition in group.conditions:
        yield step(path, condition.field), condition
    for place, inner in enumerate(group.groups):
        yield from conditions_of(inner, step(step(path, "$groups"), place))


def leaves_of(condition: Condition) -> tuple[Condition, ...]:
    """Each test of a condition alone, as a condition."""
    return tuple(replace(condition, tests=(test,)) for test in condition.tests)


def only_in(group: Group, other: Group) -> list[Condition]:
    """The leaves of a filter that another does not have, each once, in reading order."""
    theirs = set(_leaves(other))
    return [leaf for leaf in dict.fromkeys(_leaves(group)) if leaf not in theirs]


def _leaves(group: Group) -> Iterator[Condition]:
    return (leaf for _, condition in conditions_of(group) for leaf in leaves_of(condition))


def fields_of(group: Group) -> frozenset[str]:
    """The paths of all fields whose values the filter reads, once each."""
    return frozenset(condition.field for _, condition in conditions_of(group))


def extensions(group: Group, path: str = "$") -> tuple[str, ...]:
    """JSON paths of the keys that the guide's own form does not know, in reading order."""
    found = [
        f"{place}.{key}"
        for condition in group.conditions
        for place in [step(path, condition.field)]
        for key in _condition(condition)
        if key != "conditions"
    ]
    inner = step(path, "$groups")
    found += [inner] if group.groups else []
    for place, nested in enumerate(group.groups):
        found += extensions(nested, step(inner, place))
    return (*found, *([step(path, "$not")] if group.negated else []))

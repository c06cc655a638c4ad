"""
A customer in the API's JSON, read: what it says of each field, and of each key of metadata.

Flat and nested spellings are the same, as in files; a key that is not known is kept out. Customers
rules 14 to 16.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.base.kinds.customers import ANONYMOUS
from engine.base.kinds.registry import CUSTOMERS
from engine.errors import Issue, UsageError
from engine.filters.reading import spell
from engine.imports.columns.table import TABLES, FileColumn, json_read
from engine.limits import NESTING
from engine.store.records.metadata import Name

KEYS = ("id", "source_id")  # they say who is meant
COMPUTED = frozenset({*KEYS, "tracking_id", "updated_at", ANONYMOUS})  # nobody sends these
ALIASES = {"birthday": "birthdate"}
Leaves = Mapping[tuple[str, ...], Any]  # path below the key -> raw JSON; none: the key is cleared


@dataclass(frozen=True)
class Statement:
    """What a document says of a customer; what it does not give is not in it."""

    columns: Mapping[str, Any] = field(default_factory=dict)  # in storage types; None clears
    keys: Mapping[Name, Leaves] = field(default_factory=dict)  # by stored namespace and key


def read_statement(
    document: Mapping[str, Any], zone: ZoneInfo, *, clears: bool = False
) -> Statement:
    """
    Reads a document.

    Args:
        zone: for naive instants.
        clears: whether a null clears; else it is not given.

    Raises:
        UsageError: values do not fit; all of them at once.
    """
    reader = _Reader(zone, clears=clears)
    reader.fields("", document)
    if reader.issues:
        count = len(reader.issues)
        faults = "1 fault" if count == 1 else f"{count:,} faults"
        raise UsageError(f"the customer has {faults}", reader.issues)
    return Statement(reader.columns, reader.keys)


class _Reader:
    """Takes a document apart and gathers what does not fit."""

    def __init__(self, zone: ZoneInfo, *, clears: bool) -> None:
        self.zone, self.clears = zone, clears
        self.columns: dict[str, Any] = {}
        self.keys: dict[Name, dict[tuple[str, ...], Any]] = {}
        self.issues: list[Issue] = []

    def fields(self, above: str, document: Mapping[str, Any]) -> None:
        """The fields of the document, or of one of its objects."""
        for name, value in document.items():
            path = f"{above}{name}"
            path = ALIASES.get(path, path)
            if path in CUSTOMERS.namespaces:
                self._metadata(path, value)
            elif path in _columns():
                self._column(_columns()[path], value)
            elif below := [one for one in _columns() if one.startswith(f"{path}.")]:
                self._object(path, value, below)

    def _object(self, path: str, value: Any, below: list[str]) -> None:
        if isinstance(value, dict):
            self.fields(f"{path}.", value)
        elif value is not None:
            self._fault(path, "an object", value)
        elif self.clears:
            self.columns |= {_columns()[one].name: None for one in below}

    def _column(self, column: FileColumn, value: Any) -> None:
        if value is None:
            if self.clears:
                self.columns[column.name] = None
            return
        try:
            self.columns[column.name] = json_read(column, self.zone)(value)
        except ValueError as error:
            self.issues.append(Issue(f"$.{column.path}", str(error)))

    def _metadata(self, namespace: str, value: Any) -> None:
        if isinstance(value, dict):
            for key, raw in value.items():
                self._key(namespace, key, raw)
        elif value is not None:
            self._fault(namespace, "an object", value)

    def _key(self, namespace: str, key: str, raw: Any) -> None:
        name = CUSTOMERS.namespaces[namespace], key
        if not key:
            self.issues.append(Issue(f"$.{namespace}", "expected a name for each key, got none"))
        elif _depth(raw) > NESTING.most:
            self._fault(f"{namespace}.{key}", f"at most {NESTING} inside each other", raw)
        elif raw is None and self.clears:
            self.keys[name] = {}
        elif leaves := dict(_leaves((), raw)):
            self.keys[name] = leaves

    def _fault(self, path: str, expected: str, got: Any) -> None:
        self.issues.append(Issue(f"$.{path}", f"expected {expected}, got {spell(got)}"))


@cache
def _columns() -> Mapping[str, FileColumn]:
    """What a document may say of a customer, by path."""
    known = TABLES[CUSTOMERS.name].columns
    return {column.path: column for column in known if column.path not in COMPUTED}


def _leaves(path: tuple[str, ...], raw: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What lies at the ends of an object; nulls are nothing."""
    if isinstance(raw, dict):
        for key, inner in raw.items():
            yield from _leaves((*path, key), inner)
    elif raw is not None:
        yield path, raw


def _depth(raw: Any) -> int:
    inner = raw.values() if isinstance(raw, dict) else raw if isinstance(raw, list) else ()
    return 1 + max(map(_depth, inner), default=0)

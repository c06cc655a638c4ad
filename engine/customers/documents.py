"""
A customer in the API's JSON, read: what it says of each field, and of each key of metadata.

Flat and nested spellings are the same, as in files; a key that is not known is kept out. Customers
rules 14 to 16.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from engine.base.kinds.customers import ANONYMOUS
from engine.base.kinds.registry import CUSTOMERS, KINDS
from engine.customers.metadata_values import Leaves, leaves_of
from engine.errors import Issue, UsageError
from engine.filters.reading import spell
from engine.imports.columns.table import OWNERS, TABLES, FileColumn, json_read
from engine.imports.values.known_columns import FREE_TEXT
from engine.limits import NESTING
from engine.store.records.metadata import Name
from engine.store.records.tables import RecordTable
from engine.text.blanks import EDGES
from engine.text.counts import counted

SURROGATE = re.compile("[\ud800-\udfff]")
KEYS = ("id", "source_id")  # they say who is meant
COMPUTED = frozenset({*KEYS, "tracking_id", "updated_at", ANONYMOUS})  # nobody sends these
LASTING = frozenset({"source_id", "created_at"})  # a null does not clear them
ALIASES = {"birthday": "birthdate"}


@dataclass(frozen=True)
class Statement:
    """What a document says of a customer; what it does not give is not in it."""

    columns: Mapping[str, Any] = field(default_factory=dict)  # in storage types; None clears
    keys: Mapping[Name, Leaves] = field(default_factory=dict)  # by stored namespace and key


def read_statement(
    document: Mapping[str, Any],
    zone: ZoneInfo,
    *,
    clears: bool = False,
    table: RecordTable = CUSTOMERS,
) -> Statement:
    """
    Reads a document.

    Args:
        zone: for naive instants.
        clears: whether a null clears; else it is not given.
        table: what it is about.

    Raises:
        UsageError: values do not fit; all of them at once.
    """
    reader = _Reader(table, zone, clears=clears)
    reader.fields("", document)
    if reader.issues:
        count = len(reader.issues)
        faults = counted(count, "faults")
        raise UsageError(f"the {KINDS[table.name].singular} has {faults}", reader.issues)
    return Statement(reader.columns, reader.keys)


class _Reader:
    """Takes a document apart and gathers what does not fit."""

    def __init__(self, table: RecordTable, zone: ZoneInfo, *, clears: bool) -> None:
        self.table, self.zone, self.clears = table, zone, clears
        self.known = editable(table.name)
        self.columns: dict[str, Any] = {}
        self.keys: dict[Name, Leaves] = {}
        self.issues: list[Issue] = []

    def fields(self, above: str, document: Mapping[str, Any]) -> None:
        """The fields of the document, or of one of its objects."""
        for name, value in document.items():
            path = f"{above}{name}"
            path = ALIASES.get(path, path)
            if path in self.table.namespaces:
                self._metadata(path, value)
            elif path in self.known:
                self._column(self.known[path], value)
            elif below := [one for one in self.known if one.startswith(f"{path}.")]:
                self._object(path, value, below)

    def _object(self, path: str, value: Any, below: list[str]) -> None:
        if isinstance(value, dict):
            self.fields(f"{path}.", value)
        elif value is not None:
            self._fault(path, "an object", value)
        elif self.clears:
            self.columns |= {self.known[one].name: None for one in below}

    def _column(self, column: FileColumn, value: Any) -> None:
        if value is None:
            if self.clears and column.path not in LASTING:
                self.columns[column.name] = None
            return
        try:
            self.columns[column.name] = _bare(column, json_read(column, self.zone)(value))
        except ValueError as error:
            self.issues.append(Issue(f"$.{column.path}", str(error)))

    def _metadata(self, namespace: str, value: Any) -> None:
        keys, issues = read_metadata(namespace, self.table.namespaces[namespace], value)
        self.issues += issues
        self.keys |= {name: leaves for name, leaves in keys.items() if leaves or self.clears}

    def _fault(self, path: str, expected: str, got: Any) -> None:
        self.issues.append(Issue(f"$.{path}", f"expected {expected}, got {spell(got)}"))


def _bare(column: FileColumn, value: Any) -> Any:
    """The value without blanks around it, as from a file; a text of nothing else stays."""
    if not isinstance(value, str) or column.name in FREE_TEXT:
        return value
    return value.strip(EDGES) or value


def read_metadata(
    path: str, namespace: str, raw: Any
) -> tuple[dict[Name, Leaves], tuple[Issue, ...]]:
    """
    The keys of an object of metadata, and what is wrong with it; null is nothing.

    Args:
        path: where it stands in the document.
        namespace: as it is stored.
    """
    if raw is None:
        return {}, ()
    if not isinstance(raw, dict):
        return {}, (Issue(f"$.{path}", f"expected an object, got {spell(raw)}"),)
    issues = list(_faults(f"$.{path}", raw, NESTING.most))
    if issues:
        return {}, tuple(issues)
    # An object of nothing but nulls says nothing.
    found = {(namespace, key): dict(leaves_of(value)) for key, value in raw.items()}
    said = {(namespace, key): value is None for key, value in raw.items()}
    return {name: leaves for name, leaves in found.items() if leaves or said[name]}, ()


@cache
def editable(table: str = CUSTOMERS.name) -> Mapping[str, FileColumn]:
    """
    The columns that a document may write, by path.

    Keys, what is computed, the customer and the parts of a record aside.
    """
    said = COMPUTED | {column.path for column in OWNERS}
    parts = KINDS[table].parts
    return {
        column.path: column
        for column in TABLES[table].columns
        if column.path not in said and not (parts and parts.name in (column.part, column.name))
    }


def _faults(path: str, raw: Any, deep: int) -> Iterator[Issue]:
    """What cannot be stored of a value of metadata."""
    if not deep:
        yield Issue(path, f"expected at most {NESTING} inside each other, got more")
    elif isinstance(raw, dict):
        for key, inner in raw.items():
            yield from _faults(path, key, 1)
            if not key:
                yield Issue(path, "expected a name for each key, got an empty one")
            yield from _faults(f"{path}.{key}", inner, deep - 1)
    elif isinstance(raw, list):
        for place, inner in enumerate(raw):
            yield from _faults(f"{path}[{place}]", inner, deep - 1)
    elif isinstance(raw, str) and SURROGATE.search(raw):
        yield Issue(path, "expected Unicode text, got half of a surrogate pair")
    elif isinstance(raw, float) and not isfinite(raw):
        yield Issue(path, f"expected a finite number, got {raw}")

"""Gathers the values of JSON records by column: known fields, and metadata keys by their type."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from engine.errors import ImportFileError
from engine.filters.kinds import BOOLEAN, NUMBER, STRING, Kind
from engine.filters.reading import spell
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.proposals import of_json
from engine.imports.columns.table import FileColumn, Table
from engine.imports.columns.targets import Target, targets
from engine.imports.files.batch import Address
from engine.limits import COLUMNS

EXACT = 10**15  # a double holds every integer below
Shape = tuple[Kind, bool]  # a Type as a tuple: its hash is 5 times faster, and taken per value


@dataclass
class SparseColumn:
    """The values of one column, by index of the record."""

    indexes: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def put(self, index: int, value: Any) -> None:
        self.indexes.append(index)
        self.values.append(value)


@dataclass
class KeySlots:
    """The values of one metadata key, by type."""

    variants: dict[Shape, SparseColumn] = field(default_factory=lambda: defaultdict(SparseColumn))
    empty: SparseColumn = field(default_factory=SparseColumn)  # lists without elements, of any kind
    nulls: SparseColumn = field(default_factory=SparseColumn)


class Collector:
    """Takes records one by one and gathers their values by column."""

    def __init__(self, table: Table, mapping: ImportMapping) -> None:
        self.table = table
        self.mapped = {each.header: each for each in targets(mapping.columns, table, mapping)}
        self.declared = {
            (each.namespace, *each.path): each.kind
            for each in self.mapped.values()
            if each.namespace
        }
        self.routes: dict[str, Target] = {}  # by path as the file spells it
        self.known: dict[FileColumn, SparseColumn] = defaultdict(SparseColumn)
        self.nulls: dict[FileColumn, SparseColumn] = defaultdict(SparseColumn)
        self.keys: dict[Address, KeySlots] = defaultdict(KeySlots)
        self.faults: list[tuple[int, str]] = []
        self.dropped: dict[str, None] = {}  # keys that mean nothing here, in their order
        self.row = 0  # the number of the record at hand
        self.index = 0  # its place among the records that could be read
        self.seen: dict[FileColumn | Address, Any] = {}  # what it has given so far

    def add(self, index: int, row: int, record: dict[str, Any]) -> None:
        """One record more: its place among the good ones, its number, its JSON."""
        self.index, self.row = index, row
        self.seen.clear()
        for key, value in record.items():
            self._visit(key, value)

    def _visit(self, path: str, value: Any) -> None:
        target = self.routes.get(path) or self._route(path)
        if target.column:
            self._known(target.column, value)
        elif target.path:
            self._leaf((str(target.namespace), *target.path), value)
        elif target.namespace:
            self._metadata(target.namespace, value)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self._visit(f"{path}.{key}", inner)
        else:
            self._group(path, value)

    def _route(self, path: str) -> Target:
        target = self.mapped.get(path) or of_json(path, self.table)
        return self.routes.setdefault(path, target)

    def _fault(self, path: str, reason: str) -> None:
        self.faults.append((self.row, f"{path}: {reason}"))

    def _known(self, column: FileColumn, value: Any) -> None:
        if self._repeated(column, column.path, value):
            return
        if column.part:
            self._fault(column.path, f"expected `{column.part}` as a list of objects")
        elif value is None or (value == [] and list in column.cell.json):
            self.nulls[column].put(self.index, True)
        elif type(value) in column.cell.json:
            self.known[column].put(self.index, _print(value))
        else:
            self._fault(column.path, f"expected {_names(column.cell.json)}, got {spell(value)}")

    def _repeated(self, goal: FileColumn | Address, path: str, value: Any) -> bool:
        """Whether the record has given this already, in another spelling; both must agree."""
        if goal not in self.seen:
            self.seen[goal] = value
            return False
        first = self.seen[goal]
        if first != value or isinstance(first, bool) != isinstance(value, bool):
            both = f"{spell(first)} and {spell(value)}"
            self._fault(path, f"expected one value, got two spellings of the name with {both}")
        return True

    def _group(self, path: str, value: Any) -> None:
        """Not an object: `address: null` clears the parts of the address; else it is unknown."""
        parts = [each for each in self.table.columns if each.path.startswith(f"{path.lower()}.")]
        if value is not None and parts:
            self._fault(path, f"expected an object, got {spell(value)}")
        for column in parts:
            self._known(column, None)
        if not parts:
            self.dropped[path] = None

    def _metadata(self, namespace: str, value: Any) -> None:
        if value is None:
            self.keys[namespace,].nulls.put(self.index, True)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self._leaf((namespace, key), inner)
        else:
            self._fault(namespace, f"expected an object, got {spell(value)}")

    def _leaf(self, address: Address, value: Any) -> None:
        if len(self.keys) > COLUMNS.most:
            raise ImportFileError(
                f"row {self.row}: expected at most {COLUMNS} of metadata in all lines, got more: "
                "are these keys data, such as ids?"
            )
        if type(value) is dict:
            for key, inner in value.items():
                self._leaf((*address, key), inner)
            return
        if not self._repeated(address, ".".join(address), value):
            slot, stored = _stored(self.keys[address], value)
            slot.put(self.index, stored)


def _stored(slots: KeySlots, value: Any) -> tuple[SparseColumn, Any]:
    """Where a leaf goes, and as what."""
    if value is None:
        return slots.nulls, True
    if type(value) is not list:
        kind, stored = _scalar(value)
        return slots.variants[kind, False], stored
    elements = [_scalar(element) for element in value if element is not None]
    if not elements:
        return slots.empty, []
    kinds = {kind for kind, _ in elements}
    if len(kinds) == 1:
        return slots.variants[kinds.pop(), True], [stored for _, stored in elements]
    return slots.variants[STRING, True], [_print(stored) for _, stored in elements]


def _scalar(value: Any) -> tuple[Kind, Any]:
    """The kind of one element; what is neither text, number nor boolean is kept as its JSON."""
    if type(value) is str:
        return STRING, value
    if type(value) is bool:
        return BOOLEAN, value
    if type(value) is float or (type(value) is int and abs(value) < EXACT):
        return NUMBER, float(value)
    return STRING, _print(value)


def _print(value: Any) -> str:
    """The text JSON prints; `5.0` is `5`."""
    if type(value) is str:
        return value
    if type(value) is int:
        return str(value)
    shown = NUMBER.show(value) if isinstance(value, float) else value
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _names(types: tuple[type, ...]) -> str:
    return next(name for kind, name in NAMES.items() if kind in types)


NAMES = {str: "text in quotes", int: "a number", list: "a list of objects", bool: "true or false"}

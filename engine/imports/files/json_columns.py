"""Gathers the values of JSON records by column: known fields, and metadata keys by their type."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType, NoneType
from typing import Any

import polars as pl

from engine.errors import ImportFileError
from engine.filters.kinds import BOOLEAN, NUMBER, STRING, Kind
from engine.filters.reading import spell
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.proposals import labelled, of_json
from engine.imports.columns.table import FileColumn, Table, amount, is_money
from engine.imports.columns.target import Target
from engine.imports.columns.targets import targets
from engine.imports.files.batch import Address, Type
from engine.imports.files.json_cells import GivenCells, SparseColumn
from engine.limits import COLUMNS

EXACT = 10**15  # a double holds every integer below
Shape = tuple[Kind, bool]  # a Type as a tuple: its hash is 5 times faster, and taken per value
PLAIN: Mapping[type, Kind] = MappingProxyType({str: STRING, bool: BOOLEAN, float: NUMBER})


@dataclass
class KeySlots:
    """The columns of one metadata key, by type."""

    variants: dict[Shape, SparseColumn] = field(default_factory=dict)
    empty: SparseColumn | None = None  # a flag: lists without elements, of any kind
    nulls: SparseColumn | None = None  # a flag


class Collector:
    """Takes records batch by batch and gathers their values by column."""

    def __init__(self, table: Table, mapping: ImportMapping) -> None:
        self.table = table
        self.mapped = {each.header: each for each in targets(mapping.columns, table, mapping)}
        self.declared = {
            (each.namespace, *each.path): each.kind
            for each in self.mapped.values()
            if each.namespace
        }
        self.routes: dict[str, Target] = {}  # by path as the file spells it
        self.columns: list[SparseColumn] = []  # all of the following
        self.known: dict[FileColumn, SparseColumn] = {}
        self.nulls: dict[FileColumn, SparseColumn] = {}  # flags
        self.keys: dict[Address, KeySlots] = defaultdict(KeySlots)
        self.faults: list[tuple[int, str]] = []
        self.currency: dict[str, None] = {}  # the fields with amounts as text in currency
        self.dropped: dict[str, None] = {}  # keys that mean nothing here, in their order
        self.rows: Sequence[int] = ()  # the numbers of the records at hand
        self.seen: dict[FileColumn | Address, list[GivenCells]] = {}  # what they have given so far

    def frame(self, rows: Sequence[int], records: Sequence[dict[str, Any]]) -> pl.DataFrame:
        """The values of a batch of records, one row each: the columns that some of them fill."""
        self.rows = rows
        self.seen.clear()
        every = [*range(len(rows))]
        for key, cells in GivenCells(every, [*records]).by_key().items():
            self._visit(key, cells)
        return pl.DataFrame([each.take(every) for each in self.columns if each.batch.places])

    def column(self, dtype: Any, name: str | None = None) -> SparseColumn:
        """One more column of the frame."""
        self.columns.append(SparseColumn(name or f"#{len(self.columns)}", dtype))
        return self.columns[-1]

    def field(self, column: FileColumn) -> SparseColumn:
        """The values of a known column, as text."""
        if column not in self.known:
            self.known[column] = self.column(pl.String, column.name)
        return self.known[column]

    def cleared(self, column: FileColumn) -> SparseColumn:
        """The flag of a known column that a record clears."""
        if column not in self.nulls:
            self.nulls[column] = self.column(pl.Boolean)
        return self.nulls[column]

    def variant(self, slots: KeySlots, shape: Shape) -> SparseColumn:
        """The values of a key in one type."""
        if shape not in slots.variants:
            slots.variants[shape] = self.column(Type(*shape).dtype)
        return slots.variants[shape]

    def removed(self, address: Address) -> SparseColumn:
        """The flag of a key that a record takes away."""
        slots = self.keys[address]
        slots.nulls = slots.nulls or self.column(pl.Boolean)
        return slots.nulls

    def _visit(self, path: str, cells: GivenCells) -> None:
        target = self.routes.get(path) or self._route(path)
        if target.column:
            self._known(target.column, cells)
        elif target.path:
            self._leaf((str(target.namespace), *target.path), cells)
        elif target.namespace:
            self._metadata(target.namespace, cells)
        else:
            for kind, alike in cells.by_type().items():
                if kind is not dict:
                    self._group(path, alike)
                    continue
                for key, inner in alike.by_key().items():
                    self._visit(f"{path}.{key}", inner)

    def _route(self, path: str) -> Target:
        target = self.mapped.get(path) or of_json(path, self.table)
        return self.routes.setdefault(path, target)

    def _fault(self, place: int, path: str, reason: str) -> None:
        self.faults.append((self.rows[place], f"{path}: {reason}"))

    def _unfit(self, path: str, cells: GivenCells, expected: str) -> None:
        for place, value in zip(cells.places, cells.values, strict=True):
            self._fault(place, path, f"expected {expected}, got {spell(value)}")

    def _known(self, column: FileColumn, cells: GivenCells) -> None:
        fresh = self._unrepeated(column, column.path, cells)
        if column.part:
            for place in fresh.places:
                self._fault(place, column.path, f"expected `{column.part}` as a list of objects")
            return
        for kind, alike in self._amounts(column, fresh).by_type().items():
            if kind is NoneType:
                self._clear(column, alike.places)
            elif kind in column.cell.json:
                self._give(column, alike)
            else:
                self._unfit(column.path, alike, _names(column.cell.json))

    def _amounts(self, column: FileColumn, cells: GivenCells) -> GivenCells:
        """The cells with amounts in currency, which are text, as numbers."""
        if not is_money(column.cell) or str not in cells.by_type():
            return cells
        read = [amount(column.cell, value) for value in cells.values]
        if read != cells.values:
            self.currency[column.path] = None
        return GivenCells(cells.places, read)

    def _give(self, column: FileColumn, cells: GivenCells) -> None:
        if type(cells.values[0]) is list:  # one without elements clears, as null does
            lists = cells.divided(bool)
            if False in lists:
                self._clear(column, lists[False].places)
            if True not in lists:
                return
            cells = lists[True]
        texts = type(cells.values[0]) is str
        self.field(column).put(cells.places, cells.values if texts else map(_print, cells.values))

    def _clear(self, column: FileColumn, places: list[int]) -> None:
        self.cleared(column).put(places, [True] * len(places))

    def _unrepeated(self, goal: FileColumn | Address, path: str, cells: GivenCells) -> GivenCells:
        """
        The cells of records that have not given this already, in another spelling.

        Both spellings must agree.
        """
        before = self.seen.setdefault(goal, [])
        given = {
            place: value
            for each in before
            for place, value in zip(each.places, each.values, strict=True)
        }
        before.append(cells)
        if not given:
            return cells
        fresh = GivenCells()
        for place, value in zip(cells.places, cells.values, strict=True):
            if place not in given:
                fresh.put(place, value)
            elif given[place] != value or isinstance(given[place], bool) != isinstance(value, bool):
                both = f"{spell(given[place])} and {spell(value)}"
                reason = f"expected one value, got two spellings of the name with {both}"
                self._fault(place, path, reason)
        before[-1] = fresh
        return fresh

    def _group(self, path: str, cells: GivenCells) -> None:
        """
        Of one type, and no objects: under the readable name of a field, as our own lists have it.

        `address: null` clears the parts of the address; else it is unknown.
        """
        label = labelled(path, self.table)
        if label and cells.values[0] is not None:
            self._known(label, cells)
            return
        parts = [each for each in self.table.columns if each.path.startswith(f"{path.lower()}.")]
        if not parts:
            self.dropped[path] = None
            return
        if cells.values[0] is not None:
            self._unfit(path, cells, "an object")
        for column in parts:
            self._known(column, GivenCells(cells.places, [None] * len(cells.places)))

    def _metadata(self, namespace: str, cells: GivenCells) -> None:
        for kind, alike in cells.by_type().items():
            if kind is NoneType:
                self._remove((namespace,), alike.places)
            elif kind is dict:
                for key, inner in alike.by_key().items():
                    self._leaf((namespace, key), inner)
            else:
                self._unfit(namespace, alike, "an object")

    def _leaf(self, address: Address, cells: GivenCells) -> None:
        types, whole = cells.by_type(), cells
        if dict in types:
            for key, inner in types[dict].by_key().items():
                self._leaf((*address, key), inner)
            if len(types) == 1:
                return
            cells = cells.divided(lambda value: type(value) is dict)[False]
        slots = self.keys[address]
        if len(self.keys) > COLUMNS.most:
            raise ImportFileError(
                f"row {self.rows[min(cells.places)]}: expected at most {COLUMNS} of metadata in "
                "all lines, got more: are these keys data, such as ids?"
            )
        fresh = self._unrepeated(address, ".".join(address), cells)
        for kind, alike in (types if fresh is whole else fresh.by_type()).items():
            if kind is NoneType:
                self._remove(address, alike.places)
            else:
                self._store(slots, kind, alike)

    def _remove(self, address: Address, places: list[int]) -> None:
        self.removed(address).put(places, [True] * len(places))

    def _store(self, slots: KeySlots, kind: type, cells: GivenCells) -> None:
        """Leaves of one type, as what they are kept."""
        if kind is int and max(map(abs, cells.values)) < EXACT:
            kind, cells = float, GivenCells(cells.places, [float(value) for value in cells.values])
        if kind in PLAIN:
            self.variant(slots, (PLAIN[kind], False)).put(cells.places, cells.values)
            return
        for place, value in zip(cells.places, cells.values, strict=True):
            shape, stored = list_value(value) if kind is list else _number(value)
            if shape is None:
                slots.empty = slots.empty or self.column(pl.Boolean)
                slots.empty.put([place], [True])
            else:
                self.variant(slots, shape).put([place], [stored])


def _number(value: int) -> tuple[Shape, Any]:
    kind, stored = scalar_value(value)
    return (kind, False), stored


def list_value(values: list[Any]) -> tuple[Shape | None, Any]:
    """The shape of a list, none of one without elements, and as what it is kept."""
    elements = [scalar_value(element) for element in values if element is not None]
    if not elements:
        return None, []
    kinds = {kind for kind, _ in elements}
    if len(kinds) == 1:
        return (kinds.pop(), True), [stored for _, stored in elements]
    return (STRING, True), [_print(stored) for _, stored in elements]


def scalar_value(value: Any) -> tuple[Kind, Any]:
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

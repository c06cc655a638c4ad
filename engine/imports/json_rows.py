"""
The records of a JSON Lines file: one object of the API's shape a line, with its exact types.

* Flat and nested spellings are the same: `address: {city}`, `address.city`, `Address_City`.
* A null clears: a field, a metadata key; `address: null` its parts, `metadata: null` every key.
* A key that is not known is left out, as the API does; only `metadata` holds metadata.
* In metadata an integer of more than 15 digits is text, and so is an object inside a list.
"""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from engine.errors import Issue, UsageError
from engine.filters.kinds import BOOLEAN, NUMBER, STRING, Kind
from engine.filters.reading import spell
from engine.imports.batch import FAULTS, REJECTED, Address, Draft, KeyColumns, Type
from engine.imports.json_lines import lines, parse
from engine.imports.mapping import ImportMapping
from engine.imports.source import Progress, Source
from engine.imports.table import Column, Table
from engine.imports.targets import Target, of_json, targets

EXACT = 10**15  # a double holds every integer below
HEADER = ("json",)  # of the rejected rows: the one cell is the line


def json_draft(
    source: Source, table: Table, mapping: ImportMapping, progress: Progress | None = None
) -> Draft:
    """
    The file as a draft; a line that cannot be read is rejected, the others go in.

    Raises:
        UsageError: the mapping names keys or fields that are not there.
    """
    collected = _Collector(table, mapping)
    good: list[tuple[int, int]] = []
    broken: list[tuple[int, int, str, list[str]]] = []
    for row, (line, text) in enumerate(lines(source, progress), 1):
        try:
            record = parse(text)
        except ValueError as error:
            broken.append((row, line, str(error), [text.decode(errors="replace")]))
            continue
        collected.add(len(good), row, record)
        good.append((row, line))
    _check_mapping(mapping, collected.routes)
    return _draft(source, collected, good, pl.DataFrame(broken, REJECTED, orient="row"))


def _check_mapping(mapping: ImportMapping, seen: Collection[str]) -> None:
    issues = [
        Issue(f"$.columns.{header}", f"no line has the key `{header}`")
        for header in mapping.columns
        if header not in seen
    ]
    issues += [
        Issue(f"$.columns.{header}.list", "JSON has lists of its own: leave `list` out")
        for header, said in mapping.columns.items()
        if said.list
    ]
    if issues:
        raise UsageError("the mapping does not fit the file", issues)


def _draft(
    source: Source, collected: "_Collector", good: list[tuple[int, int]], rejected: pl.DataFrame
) -> Draft:
    frame = _Frame(pl.DataFrame(good, {"row": pl.Int64, "line": pl.Int64}, orient="row"))
    columns = [each for each in collected.table.columns if each in collected.known]
    cleared = {}
    for column in columns:
        frame.add(collected.known[column], pl.String, name=column.name)
        if collected.nulls[column].indexes:
            cleared[column.name] = frame.flag(collected.nulls[column])
    removed = {
        address: frame.flag(slots.nulls)
        for address, slots in collected.keys.items()
        if slots.nulls.indexes
    }
    keys = [
        _key(address, slots, frame, collected.declared.get(address))
        for address, slots in collected.keys.items()
        if slots.variants or slots.empty.indexes
    ]
    return Draft(
        header=HEADER,
        frame=frame.whole(),
        columns=tuple(columns),
        keys=tuple(keys),
        cleared=cleared,
        removed=removed,
        faults=pl.DataFrame(collected.faults, FAULTS, orient="row"),
        rejected=rejected,
        cells=lambda rows: _cells(source, set(rows)),
    )


def _cells(source: Source, rows: set[int]) -> pl.DataFrame:
    """The lines of these rows, read again: keeping all of them would double the memory."""
    found = [
        (row, [text.decode()]) for row, (_, text) in enumerate(lines(source), 1) if row in rows
    ]
    return pl.DataFrame(found, {"row": pl.Int64, "cells": pl.List(pl.String)}, orient="row")


def _key(
    address: Address, slots: "_KeySlots", frame: "_Frame", declared: Kind | None
) -> KeyColumns:
    if slots.empty.indexes:  # they go with the other lists, if there are any
        lists = next((kind for kind in slots.variants if kind.many), Type(STRING, many=True))
        for index in slots.empty.indexes:
            slots.variants[lists].put(index, [])
    variants = {kind: frame.add(slot, kind.dtype) for kind, slot in slots.variants.items()}
    return KeyColumns(address[0], address[1:], None, variants, None, declared)


class _Frame:
    """Columns of all records, one by one."""

    def __init__(self, numbers: pl.DataFrame) -> None:
        self.columns = numbers.get_columns()
        self.height = numbers.height

    def add(self, slot: "_Slot", dtype: Any, missing: Any = None, name: str | None = None) -> str:
        """One more column; `missing` where the slot has no value. Gives its name."""
        name = name or f"#{len(self.columns)}"
        values = pl.Series(name, [*slot.values, missing], dtype=dtype)
        places = np.full(self.height, len(slot.values))
        places[slot.indexes] = np.arange(len(slot.values))
        self.columns.append(values.gather(places))
        return name

    def flag(self, slot: "_Slot") -> str:
        """A Boolean column: which records are in the slot. Gives its name."""
        return self.add(slot, pl.Boolean, missing=False)

    def whole(self) -> pl.DataFrame:
        """All columns so far."""
        return pl.DataFrame(self.columns)


@dataclass
class _Slot:
    """The values of one column, by index of the record."""

    indexes: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    @property
    def last(self) -> int:
        return self.indexes[-1] if self.indexes else -1

    def put(self, index: int, value: Any) -> None:
        self.indexes.append(index)
        self.values.append(value)


@dataclass
class _KeySlots:
    """The values of one metadata key, by type."""

    last: int = -1  # the record that came last
    variants: dict[Type, _Slot] = field(default_factory=lambda: defaultdict(_Slot))
    empty: _Slot = field(default_factory=_Slot)  # lists without elements, of any kind
    nulls: _Slot = field(default_factory=_Slot)


class _Collector:
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
        self.known: dict[Column, _Slot] = defaultdict(_Slot)
        self.nulls: dict[Column, _Slot] = defaultdict(_Slot)
        self.keys: dict[Address, _KeySlots] = defaultdict(_KeySlots)
        self.faults: list[tuple[int, str]] = []
        self.row = 0  # the number of the record at hand
        self.index = 0  # its place among the records that could be read

    def add(self, index: int, row: int, record: dict[str, Any]) -> None:
        self.index, self.row = index, row
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

    def _known(self, column: Column, value: Any) -> None:
        slot = self.nulls[column] if value is None else self.known[column]
        if self.index in (self.known[column].last, self.nulls[column].last):
            self._fault(column.path, "expected one value, got two spellings of the field")
        elif value is None:
            slot.put(self.index, True)
        elif type(value) in column.cell.json:
            slot.put(self.index, value if type(value) is str else _print(value))
        else:
            self._fault(column.path, f"expected {_names(column.cell.json)}, got {spell(value)}")

    def _group(self, path: str, value: Any) -> None:
        """Not an object: `address: null` clears the parts of the address; else it is unknown."""
        parts = [each for each in self.table.columns if each.path.startswith(f"{path.lower()}.")]
        if value is not None and parts:
            self._fault(path, f"expected an object, got {spell(value)}")
        for column in parts:
            self._known(column, None)

    def _metadata(self, namespace: str, value: Any) -> None:
        if value is None:
            self.keys[namespace,].nulls.put(self.index, True)
        elif isinstance(value, dict):
            for key, inner in value.items():
                self._leaf((namespace, key), inner)
        else:
            self._fault(namespace, f"expected an object, got {spell(value)}")

    def _leaf(self, address: Address, value: Any) -> None:
        if type(value) is dict:
            for key, inner in value.items():
                self._leaf((*address, key), inner)
            return
        slots = self.keys[address]
        if slots.last == self.index:
            self._fault(".".join(address), "expected one value, got two spellings of the key")
            return
        slots.last = self.index
        slot, stored = _stored(slots, value)
        slot.put(self.index, stored)


def _stored(slots: _KeySlots, value: Any) -> tuple[_Slot, Any]:
    """Where a leaf goes, and as what."""
    if value is None:
        return slots.nulls, True
    if type(value) is not list:
        kind, stored = _scalar(value)
        return slots.variants[Type(kind)], stored
    elements = [_scalar(element) for element in value if element is not None]
    if not elements:
        return slots.empty, []
    kinds = {kind for kind, _ in elements}
    if len(kinds) == 1:
        return slots.variants[Type(kinds.pop(), many=True)], [stored for _, stored in elements]
    return slots.variants[Type(STRING, many=True)], [_print(stored) for _, stored in elements]


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
    if isinstance(value, str):
        return value
    shown = NUMBER.show(value) if isinstance(value, float) else value
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def _names(types: tuple[type, ...]) -> str:
    return "text in quotes" if str in types else "a number" if int in types else "true or false"

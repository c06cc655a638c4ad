"""
The records of a JSON Lines file: one object of the API's shape a line, with its exact types.

* Flat and nested spellings are the same: `address: {city}`, `address.city`, `Address_City`.
* A null clears: a field, a metadata key; `address: null` its parts, `metadata: null` every key.
* A key that is not known is left out, as the API does; only `metadata` holds metadata.
* In metadata an integer of more than 15 digits is text, and so is an object inside a list.
"""

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import polars as pl

from engine.errors import Issue, UsageError
from engine.filters.kinds import STRING, Kind
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.files.batch import FAULTS, REJECTED, Address, Draft, KeyColumns, Type
from engine.imports.files.broken_bytes import unmarked
from engine.imports.files.json_columns import Collector, KeySlots, SparseColumn
from engine.imports.files.json_lines import lines, parse
from engine.imports.files.json_objects import beginning
from engine.imports.files.source import Progress, SourceFile, blocks
from engine.imports.notes import Note
from engine.text.display import quoted

NAMED = 12  # keys that one sentence names
HEADER = ("json",)  # of the rejected rows: the one cell is the line


def json_draft(
    source: SourceFile, table: Table, mapping: ImportMapping, progress: Progress | None = None
) -> Draft:
    """
    The file as a draft; a line that cannot be read is rejected, the others go in.

    Raises:
        UsageError: the mapping names keys or fields that are not there.
    """
    collected = Collector(table, mapping)
    good: list[tuple[int, int]] = []
    broken: list[tuple[int, int, str, list[str]]] = []
    for row, (line, text) in enumerate(lines(source, progress), 1):
        try:
            record = parse(text)
        except ValueError as error:
            broken.append((row, line, str(error), [unmarked(text.decode())]))
            continue
        collected.add(len(good), row, record)
        good.append((row, line))
    _check_mapping(mapping, collected.routes)
    return _draft(source, collected, good, pl.DataFrame(broken, REJECTED, orient="row"))


def _check_mapping(mapping: ImportMapping, seen: Collection[str]) -> None:
    issues = [
        Issue(f"$.columns.{header}", f"no line has the key {quoted(header)}")
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
    source: SourceFile, collected: Collector, good: list[tuple[int, int]], rejected: pl.DataFrame
) -> Draft:
    frame = _Frame(pl.DataFrame(good, {"row": pl.Int64, "line": pl.Int64}, orient="row"))
    columns = list(dict.fromkeys([*collected.known, *collected.nulls]))
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
        notes=(*source.notes, *_shape(source), *_left_out(tuple(collected.dropped))),
    )


def _shape(source: SourceFile) -> tuple[Note, ...]:
    """What is not one object a line."""
    start = next(blocks(source), b"")
    begins = beginning(start)
    if begins is None:
        return ()
    listed = start[begins : begins + 1] == b"["
    text = "the records are the elements of a list" if listed else "a record takes several lines"
    return (Note("file", text),)


def _left_out(keys: tuple[str, ...]) -> Iterator[Note]:
    """Objects of the API have keys that are computed; the others are named too, none is silent."""
    if keys:
        more = f" and {len(keys) - NAMED:,} more" if len(keys) > NAMED else ""
        names = ", ".join(quoted(key) for key in keys[:NAMED])
        yield Note("column", f"left out: {names}{more} (no field here; `metadata` may hold them)")


def _cells(source: SourceFile, rows: set[int]) -> pl.DataFrame:
    """The lines of these rows, read again: keeping all of them would double the memory."""
    found = [
        (row, [unmarked(text.decode())])
        for row, (_, text) in enumerate(lines(source), 1)
        if row in rows
    ]
    return pl.DataFrame(found, {"row": pl.Int64, "cells": pl.List(pl.String)}, orient="row")


def _key(address: Address, slots: KeySlots, frame: "_Frame", declared: Kind | None) -> KeyColumns:
    if slots.empty.indexes:  # they go with the other lists, if there are any
        lists = next((shape for shape in slots.variants if shape[1]), (STRING, True))
        for index in slots.empty.indexes:
            slots.variants[lists].put(index, [])
    types = {Type(*shape): slot for shape, slot in slots.variants.items()}
    variants = {kind: frame.add(slot, kind.dtype) for kind, slot in types.items()}
    return KeyColumns(address[0], address[1:], None, variants, None, declared)


class _Frame:
    """Columns of all records, one by one."""

    def __init__(self, numbers: pl.DataFrame) -> None:
        self.columns = numbers.get_columns()
        self.height = numbers.height

    def add(
        self, slot: SparseColumn, dtype: Any, missing: Any = None, name: str | None = None
    ) -> str:
        """One more column; `missing` where the slot has no value. Gives its name."""
        name = name or f"#{len(self.columns)}"
        values = pl.Series(name, [*slot.values, missing], dtype=dtype)
        places = np.full(self.height, len(slot.values))
        places[slot.indexes] = np.arange(len(slot.values))
        self.columns.append(values.gather(places))
        return name

    def flag(self, slot: SparseColumn) -> str:
        """A Boolean column: which records are in the slot. Gives its name."""
        return self.add(slot, pl.Boolean, missing=False)

    def whole(self) -> pl.DataFrame:
        """All columns so far."""
        return pl.DataFrame(self.columns)

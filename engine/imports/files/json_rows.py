"""
The records of a JSON Lines file: one object of the API's shape a line, with its exact types.

* Flat and nested spellings are the same: `address: {city}`, `address.city`, `Address_City`.
* A null clears: a field, a metadata key; `address: null` its parts, `metadata: null` every key.
* A key that is not known is left out, as the API does; only `metadata` holds metadata.
* In metadata an integer of more than 15 digits is text, and so is an object inside a list.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

import polars as pl

from engine.errors import Issue, UsageError
from engine.filters.kinds import STRING
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.files.batch import FAULTS, REJECTED, Draft, KeyColumns, Type
from engine.imports.files.broken_bytes import count_marks, unmarked
from engine.imports.files.json_alike import AlikeLines
from engine.imports.files.json_columns import Collector, KeySlots
from engine.imports.files.json_lines import (
    in_lines,
    line_blocks,
    lines,
    lines_of,
    parse,
    parse_together,
)
from engine.imports.files.json_objects import beginning
from engine.imports.files.source import Progress, SourceFile, blocks
from engine.imports.notes import Note
from engine.limits import RECORD
from engine.system import spool
from engine.system.ahead import ahead
from engine.system.spool import spooled
from engine.text.display import quoted

NAMED = 12  # keys that one sentence names
AT_ONCE = 1000  # records that are objects of Python at a time: as many as a processor's cache holds
NUMBERS = pl.Schema([("row", pl.Int64()), ("line", pl.Int64())])
Line = tuple[int, tuple[int, bytes]]  # row; line of the file, text
Broken = tuple[int, int, str, list[str]]  # as REJECTED
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
    broken: list[Broken] = []
    frame = spooled(ahead(_batches(source, collected, broken, progress)))
    _check_mapping(mapping, collected.routes)
    return _draft(source, collected, frame, pl.DataFrame(broken, REJECTED, orient="row"))


def _batches(
    source: SourceFile,
    collected: Collector,
    broken: list[Broken],
    progress: Progress | None,
) -> Iterator[pl.DataFrame]:
    """
    The records as `row`, `line` and the columns of the collector, part by part.

    Objects of Python take ten times the room of their columns, so few of them are there at once.
    """
    read: list[pl.DataFrame] = []
    for frame in _frames(
        source, LineReader(collected, broken, marks=not source.as_it_is), progress
    ):
        read.append(frame)
        if sum(each.height for each in read) >= spool.BATCH:
            yield pl.concat(read, how="diagonal", rechunk=True)
            read.clear()
    yield pl.concat([NUMBERS.to_frame(), *read], how="diagonal", rechunk=True)


def _frames(
    source: SourceFile, reader: "LineReader", progress: Progress | None
) -> Iterator[pl.DataFrame]:
    if in_lines(source):
        for first, block in line_blocks(source, progress):
            yield from reader.block(first, block)
    else:
        yield from reader.each(lines(source, progress))


class LineReader:
    """Records that become columns, in the order of their rows."""

    def __init__(self, collected: Collector, broken: list[Broken], *, marks: bool) -> None:
        """
        Args:
            broken: gets the lines that cannot be read.
            marks: bytes that are no text may be marked in them.
        """
        self.collected, self.broken, self.marks = collected, broken, marks
        self.alike = AlikeLines(collected)
        self.row = 1  # of the next record

    def block(self, first: int, block: bytes) -> Iterator[pl.DataFrame]:
        """
        Whole lines: as one table where they are like those before.

        Yields one row per record that can be read: `row`, `line`, the columns of the collector.
        """
        odd = len(block) > RECORD.most or (self.marks and count_marks(block))
        found = None if odd else self.alike.frame(block)
        if found is None:
            yield from self.each(lines_of(first, block))
            return
        numbers = {"row": (self.row, pl.Int64), "line": (first, pl.Int64)}
        yield found.select(
            *(pl.int_range(start, start + pl.len(), dtype=kind).alias(name)
              for name, (start, kind) in numbers.items()),
            pl.all(),
        )  # fmt: skip
        self.row += found.height

    def each(self, coming: Iterator[tuple[int, bytes]]) -> Iterator[pl.DataFrame]:
        """
        Lines one by one, few at a time.

        Yields one row per record that can be read: `row`, `line`, the columns of the collector.
        """
        while few := [*islice(coming, min(AT_ONCE, spool.BATCH))]:
            yield self._few([*enumerate(few, self.row)])
            self.row += len(few)

    def _few(self, few: list[Line]) -> pl.DataFrame:
        records = parse_together([text for _, (_, text) in few], marks=self.marks)
        if records is None:
            few, records = _one_by_one(few, self.broken, marks=self.marks)
        rows, places = [row for row, _ in few], [line for _, (line, _) in few]
        values = self.collected.frame(rows, records)
        self.alike.learn(records)
        return pl.DataFrame({"row": rows, "line": places}, NUMBERS).hstack(values)


def _one_by_one(
    few: list[Line], broken: list[Broken], *, marks: bool
) -> tuple[list[Line], list[dict[str, Any]]]:
    """The lines that can be read, and what they say; adds the others to the broken."""
    good, records = [], []
    for row, (line, text) in few:
        try:
            records.append(parse(text, marks=marks))
        except ValueError as error:
            broken.append((row, line, str(error), [unmarked(text.decode())]))
        else:
            good.append((row, (line, text)))
    return good, records


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
    source: SourceFile, collected: Collector, frame: pl.DataFrame, rejected: pl.DataFrame
) -> Draft:
    columns = tuple(dict.fromkeys([*collected.known, *collected.nulls]))
    cleared = {column.name: flag.name for column, flag in collected.nulls.items()}
    removed = {
        address: slots.nulls.name for address, slots in collected.keys.items() if slots.nulls
    }
    keys = [
        KeyColumns(
            address[0], address[1:], None, _variants(slots), None, collected.declared.get(address)
        )
        for address, slots in collected.keys.items()
        if slots.variants or slots.empty
    ]
    flags = (*cleared.values(), *removed.values())
    absent = [column.name for column in columns if column not in collected.known]
    return Draft(
        header=HEADER,
        frame=frame.with_columns(
            *(pl.lit(None, pl.String).alias(name) for name in absent),
            *(pl.col(name).fill_null(value=False) for name in flags),
            *(_lists(each, each.empty.name) for each in collected.keys.values() if each.empty),
        ),
        columns=columns,
        keys=tuple(keys),
        cleared=cleared,
        removed=removed,
        faults=pl.DataFrame(collected.faults, FAULTS, orient="row").sort(
            "row", maintain_order=True
        ),
        rejected=rejected,
        cells=lambda rows: _cells(source, set(rows)),
        notes=(
            *source.notes,
            *_shape(source),
            *_in_currency(collected.currency),
            *_left_out(tuple(collected.dropped)),
        ),
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


def _in_currency(paths: Iterable[str]) -> Iterator[Note]:
    for path in paths:
        text = "has text with decimals: that is currency and becomes cents"
        yield Note("column", f"{quoted(path)} {text}", path)


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


def _variants(slots: KeySlots) -> dict[Type, str]:
    """The column of each type; lists without elements go with the others, if there are any."""
    found = {Type(*shape): column.name for shape, column in slots.variants.items()}
    if slots.empty and not any(each.many for each in found):
        found[Type(STRING, many=True)] = slots.empty.name
    return found


def _lists(slots: KeySlots, empty: str) -> pl.Expr:
    """The lists of a key, of which some have no elements."""
    kind, name = next((each, name) for each, name in _variants(slots).items() if each.many)
    given = pl.lit(None, kind.dtype) if name == empty else pl.col(name)
    return pl.when(pl.col(empty)).then(pl.lit([], kind.dtype)).otherwise(given).alias(name)

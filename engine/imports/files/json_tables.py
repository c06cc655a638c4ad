"""The objects of a known layout as the records of a table: a column for each path."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, repeat
from pathlib import Path
from types import MappingProxyType
from typing import Any

import polars as pl

from engine.imports.columns.mapping import ImportMapping
from engine.imports.files.batch import REJECTED
from engine.imports.files.broken_bytes import unmarked
from engine.imports.files.json_cells import GivenCells, SparseColumn
from engine.imports.files.json_layouts import known_layout
from engine.imports.files.json_lines import lines, parse, parse_together
from engine.imports.files.json_paths import Names, Record, by_path, rows_of
from engine.imports.files.json_plain import plain_layout
from engine.imports.files.records import TableRecords
from engine.imports.files.source import Progress, SourceFile, open_source
from engine.imports.files.typed_cells import (
    TEXT,
    TypedColumn,
    check_width,
    merged,
    table,
    typed_column,
)
from engine.imports.notes import Note
from engine.system.spool import spooled
from engine.text.display import quoted, visible

LOOKED_AT = 50  # records that a layout is known by
SHOWN = 60  # characters of what cannot be read
TOGETHER = 100  # lines that are read in one
AT_ONCE = 1000  # rows that are objects of Python at a time
PLACES = pl.Schema([("row", pl.Int64()), ("line", pl.Int64())])
DTYPES: Mapping[type, Any] = MappingProxyType(
    {str: pl.String, bool: pl.Boolean, int: pl.Int64, float: pl.Float64}
)


def opened(path: Path, mapping: ImportMapping, kind: str | None) -> SourceFile:
    """
    What the file is, its layout included where it is the JSON of another program.

    Args:
        kind: of records that are wanted; None for any.

    Raises:
        ImportFileError, UsageError: as `open_source`; or its records are of another kind.
    """
    source = open_source(path, mapping)
    if source.form != "json":
        return source
    some = [each for _, each in _parsed(source, LOOKED_AT)]
    found = known_layout(some, kind) or (plain_layout(some, kind) if kind else None)
    return replace(source, form="objects", layout=found) if found else source


def read_objects(
    source: SourceFile, _mapping: ImportMapping, progress: Progress | None = None
) -> TableRecords:
    """All records of the file; what can be no object is rejected, other calls are set aside."""
    return _ObjectReader(source).records(progress, None)


def objects_sample(source: SourceFile, _mapping: ImportMapping, most: int) -> TableRecords:
    """The first records of the file."""
    return _ObjectReader(source).records(None, most)


def _parsed(source: SourceFile, most: int) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, text in islice(lines(source), most):
        try:
            yield line, parse(text, marks=not source.as_it_is)
        except ValueError:  # the import rejects the line and says why
            continue


class _ObjectReader:
    """Objects that become columns by their paths, part by part."""

    def __init__(self, source: SourceFile) -> None:
        self.source, self.layout = source, source.layout
        self.columns: dict[Names, dict[Any, SparseColumn]] = {}
        self.rejected: list[tuple[int, int, str, list[str]]] = []
        self.others = 0  # records of other layouts, such as the other calls of a log

    def records(self, progress: Progress | None, most: int | None) -> TableRecords:
        """The first of them, or all."""
        coming = islice(self._rows(progress), most)
        frame = spooled(self._frames(coming))
        paths = sorted(self.columns, key=self._place)
        cells = (
            _as_cells(
                merged([typed_column(frame[each.name]) for each in self.columns[path].values()])
            )
            for path in paths
        )
        found = table([*self._header(paths)], frame["line"], cells, self._notes())
        return replace(
            found,
            cells=found.cells.with_columns(frame["row"]),
            rejected=pl.DataFrame(self.rejected, REJECTED, orient="row"),
            nested={str(at): path for at, path in enumerate(paths) if len(path) > 1},
        )

    def _notes(self) -> Iterator[Note]:
        yield Note("file", f"{self.layout.name} in JSON, recognised by its keys")
        if self.others:
            records = "1 record is" if self.others == 1 else f"{self.others:,} records are"
            yield Note("row", f"{records} passed over: not among the {self.layout.name}")

    def _rows(self, progress: Progress | None) -> Iterator[tuple[int, int, Record]]:
        """The number of each row, its line, and its values; takes note of what is none."""
        number = 1
        for line, text, found in self._records(progress):
            try:
                record = self._parsed(text) if found is None else found
                if self.layout.is_other(record):
                    self.others += 1
                    continue
                rows = [*rows_of(record, self.layout)]
            except ValueError as error:
                # Not in a cell: mended rows come back as a table, where it would be an id.
                shown = quoted(visible(unmarked(text.decode()), SHOWN))
                self.rejected.append((number, line, f"{error}: {shown}", []))
                number += 1
            else:
                yield from ((at, line, row) for at, row in enumerate(rows, number))
                number += len(rows)

    def _records(
        self, progress: Progress | None
    ) -> Iterator[tuple[int, bytes, dict[str, Any] | None]]:
        """Each line and what it is; None where it has to be looked at by itself."""
        coming = lines(self.source, progress)
        while few := [*islice(coming, TOGETHER)]:
            texts = [text for _, text in few]
            found = parse_together(texts, marks=not self.source.as_it_is)
            for (line, text), record in zip(few, found or repeat(None), strict=False):
                yield line, text, record

    def _parsed(self, text: bytes) -> dict[str, Any]:
        return parse(text, marks=not self.source.as_it_is)

    def _frames(self, rows: Iterator[tuple[int, int, Record]]) -> Iterator[pl.DataFrame]:
        """Few rows at a time as `row`, `line` and the columns that they fill."""
        yield PLACES.to_frame()
        while few := [*islice(rows, AT_ONCE)]:
            every = [*range(len(few))]
            given = GivenCells(every, [row for _, _, row in few])
            for path, kind, cells in by_path((), given):
                self._put(path, kind, cells)
            filled = [
                each.take(every)
                for kinds in self.columns.values()
                for each in kinds.values()
                if each.batch.places
            ]
            places = [(row, line) for row, line, _ in few]
            yield pl.DataFrame(places, PLACES, orient="row").hstack(filled)

    def _put(self, path: Names, found: type, cells: GivenCells) -> None:
        kinds = self.columns.setdefault(path, {})
        check_width(len(self.columns))
        for kind, alike in _by_kind(found, cells):
            if kind not in kinds:
                kinds[kind] = SparseColumn(f"{[*path]} {kind}", kind)
            kinds[kind].put(alike.places, alike.values)

    def _place(self, path: Names) -> int:
        """Columns that are named for their meaning go before others of the same."""
        named = [*self.layout.names]
        return named.index(".".join(path)) if ".".join(path) in named else len(named)

    def _header(self, paths: Sequence[Names]) -> Iterator[str]:
        """A name for each column: what is lifted keeps its path where another has its name."""
        bare = [self.layout.without_lifted(path) for path in paths]
        whole = {path for path, short in zip(paths, bare, strict=True) if path == short}
        taken = Counter(bare)
        for place, (path, short) in enumerate(zip(paths, bare, strict=True), 1):
            kept = path if short in whole or taken[short] > 1 else short
            name = self.layout.names.get(".".join(path), ".".join(kept))
            yield name if name.strip() else f"column {place}"


def _as_cells(column: TypedColumn) -> TypedColumn:
    """
    A column of nothing but text as cells of a table of text.

    Amounts and counts are text in the JSON of most shops: "199.65".
    """
    return TypedColumn(column.text, {}) if {*column.variants} == {TEXT} else column


def _by_kind(found: type, cells: GivenCells) -> Iterable[tuple[Any, GivenCells]]:
    """The values of one type by the type of their column, which of lists is another for each."""
    if found is not list:
        return ((DTYPES[found], cells),)
    return cells.divided(lambda value: pl.List(DTYPES[type(value[0])])).items()

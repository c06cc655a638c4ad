"""
Lines of JSON that are all alike, read as a table: a fifth of the time that objects of Python take.

What the lines may say is learnt from some that were read one by one; a block that says anything
else, or leaves a doubt, is read one by one too. Arrow refuses another type, a key that is not
known and one given twice; what it would take in silence is looked for here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import polars as pl
import pyarrow as pa
from pyarrow import json as arrow_json

from engine.filters.kinds import BOOLEAN, NUMBER, STRING, Kind
from engine.imports.columns.table import FileColumn
from engine.imports.files.batch import Address
from engine.imports.files.json_cells import SparseColumn
from engine.imports.files.json_columns import EXACT, Collector, Shape

TRIES = 4  # blocks in a row that may be otherwise, until no further one is tried
ESCAPED = frozenset('"\\/')  # signs that a key may be spelt otherwise for
Goal = FileColumn | tuple[Address, Shape] | None  # None: the key is left out
NUMBERS = frozenset((int, float))


class _OtherwiseError(Exception):
    """Records that are not to be read as a table."""


@dataclass(frozen=True)
class AlikeKey:
    """One key whose values are a column."""

    names: tuple[str, ...]  # from the outermost object
    goal: Goal
    alone: bool  # no other object has a key of that name

    @property
    def place(self) -> FileColumn | Address | None:
        """What the values are of, whatever their type."""
        return self.goal[0] if isinstance(self.goal, tuple) else self.goal

    @property
    def mark(self) -> bytes:
        """How it stands in a line."""
        return f'"{self.names[-1]}":'.encode()


@dataclass(frozen=True)
class _Scalar:
    """How values of some types are read as a column."""

    arrow: pa.DataType
    kind: Kind


SCALARS: Mapping[frozenset[type], _Scalar] = MappingProxyType(
    {
        frozenset(): _Scalar(pa.null(), STRING),  # nulls so far
        frozenset((str,)): _Scalar(pa.string(), STRING),
        frozenset((bool,)): _Scalar(pa.bool_(), BOOLEAN),
        **dict.fromkeys(
            (frozenset((int,)), frozenset((float,)), NUMBERS), _Scalar(pa.float64(), NUMBER)
        ),
    }
)


@dataclass
class _KeyContents:
    """What stood under one key so far, null aside."""

    types: set[type] = field(default_factory=set)
    inside: dict[str, "_KeyContents"] = field(default_factory=dict)  # of objects, by key

    def named(self, key: str) -> int:
        """How many objects at this place and inside them have a key."""
        return (key in self.inside) + sum(each.named(key) for each in self.inside.values())

    def see(self, values: Iterable[Any]) -> None:
        """Takes further values into account."""
        given = [value for value in values if value is not None]
        self.types.update(map(type, given))
        if dict in self.types:
            for key, inner in _by_key(each for each in given if type(each) is dict):
                self.inside.setdefault(key, _KeyContents()).see(inner)


class AlikeLines:
    """Reads blocks of lines as tables, as a collector has read some of them."""

    def __init__(self, collected: Collector) -> None:
        self.collected = collected
        self.seen = _KeyContents()
        self.schema: pa.Schema | None = None
        self.leaves: tuple[AlikeKey, ...] = ()
        self.tries = TRIES

    def learn(self, records: Sequence[dict[str, Any]]) -> None:
        """Takes in what lines that were read say, where that can be read as a table."""
        if not self.tries:
            return
        self.seen.see(records)
        leaves: list[AlikeKey] = []
        try:
            self.schema = pa.schema([*self._fields((), self.seen, leaves)])
            _check_spelt_once(leaves)
        except _OtherwiseError:
            self.schema, self.tries = None, 0  # further lines do not change it
        self.leaves = tuple(leaves)

    def frame(self, block: bytes) -> pl.DataFrame | None:
        """The columns that `Collector.frame` would make of these lines; None: read each of them."""
        if self.schema is None or not self.tries:
            return None
        try:
            found = self._columns(block, self.schema)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, _OtherwiseError):
            self.tries -= 1
            return None
        self.tries = TRIES
        return found

    def _fields(
        self, names: tuple[str, ...], seen: _KeyContents, leaves: list[AlikeKey]
    ) -> Iterator[pa.Field]:
        """The keys of the objects at one place, and what their values are; adds to the leaves."""
        for key, values in seen.inside.items():
            inner, types = (*names, key), frozenset(values.types)
            if types == {dict}:
                yield pa.field(key, pa.struct([*self._fields(inner, values, leaves)]))
            elif types in SCALARS:
                goal, dtype = self._goal(inner, types)
                leaves.append(AlikeKey(inner, goal, alone=self.seen.named(key) == 1))
                yield pa.field(key, dtype)
            else:
                raise _OtherwiseError

    def _goal(self, names: tuple[str, ...], types: frozenset[type]) -> tuple[Goal, pa.DataType]:
        """Where the values of a key go, and as what Arrow reads them."""
        scalar = SCALARS[types]
        for size in range(1, len(names) + 1):
            target = self.collected.routes.get(".".join(names[:size]))
            rest = names[size:]
            if target is None:
                raise _OtherwiseError
            if target.column:
                return self._field(target.column, rest, types)
            if target.path or target.namespace:
                address = (str(target.namespace), *target.path, *rest)
                if len(address) == 1:  # the metadata as a whole is no value
                    raise _OtherwiseError
                return (address, (scalar.kind, False)), scalar.arrow
        if ".".join(names) not in self.collected.dropped:
            raise _OtherwiseError
        return None, scalar.arrow

    def _field(
        self, column: FileColumn, rest: tuple[str, ...], types: frozenset[type]
    ) -> tuple[Goal, pa.DataType]:
        if rest or column.part or not types.issubset(column.cell.json) or float in types:
            raise _OtherwiseError
        # Of a field each value is text that the whole number or the word is.
        return column, pa.int64() if types == {int} else SCALARS[types].arrow

    def _columns(self, block: bytes, schema: pa.Schema) -> pl.DataFrame:
        count = _whole_lines(block)
        table = arrow_json.read_json(
            pa.BufferReader(block),
            arrow_json.ReadOptions(block_size=len(block) + 1),
            arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
        )
        if table.num_rows != count or table.schema != schema:
            raise _OtherwiseError
        found = [each for leaf in self.leaves for each in self._series(leaf, table, block)]
        return pl.DataFrame(found) if found else pl.DataFrame(height=count)

    def _series(self, leaf: AlikeKey, table: pa.Table, block: bytes) -> Iterator[pl.Series]:
        values = _values(table, leaf.names)
        if leaf.goal is None:
            return
        if values.dtype == pl.Float64 and not (values.abs() < EXACT).all():
            raise _OtherwiseError  # whole numbers that are text; NaN, which is no JSON
        given = values.null_count() < len(values)
        if given:
            column = self._column(leaf.goal)
            yield values.cast(column.dtype).alias(column.name)
        if values.has_nulls() and _are_said(leaf, values, block):
            flag = self._flag(leaf.goal)
            yield values.is_null().alias(flag.name)

    def _column(self, goal: FileColumn | tuple[Address, Shape]) -> SparseColumn:
        if isinstance(goal, FileColumn):
            return self.collected.field(goal)
        address, shape = goal
        return self.collected.variant(self.collected.keys[address], shape)

    def _flag(self, goal: FileColumn | tuple[Address, Shape]) -> SparseColumn:
        if isinstance(goal, FileColumn):
            return self.collected.cleared(goal)
        return self.collected.removed(goal[0])


def _check_spelt_once(leaves: Iterable[AlikeKey]) -> None:
    """Two spellings of one thing must agree, which is looked at line by line."""
    places = [leaf.place for leaf in leaves if leaf.place]
    if len(set(places)) < len(places):
        raise _OtherwiseError


def _by_key(objects: Iterable[dict[str, Any]]) -> Iterable[tuple[str, list[Any]]]:
    found: dict[str, list[Any]] = {}
    for each in objects:
        for key, value in each.items():
            found.setdefault(key, []).append(value)
    return found.items()


def _whole_lines(block: bytes) -> int:
    """How many lines there are, of which each is one object for sure if there are as many."""
    lines = block if block.endswith(b"\n") else block + b"\n"
    count = lines.count(b"\n")
    ends = lines.count(b"}\n") + lines.count(b"}\r\n")
    if ends != count or lines.count(b"\n{") + lines.startswith(b"{") != count:
        raise _OtherwiseError
    return count


def _values(table: pa.Table, names: tuple[str, ...]) -> pl.Series:
    """One column, out of the objects that it is in; none of them may be missing."""
    column = table[names[0]]
    for name in names[1:]:
        if column.null_count:
            raise _OtherwiseError
        column = pa.chunked_array(
            [chunk.field(name) for chunk in column.chunks], column.type.field(name).type
        )
    return pl.Series(column)


def _are_said(leaf: AlikeKey, values: pl.Series, block: bytes) -> bool:
    """
    Whether the nulls of a column stand in the lines, or the key does not.

    Arrow reads both as null. A key stands once in a line, so that they can be counted, unless it is
    spelt by its code or of several objects.
    """
    said = block.count(leaf.mark)
    plain = b"\\u" not in block and not ESCAPED.intersection(leaf.names[-1]) and leaf.alone
    if plain and said in (len(values), len(values) - values.null_count()):
        return said == len(values)
    raise _OtherwiseError

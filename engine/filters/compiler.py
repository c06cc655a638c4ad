"""A filter as one Polars expression: from a profile frame and an instant to true or false.

Every leaf is closed before groups combine: it is never null, so groups only join true and false.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import polars as pl

from engine.filters.clock import Clock
from engine.filters.expression import Condition, Group, Test, Window
from engine.filters.fields import Catalogue, Field
from engine.filters.kinds import INSTANT, NUMBER, STRING, Kind
from engine.filters.operator_row import Operator
from engine.filters.reading import fold, fold_texts
from engine.filters.storage import Bits, Dictionary, Locate, Storage
from engine.filters.understanding import positive_of, understood


def mask(group: Group, catalogue: Catalogue, storage: Locate, clock: Clock) -> pl.Expr:
    """
    The filter over a profile frame.

    Args:
        group: a parsed filter.
        catalogue: the one it was parsed with.
        storage: where the value of a condition stands in the frame, windowed and narrowed as the
            condition says; None where nobody has it.
        clock: the instant and the project zone.

    Returns:
        Boolean, one per row of the frame, never null.

    Raises:
        FilterError: the catalogue no longer allows a test.
    """
    leaves = [
        leaf(condition, catalogue, storage(condition), clock) for condition in group.conditions
    ]
    inner = [mask(nested, catalogue, storage, clock) for nested in group.groups]
    joined = join(group.junction, leaves + inner)
    return ~joined if group.negated else joined


def leaf(
    condition: Condition, catalogue: Catalogue, stored: Storage | None, clock: Clock
) -> pl.Expr:
    """One condition over the column that holds its value, as `mask` says of a whole filter."""
    field = catalogue.field(condition.field)
    # An event that nobody has may be asked as any kind; narrowed, its column would be of one.
    stored = stored if field.known else None
    return join("and", [_test(condition, test, field, stored, clock) for test in condition.tests])


def within(window: Window, instants: pl.Expr, clock: Clock) -> pl.Expr:
    """Whether a record of that instant counts: from included, to not; or now − N d < t ≤ now."""
    start, end = (raw and INSTANT.read_json(raw, clock.zone) for raw in (window.start, window.end))
    bounds = [instants >= start] if start else []
    bounds += [instants < end] if end else []
    if window.last_days is not None:
        bounds += [
            instants > clock.instant - timedelta(days=window.last_days),
            instants <= clock.instant,
        ]
    return join("and", bounds)


def join(junction: str, parts: Sequence[pl.Expr]) -> pl.Expr:
    """Parts joined as a balanced tree, since a chain of 1,000 takes Polars 2.5 s to plan."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    left, right = join(junction, parts[:half]), join(junction, parts[half:])
    return {"and": left & right, "or": left | right}[junction]


def _test(
    condition: Condition, test: Test, field: Field, stored: Storage | None, clock: Clock
) -> pl.Expr:
    """One test, never null: a missing value fails the positive and passes the negative."""
    reading = understood(field, test.operator, test.operand, clock.zone)
    row = reading.operator
    many = field.many if field.known else row.on == "list"
    column = _column(stored, pl.List(reading.kind.dtype) if many else reading.kind.dtype)
    present = column.is_not_null() | field.always
    if row.over == "presence":
        return row.compile(present, (), clock)
    if field.absent is not None and field.kind is reading.kind:
        column, present = column.fill_null([] if many else field.absent), pl.lit(True)
    values = _Values(stored, reading.kind, condition.ignore_case, clock)
    holds = values.holds(positive_of(row, reading.kind), column, reading.values, many=many)
    if row.over == "list":
        return holds
    verdict: pl.Expr = closed(row, condition, present, holds)
    return verdict


def closed(row: Operator, condition: Condition, present: Any, holds: Any) -> Any:
    """The verdict of a row from that of its positive, which may be null where no value is."""
    known = present & holds
    denied = ~known if condition.missing == "match" else ~known & present
    return denied if row.negates else known


def _column(stored: Storage | None, dtype: Any) -> pl.Expr:
    return pl.col(stored.column) if stored else pl.repeat(None, pl.len(), dtype=dtype)


@dataclass(frozen=True, eq=False)
class _Values:
    """How one stored column answers an operator row."""

    stored: Storage | None
    kind: Kind
    ignore_case: bool
    clock: Clock

    def holds(
        self, row: Operator, column: pl.Expr, values: Iterable[Any], *, many: bool
    ) -> pl.Expr:
        """The positive row over the column; null where the value is missing."""
        if row.over == "list":
            return row.compile(column.fill_null([]).list.drop_nulls(), tuple(values), self.clock)
        if row.over == "every":
            return join("and", [self._any(row, column, (value,), many=many) for value in values])
        return self._any(row, column, tuple(values), many=many)

    def _any(self, row: Operator, column: pl.Expr, values: Sequence[Any], *, many: bool) -> pl.Expr:
        """For a list, whether one element holds; no null among the elements ever does."""
        folded = self.ignore_case and self.kind is STRING
        wanted = fold_texts(values) if folded else values
        if not many:
            return self._element(row, column, wanted, folded=folded)
        if isinstance(self.stored, Bits):
            return self._bits(self.stored, partial(self._test, row, wanted, folded=folded))
        return column.list.eval(self._element(row, pl.element(), wanted, folded=folded)).list.any()

    def _element(
        self, row: Operator, value: pl.Expr, wanted: Sequence[Any], *, folded: bool
    ) -> pl.Expr:
        test = partial(self._test, row, wanted, folded=folded)
        if not isinstance(self.stored, Dictionary):
            return test(value)
        codes = _held(self.stored.categories, test).cast(pl.UInt32)
        return value.to_physical().cast(pl.UInt32).is_in(codes.implode())

    def _bits(self, stored: Bits, test: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
        number = sum(1 << place for place in _held(stored.vocabulary, test))
        return pl.col(stored.bits) & pl.lit(number, dtype=pl.UInt64) != 0

    def _test(
        self, row: Operator, wanted: Sequence[Any], value: pl.Expr, *, folded: bool
    ) -> pl.Expr:
        if folded:
            value = value.map_batches(folded_texts, return_dtype=pl.String, is_elementwise=True)
        if self.kind is NUMBER:
            value = value.cast(pl.Float64)  # counts and cents are integers, operands doubles
        return row.compile(value, wanted, self.clock)


def _held(values: pl.Series, test: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """The places of the distinct values that pass a test."""
    return values.rename("value").to_frame().select(test(pl.col("value"))).to_series().arg_true()


def folded_texts(texts: pl.Series) -> pl.Series:
    """
    Case-folded text, as `reading.fold` folds it.

    Of ASCII text that is lower case, which Polars does a hundred times faster than Python; other
    text is folded once for each distinct value.
    """
    special = texts.filter(texts.str.len_bytes() != texts.str.len_chars()).unique()
    folded = pl.Series([fold(text) for text in special], dtype=pl.String)
    return texts.replace_strict(special, folded, default=texts.str.to_lowercase())

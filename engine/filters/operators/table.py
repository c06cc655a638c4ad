"""The operators: one row each. Parser, compiler, builder, sentences, docs and tests loop over them.

A key may stand in several rows of disjoint kinds (`$more_than` on numbers, on dates as days ago).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from engine.filters.clock import Clock
from engine.filters.fields import Field
from engine.filters.kinds import ANY, DATE, INSTANT, NUMBER, STRING
from engine.filters.operators import intervals, operands, plain_calendar
from engine.filters.operators.row import VALUE_KINDS, Cases, Operator, examples, negative
from engine.filters.operators.temporal import temporal_rows

EXAMPLE_CLOCK = Clock(
    datetime.fromisoformat("2024-03-15T12:00:00+00:00"), ZoneInfo("Europe/Berlin")
)


def _equals(value: pl.Expr, operand: Sequence[Any], _clock: Clock) -> pl.Expr:
    return value == operand[0] if len(operand) == 1 else value.is_in(list(operand))


def _is_one_of(value: Any, operand: Sequence[Any], _clock: Clock) -> bool:
    return value in operand


def _own(operand: Sequence[Any], _clock: Clock) -> Sequence[Any]:
    """The verdict changes at the operand's own values: at, before or after them, or around them."""
    return operand


def _any_text(test: Callable[[pl.Expr, str], pl.Expr]) -> intervals.Compile:
    return lambda value, operand, _: intervals.any_of(
        value, [test(value, text) for text in operand]
    )


def _equality() -> Iterator[Operator]:
    cases: Cases = (
        ("Berlin", ["Warsaw", "Berlin"], True),
        ("Berlin", "berlin", False),
        (5, "5.0", True),
        (True, "true", True),
        ("01", "1", False),
        (None, "Berlin", False),
        (["a", "b"], ["b", "c"], True),
        ([], "a", False),
        ("2024-03-15T11:00:00Z", "2024-03-15T12:00", True),
    )
    for key, label, denial, denied in (
        ("$is", "is …", "$is_not", "is not …"),
        ("$in", "is any of …", "$not_in", "is none of …"),
    ):
        positive = Operator(
            key,
            label,
            VALUE_KINDS,
            operands.VALUES,
            _equals,
            _is_one_of,
            examples(cases),
            on="both",
            edges=_own,
        )
        yield from (positive, negative(denial, positive, denied))


def _presence() -> Iterator[Operator]:
    kinds = (*VALUE_KINDS, ANY)
    yield Operator(
        "$has_value",
        "has any value",
        kinds,
        operands.FLAG,
        lambda present, _operand, _clock: present,
        lambda present, _operand, _clock: bool(present),
        examples((("x", None, True), ("", None, True), (None, None, False), ([], None, True))),
        over="presence",
        on="both",
        opposite="$is_unknown",
        edges=lambda _operand, _clock: (),
    )
    yield Operator(
        "$is_unknown",
        "is unknown",
        kinds,
        operands.FLAG,
        lambda present, _operand, _clock: ~present,
        lambda present, _operand, _clock: not present,
        examples((("x", None, False), ("", None, False), (None, None, True), ([], None, False))),
        over="presence",
        on="both",
        opposite="$has_value",
        edges=lambda _operand, _clock: (),
    )


def _text() -> Iterator[Operator]:
    starts = Operator(
        "$starts_with",
        "starts with …",
        (STRING,),
        operands.PARTS,
        _any_text(lambda value, text: value.str.starts_with(text)),
        lambda value, operand, _: value.startswith(tuple(operand)),
        examples(
            (
                ("48 500", ["49", "48"], True),
                ("0048", "48", False),
                (None, "48", False),
                (["xa", "b"], "x", True),
            )
        ),
        on="both",
        edges=_own,
    )
    ends = Operator(
        "$ends_with",
        "ends with …",
        (STRING,),
        operands.PARTS,
        _any_text(lambda value, text: value.str.ends_with(text)),
        lambda value, operand, _: value.endswith(tuple(operand)),
        examples(
            (
                ("ann@x.com", ".com", True),
                ("ann@x.Com", ".com", False),
                (None, "", False),
                (["ax", "b"], "x", True),
            )
        ),
        on="both",
        edges=_own,
    )
    contains = Operator(
        "$contains",
        "contains …",
        (STRING,),
        operands.PARTS,
        # literal: contains is a pattern otherwise
        _any_text(lambda value, text: value.str.contains(text, literal=True)),
        lambda value, operand, _: any(text in value for text in operand),
        examples(
            (
                ("a.b", ".", True),
                ("ab", ".", False),
                ("ab", "", True),
                (None, "", False),
                (["xay"], ["q", "a"], True),
            )
        ),
        on="both",
        edges=_own,
    )
    yield from (starts, ends, contains, negative("$not_contain", contains, "does not contain …"))


def _order() -> Iterator[Operator]:
    rows: tuple[tuple[str, str, intervals.Compile, plain_calendar.Matches, Cases], ...] = (
        (
            "$more_than",
            "is more than …",
            lambda value, operand, _: value > operand[0],
            lambda value, operand, _: value > operand[0],
            ((5, 4, True), (5, "5", False), (None, 4, False)),
        ),
        (
            "$less_than",
            "is less than …",
            lambda value, operand, _: value < operand[0],
            lambda value, operand, _: value < operand[0],
            ((5, 6, True), (5, 5, False), (None, 4, False)),
        ),
        (
            "$more_than_equal",
            "is at least …",
            lambda value, operand, _: value >= operand[0],
            lambda value, operand, _: value >= operand[0],
            ((5, 5, True), (4.5, 5, False), (None, 4, False)),
        ),
        (
            "$less_than_equal",
            "is at most …",
            lambda value, operand, _: value <= operand[0],
            lambda value, operand, _: value <= operand[0],
            ((5, 5, True), (5.5, 5, False), (None, 4, False)),
        ),
    )
    for key, label, compiled, matches, cases in rows:
        shown = examples(cases)
        yield Operator(key, label, (NUMBER,), operands.VALUE, compiled, matches, shown, edges=_own)


def _moments() -> Iterator[Operator]:
    moments = (DATE, INSTANT)
    yield Operator(
        "$after",
        "is after …",
        moments,
        operands.VALUE,
        lambda value, operand, _: value > operand[0],
        lambda value, operand, _: value > operand[0],
        examples(
            (
                ("2024-03-16", "2024-03-15", True),
                ("2024-03-15", "2024-03-15", False),
                (None, "2024-03-15", False),
            )
        ),
        edges=_own,
    )
    yield Operator(
        "$before",
        "is before …",
        moments,
        operands.VALUE,
        lambda value, operand, _: value < operand[0],
        lambda value, operand, _: value < operand[0],
        examples(
            (
                ("2024-03-14", "2024-03-15", True),
                ("2024-03-15", "2024-03-15", False),
                (None, "2024-03-15", False),
            )
        ),
        edges=_own,
    )


def _counts() -> Iterator[Operator]:
    exact: Cases = ((["a", "a"], [1, 2], True), (None, 0, True), ([], 1, False))
    more: Cases = ((["a", None, "b"], 1, True), (None, 0, False), (["a"], 1, False))
    less: Cases = ((["a"], 2, True), (None, 1, True), (["a"], 1, False))
    rows: tuple[
        tuple[str, str, operands.Operand, intervals.Compile, plain_calendar.Matches, Cases], ...
    ] = (
        (
            "$count",
            "has exactly … values",
            operands.COUNTS,
            lambda value, operand, _: value.list.len().is_in(list(operand)),
            lambda value, operand, _: len(value) in operand,
            exact,
        ),
        (
            "$count_more",
            "has more than … values",
            operands.COUNT,
            lambda value, operand, _: value.list.len() > operand[0],
            lambda value, operand, _: len(value) > operand[0],
            more,
        ),
        (
            "$count_less",
            "has fewer than … values",
            operands.COUNT,
            lambda value, operand, _: value.list.len() < operand[0],
            lambda value, operand, _: len(value) < operand[0],
            less,
        ),
    )
    for key, label, operand, compiled, matches, cases in rows:
        yield Operator(
            key, label, VALUE_KINDS, operand, compiled, matches, examples(cases), "list", "list"
        )


def _membership() -> Iterator[Operator]:
    every: Cases = (
        (["a", "b", "c"], ["c", "a", "a"], True),
        (["a"], ["a", "b"], False),
        (None, "a", False),
    )
    some: Cases = ((["a", "b"], ["b", "c"], True), (["a"], ["b"], False), ([], "a", False))
    yield Operator(
        "$includes",
        "has all of …",
        VALUE_KINDS,
        operands.ALL,
        _equals,
        _is_one_of,
        examples(every),
        "every",
        "list",
        edges=_own,
    )
    yield Operator(
        "$intersects",
        "has any of …",
        VALUE_KINDS,
        operands.VALUES,
        _equals,
        _is_one_of,
        examples(some),
        on="list",
        edges=_own,
    )


def _rows() -> Iterator[Operator]:
    for family in (_equality, _presence, _text, _order, _moments):
        yield from family()
    yield from temporal_rows()
    yield from _counts()
    yield from _membership()


OPERATORS: tuple[Operator, ...] = tuple(_rows())
KEYS: tuple[str, ...] = tuple(dict.fromkeys(row.key for row in OPERATORS))

# Operators of the real service that this workbench does not serve.
NOT_SERVED = frozenset(
    (
        "$in_location",
        "$not_in_location",
        "$active",
        "$enabled",
        "$disabled",
        "$expired",
        "$failed",
        "$in_progress",
        "$before_start",
        "$redeemed",
        "$redeemable",
    )
)


@cache
def rows_of(key: str) -> tuple[Operator, ...]:
    """Every row of a key, in table order; none for an unknown key."""
    return tuple(row for row in OPERATORS if row.key == key)


def asks_equality(row: Operator) -> bool:
    """Whether the row, or the one that it denies, asks for values that equal the operand's."""
    return any(each.matches is _is_one_of for each in rows_of(row.negates or row.key))


def operators_for(field: Field) -> tuple[Operator, ...]:
    """The operators that a field allows, one per key, in table order."""
    fitting = [row for row in OPERATORS if row.fits(field)]
    return tuple({row.key: row for row in reversed(fitting)}.values())[::-1]

"""What an operator row is, and how a negative row follows from its positive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from engine.filters.clock import Clock
from engine.filters.fields import Field
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING, Kind
from engine.filters.operators.operands import Operand


@dataclass(frozen=True)
class Example:
    """A case that documents and tests its row, at `EXAMPLE_CLOCK` (a Friday)."""

    value: Any  # as JSON; None is missing
    operand: tuple[Any, ...]  # as JSON
    holds: bool


@dataclass(frozen=True, eq=False)
class Operator:
    """
    One operator on some kinds.

    `compile` is elementwise over a value that is never null, never a code and never a list, except
    that `over="list"` sees the list itself and `over="presence"` whether there is a value at all.
    """

    key: str
    label: str  # as the builder and the sentence say it; the operand stands at …
    kinds: tuple[Kind, ...]
    operand: Operand
    compile: Callable[[pl.Expr, Sequence[Any], Clock], pl.Expr]
    matches: Callable[[Any, Sequence[Any], Clock], bool]
    examples: tuple[Example, ...]
    over: Literal["element", "every", "list", "presence"] = (
        "element"  # "every": each operand value is in the list
    )
    on: Literal["single", "list", "both"] = "single"  # the fields it is offered on
    negates: str | None = None  # the positive it denies
    opposite: str | None = None  # what to use instead of `false`
    year_free: str | None = None  # what it means on a field whose year does not matter
    uses_clock: bool = False  # the answer changes as time passes
    elapses: bool = False  # it does so N×24 h from the value, and not at midnight
    # The values beside which the verdict may change, for reasoning; None: it may change anywhere.
    edges: Callable[[Sequence[Any], Clock], Iterable[Any]] | None = None
    dear: bool = False  # takes every value apart: 50 ms at 1 M rows, others below 1

    def fits(self, field: Field) -> bool:
        """Whether the field allows this row; a name nobody has yet allows every row."""
        shape = "list" if field.many else "single"
        return not field.known or (field.kind in self.kinds and self.on in (shape, "both"))

    def __repr__(self) -> str:
        return f"Operator({self.key} on {', '.join(kind.key for kind in self.kinds)})"


VALUE_KINDS = (STRING, NUMBER, BOOLEAN, DATE, INSTANT)
Cases = tuple[tuple[Any, Any, bool], ...]


def examples(cases: Cases) -> tuple[Example, ...]:
    """Value, operand (None for a flag, a scalar for one value) and whether it holds."""
    wrapped = {list: tuple, type(None): lambda _: ()}
    return tuple(
        Example(value, wrapped.get(type(operand), lambda one: (one,))(operand), holds)
        for value, operand, holds in cases
    )


def negative(key: str, positive: Operator, label: str) -> Operator:
    """The denial of a row: its name and label; the rest follows from the positive."""
    turned = tuple(Example(case.value, case.operand, not case.holds) for case in positive.examples)
    return Operator(
        key,
        label,
        positive.kinds,
        positive.operand,
        lambda value, operand, clock: ~positive.compile(value, operand, clock),
        lambda value, operand, clock: not positive.matches(value, operand, clock),
        turned,
        positive.over,
        positive.on,
        negates=positive.key,
        edges=positive.edges,
    )

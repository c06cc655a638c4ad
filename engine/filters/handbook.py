"""
Operators and fields as a reader wants them: every sentence comes out of their rows.

The README and the reference page show the same entries.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from engine.filters.fields import Field
from engine.filters.kinds import ANY, KINDS
from engine.filters.operators.row import Operator
from engine.filters.operators.table import OPERATORS

KINDS_OF_VALUES = tuple(kind for kind in KINDS.values() if kind is not ANY)
ARITIES = {"none": "true", "one": "one: ", "many": "one or more: "}
MISSING = {  # by what a row looks at, else by whether it denies another (filters rule 4.2)
    "presence": "is what it asks for",
    "list": "counts as no values",
    True: "holds; with `missing: skip` it does not",
    False: "does not hold",
}


@dataclass(frozen=True)
class Case:
    """An operand with a value for which it holds, or with one for which it does not."""

    operand: str  # as JSON; true of an operator without one
    value: str  # as JSON; null is no value


@dataclass(frozen=True)
class OperatorEntry:
    """What the rows of one wire key and label say; they differ in the kinds alone."""

    key: str
    label: str
    kinds: str  # of the fields it is offered on
    notes: tuple[str, ...]  # beside the label, what it means
    operand: str
    holds: Case
    fails: Case
    missing: str  # what it says of a customer without a value


@dataclass(frozen=True)
class FieldEntry:
    """What the row of a field says."""

    path: str
    label: str
    group: str
    kind: str  # with the unit behind it
    doc: str
    absent: str  # its value where no record is
    aliases: tuple[str, ...]
    narrowed: bool  # takes `window` and `where`


def operator_entries() -> tuple[OperatorEntry, ...]:
    """One entry for each wire key and label, in table order."""
    lines = groupby(OPERATORS, key=lambda row: (row.key, row.label))
    return tuple(_operator(tuple(rows)) for _, rows in lines)


def field_entries(fields: Iterable[Field]) -> tuple[FieldEntry, ...]:
    """One entry for each field, in their order."""
    return tuple(_field(field) for field in fields)


def _operator(rows: tuple[Operator, ...]) -> OperatorEntry:
    first = rows[0]
    return OperatorEntry(
        first.key,
        first.label,
        _kinds(rows),
        tuple(_notes(first)),
        ARITIES[first.operand.arity] + first.operand.doc,
        _case(first, holds=True),
        _case(first, holds=False),
        MISSING.get(first.over) or MISSING[first.negates is not None],
    )


def _case(row: Operator, *, holds: bool) -> Case:
    """The first example that holds or fails, one with a value before one without."""
    cases = [example for example in row.examples if example.holds == holds]
    chosen = min(cases, key=lambda example: example.value is None)
    return Case(_json(list(chosen.operand) or True), _json(chosen.value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _kinds(rows: Iterable[Operator]) -> str:
    kinds = [kind for row in rows for kind in row.kinds if kind is not ANY]
    named = ", ".join(kind.label.lower() for kind in kinds)
    labels = "any kind" if len(kinds) == len(KINDS_OF_VALUES) else named
    return f"lists of {labels}" if {row.on for row in rows} == {"list"} else labels


def _notes(row: Operator) -> Iterable[str]:
    """What a row means beside its label."""
    if row.negates:
        yield f"denies `{row.negates}`"
    if row.year_free:
        yield f"of a birthdate as `{row.year_free}`"
    if row.uses_clock:
        yield "moves as time passes"


def _field(field: Field) -> FieldEntry:
    kind = f"list of {field.kind.label.lower()}" if field.many else field.kind.label.lower()
    absent = "missing" if field.absent is None else "empty" if field.many else str(field.absent)
    absent = "no" if field.absent is False else absent
    unit = f"{kind} ({field.unit})" if field.unit else kind
    return FieldEntry(
        field.path,
        field.label,
        field.group,
        unit,
        field.doc,
        absent,
        field.aliases,
        field.activity,
    )

"""
From a filter as it was written to what it means, where the fields are known.

The parser gives the tree of the JSON. Here each test meets its field row and its operator row,
once. A catalogue is an argument, so what is resolved lasts as long as the stored names do.
"""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import FilterError
from engine.filters.expression import Condition, Group, Test, Window, leaves_of, step
from engine.filters.fields import Catalogue, Field
from engine.filters.kinds import INSTANT, Kind
from engine.filters.meaning import Clause, Leaf, Period, Subject, Tree
from engine.filters.operators.row import Operator
from engine.filters.operators.table import rows_of
from engine.filters.understanding import Reading, read
from engine.text.display import quoted


def resolve(group: Group, catalogue: Catalogue, zone: ZoneInfo, path: str = "$") -> Tree:
    """
    A parsed filter with its meaning, and with what it assumes (filters rule 7.27).

    Args:
        catalogue: the fields as they are now; the filter may have been parsed with an older one.
        zone: of the project, in which operands without an offset are read.

    Raises:
        FilterError: the catalogue no longer allows a test.
    """
    tree = _tree(group, catalogue, zone, path)
    asked = {leaf.field.path for leaf in tree.all()} if catalogue.assumed else ()
    besides = (
        Condition(field.path, (Test("$is", (field.assumed,)),))
        for field in catalogue.assumed
        if field.path not in asked
    )
    clauses = (resolve_condition(one, catalogue, zone, step(path, one.field)) for one in besides)
    return replace(tree, besides=tuple(clauses))


def _tree(group: Group, catalogue: Catalogue, zone: ZoneInfo, path: str) -> Tree:
    clauses = tuple(
        resolve_condition(condition, catalogue, zone, step(path, condition.field))
        for condition in group.conditions
    )
    inner = step(path, "$groups")
    groups = tuple(
        _tree(nested, catalogue, zone, step(inner, place))
        for place, nested in enumerate(group.groups)
    )
    return Tree(path, group.junction, clauses, groups, group.negated)


def resolve_condition(
    condition: Condition, catalogue: Catalogue, zone: ZoneInfo, path: str = "$"
) -> Clause:
    """One condition, as `resolve` does a whole filter."""
    subject = _subject(condition, catalogue, zone, path)
    leaves = tuple(_leaf(alone, subject, zone) for alone in leaves_of(condition))
    return Clause(path, condition, subject, leaves)


def without_value(clause: Clause, zone: ZoneInfo) -> Leaf:
    """The leaf of who has no value where a condition looks."""
    test = (Test("$is_unknown"),)
    alone = replace(clause.condition, tests=test, missing="match", ignore_case=False)
    return _leaf(alone, clause.subject, zone)


def with_operand(leaf: Leaf, operand: tuple[Any, ...], zone: ZoneInfo) -> Leaf:
    """The same test with another raw operand."""
    test = replace(leaf.condition.tests[0], operand=operand)
    return _leaf(replace(leaf.condition, tests=(test,)), leaf.subject, zone)


def period(window: Window, zone: ZoneInfo) -> Period:
    """The window of a condition, its ends read in the zone."""
    start, end = (
        None if raw is None else INSTANT.read_json(raw, zone) for raw in (window.start, window.end)
    )
    return Period(window.last_days, start, end)


def _subject(condition: Condition, catalogue: Catalogue, zone: ZoneInfo, path: str) -> Subject:
    field = catalogue.field(condition.field)
    window, where = condition.window, condition.where
    return Subject(
        field,
        condition.source,
        None if window is None else period(window, zone),
        None
        if where is None
        else resolve(where, catalogue.of_records(field.table), zone, step(path, "where")),
    )


def _leaf(alone: Condition, subject: Subject, zone: ZoneInfo) -> Leaf:
    return _resolved(alone, subject, _reading(subject.field, alone.tests[0], zone))


def _reading(field: Field, test: Test, zone: ZoneInfo) -> Reading:
    reading = read(field, test.operator, test.operand, zone)
    if reading is None or reading.faults:
        reason = reading.faults[0][1] if reading else f"it is {field.kind.label.lower()} now"
        what = f"{quoted(field.path)} no longer allows this {quoted(test.operator)}"
        raise FilterError(f"{what}: {reason}")
    return reading


def _resolved(alone: Condition, subject: Subject, reading: Reading) -> Leaf:
    row, kind, field = reading.operator, reading.kind, subject.field
    many = field.many if field.known else row.on == "list"
    absent = _absent(row, kind, field, many=many)
    unknown = row.negates is not None and alone.missing == "match"
    positive = next(other for other in rows_of(row.negates or row.key) if kind in other.kinds)
    return Leaf(alone, subject, row, positive, kind, reading.values, many, absent, unknown)


def _absent(row: Operator, kind: Kind, field: Field, *, many: bool) -> Any:
    """What is read where there is no value: a missing list has no elements, no record may be 0."""
    if row.over == "presence":
        return None
    if row.over == "list":
        return ()
    no_record = field.absent is not None and field.kind is kind
    return (() if many else field.absent) if no_record else None

"""
What a filter means where the fields are known: every test as a leaf on which nothing is left open.

The parser gives the tree as it was written. Here each test meets its field row and its operator
row, once; whoever answers, explains or prints a filter afterwards reads the leaf and decides
nothing. A catalogue is an argument, so what is resolved lasts as long as the stored names do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import FilterError
from engine.filters.expression import Condition, Group, Test, Window, leaves_of, step
from engine.filters.fields import Catalogue, Field
from engine.filters.kinds import INSTANT, STRING, Kind
from engine.filters.operator_row import Operator
from engine.filters.operators import rows_of
from engine.filters.reading import fold_texts
from engine.filters.understanding import Reading, read


@dataclass(frozen=True)
class Period:
    """The time whose records count: now − N d < t ≤ now, or from `start` (included) to `end`."""

    last_days: int | None
    start: datetime | None  # in UTC, as `end`
    end: datetime | None


@dataclass(frozen=True, eq=False)
class Subject:
    """What a condition looks at: a field, and which of the records behind it count."""

    field: Field
    source: str | Condition  # `Condition.source`: the same for all that look at the same
    period: Period | None
    where: "Tree | None"  # over one record

    @property
    def narrowed(self) -> bool:
        """Whether only some of the records count."""
        return self.period is not None or self.where is not None

    @property
    def slides(self) -> bool:
        """Whether the value itself changes as time passes."""
        sliding = self.period is not None and self.period.last_days is not None
        return sliding or (self.where is not None and self.where.slides)


@dataclass(frozen=True, eq=False)
class Leaf:
    """
    One test of one condition.

    `over` "presence" asks the operator row whether there is a value, as there is `always` for some
    fields. For all others a missing value is read as `absent`; where that is None too, the verdict
    is `unknown`. Of any other value, "list" asks the operator row of the list itself; "element" and
    "every" ask `positive` of the value, or of each element where it is a list (`many`): each of the
    `demands` has to be met by one of them, and `negated` turns the answer round.
    """

    condition: Condition  # it alone, as it was written: what caches know it by
    subject: Subject
    operator: Operator
    positive: Operator  # the row that a negative denies; else the row itself
    kind: Kind  # of a value, or of each element
    values: tuple[Any, ...]  # the operand, in Python values of its row
    many: bool
    absent: Any  # a tuple where `many`; None: a missing value is no value
    unknown: bool

    @property
    def field(self) -> Field:
        """The field row."""
        return self.subject.field

    @property
    def always(self) -> bool:
        """Whether there is a value even where nothing is stored."""
        return self.field.always

    @property
    def over(self) -> str:
        """What the row asks: of "presence", of the "list", of an "element", or of "every" value."""
        return self.operator.over

    @property
    def negated(self) -> bool:
        """Whether it holds where its positive does not."""
        return self.operator.negates is not None

    @property
    def folded(self) -> bool:
        """Whether both sides are compared without case."""
        return self.condition.ignore_case and self.kind is STRING

    @property
    def demands(self) -> tuple[tuple[Any, ...], ...]:
        """The operands of `positive`, case-folded where texts are: all have to be met."""
        wanted = tuple(fold_texts(self.values)) if self.folded else self.values
        return tuple((one,) for one in wanted) if self.over == "every" else (wanted,)

    @property
    def slides(self) -> bool:
        """Whether the verdict changes as time passes, without any change to the records."""
        return self.operator.uses_clock or self.subject.slides

    @property
    def daily(self) -> bool:
        """Whether it may change as soon as a day begins in the zone."""
        turns = self.operator.uses_clock and not self.operator.elapses
        where = self.subject.where
        return turns or (where is not None and any(leaf.daily for leaf in where.all()))


@dataclass(frozen=True, eq=False)
class Clause:
    """One condition: all its leaves have to hold."""

    path: str  # JSON path
    condition: Condition
    subject: Subject
    leaves: tuple[Leaf, ...]

    def tests(self) -> "Iterator[Clause]":
        """Each test as a clause of its own, at its own path."""
        place = step(self.path, "conditions")
        for leaf in self.leaves:
            path = step(place, leaf.condition.tests[0].operator)
            yield Clause(path, leaf.condition, self.subject, (leaf,))


@dataclass(frozen=True, eq=False)
class Tree:
    """A filter whose conditions are resolved."""

    path: str  # JSON path
    junction: str
    clauses: tuple[Clause, ...]
    groups: tuple["Tree", ...]
    negated: bool

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """Those of its own conditions."""
        return tuple(leaf for clause in self.clauses for leaf in clause.leaves)

    def all(self) -> Iterator[Leaf]:
        """Every leaf about the customer, top down; not those in `where`."""
        yield from self.leaves
        for inner in self.groups:
            yield from inner.all()

    def conditions(self) -> Iterator[Clause]:
        """Every condition about the customer, top down."""
        yield from self.clauses
        for inner in self.groups:
            yield from inner.conditions()

    @property
    def slides(self) -> bool:
        """Whether the members change as time passes."""
        return any(leaf.slides for leaf in self.all())

    def apart(self) -> "Tree":
        """
        The same filter with one leaf in every clause.

        Tests of one condition must all hold, so that under `or` they make a group of their own.
        """
        inner = tuple(nested.apart() for nested in self.groups)
        if self.junction == "and":
            single = tuple(test for clause in self.clauses for test in clause.tests())
            return replace(self, clauses=single, groups=inner)
        alone = tuple(clause for clause in self.clauses if len(clause.leaves) == 1)
        together = tuple(
            Tree(clause.path, "and", tuple(clause.tests()), (), negated=False)
            for clause in self.clauses
            if clause not in alone
        )
        return replace(self, clauses=alone, groups=(*together, *inner))


def resolve(group: Group, catalogue: Catalogue, zone: ZoneInfo, path: str = "$") -> Tree:
    """
    A parsed filter with its meaning.

    Args:
        catalogue: the fields as they are now; the filter may have been parsed with an older one.
        zone: of the project, in which operands without an offset are read.

    Raises:
        FilterError: the catalogue no longer allows a test.
    """
    clauses = tuple(
        resolve_condition(condition, catalogue, zone, step(path, condition.field))
        for condition in group.conditions
    )
    inner = step(path, "$groups")
    groups = tuple(
        resolve(nested, catalogue, zone, step(inner, place))
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


def uses_clock(group: Group, catalogue: Catalogue, zone: ZoneInfo) -> bool:
    """Whether the members change as time passes, without any change to the records."""
    return resolve(group, catalogue, zone).slides


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
        raise FilterError(f"`{field.path}` no longer allows this `{test.operator}`: {reason}")
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

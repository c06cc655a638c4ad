"""
What a filter means: a tree of conditions whose tests are leaves on which nothing is left open.

Whoever answers, explains or prints a filter reads the leaf and decides nothing; `resolve` makes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.filters.expression import Condition, step
from engine.filters.fields import Field
from engine.filters.kinds import STRING, Kind
from engine.filters.operators.row import Operator
from engine.filters.reading import fold_texts


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
    besides: tuple[Clause, ...] = ()  # of a whole filter: what it assumes (`Field.assumed`)

    @property
    def whole(self) -> "Tree":
        """The filter with what it assumes as conditions of it, or around it."""
        if self.junction == "and" and not self.negated:
            return replace(self, clauses=(*self.clauses, *self.besides), besides=())
        if not self.besides:
            return self
        return Tree(self.path, "and", self.besides, (replace(self, besides=()),), negated=False)

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
        The same filter with one leaf in every clause, and with what it assumes.

        Tests of one condition must all hold, so that under `or` they make a group of their own.
        """
        if self.besides:
            return self.whole.apart()
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

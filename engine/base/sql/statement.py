"""
The same filter for another engine: one query over the record tables, from their schema alone.

Nothing is asked of the records in memory, so the query runs wherever the tables are. DuckDB runs it
as it is printed; the tests hold its members equal to those of Polars.
"""

from collections.abc import Callable, Sequence
from typing import Any

from engine.base.sql.tables import OTHERS, counted, instant_of, nothing, stored, table_of
from engine.evaluation.sql import COMPARISON, Sql, casefold, literal, name, word
from engine.filters.clock import Clock
from engine.filters.compiler import closed, join, within
from engine.filters.expression import Group
from engine.filters.fields import Catalogue
from engine.filters.kinds import NUMBER
from engine.filters.meaning import Leaf, Subject, Tree
from engine.filters.operators.row import Operator
from engine.filters.resolve import resolve
from engine.store.records.tables import OWNER
from engine.store.snapshot import Snapshot

ValueOf = Callable[[Leaf], Sql]


def sql(group: Group, catalogue: Catalogue, snapshot: Snapshot, clock: Clock) -> str:
    """
    A query of the `row` of each customer who is in a filter, in order.

    Args:
        snapshot: of it the stored names and columns; no record is read.

    Returns:
        One statement over the tables `customers`, `orders`, `redemptions`, `events`, `vouchers`
        (their living records) and `members` (`segment`, `customer_row`). Where a condition
        ignores case, another stands before it, which makes the function that folds text.

    Raises:
        FilterError: the catalogue no longer allows a test.
    """
    return _Query(snapshot, clock).written(resolve(group, catalogue, clock.zone))


class _Query:
    """One query while it is written."""

    def __init__(self, snapshot: Snapshot, clock: Clock) -> None:
        self._snapshot, self._clock = snapshot, clock
        self._joined: dict[object, tuple[str, str]] = {}  # by source: its name and its query

    def written(self, tree: Tree) -> str:
        rules = "\n  ".join(_lines(tree.whole, self._value, self._clock))
        parts = self._joined.values()
        before = ",\n".join(f"{alias} AS ({query})" for alias, query in parts)
        lines = [
            *([f"WITH {before}"] if before else []),
            'SELECT "row" FROM customers',
            *(f'LEFT JOIN {alias} ON {alias}."{OWNER}" = customers."row"' for alias, _ in parts),
            f"WHERE {rules}",
            'ORDER BY "row"',
        ]
        query = "\n".join(lines)
        return f"{casefold()};\n{query}" if "casefold(" in query else query

    def _value(self, leaf: Leaf) -> Sql:
        """Where a leaf about a customer finds its value."""
        subject = leaf.subject
        if subject.field.known and (subject.field.table in OTHERS or subject.field.activity):
            return name("value", self._alias(subject))
        return self._stored(leaf)

    def _stored(self, leaf: Leaf) -> Sql:
        """A value that stands in the records themselves."""
        found = None
        if leaf.field.known:
            found = stored(leaf.field, table_of(leaf.field), self._snapshot)
        return nothing(leaf.kind, many=leaf.many) if found is None else found

    def _alias(self, subject: Subject) -> str:
        if subject.source not in self._joined:
            alias = f"{subject.field.table}_{len(self._joined) + 1}"
            self._joined[subject.source] = alias, counted(subject.field, self._inside(subject))
        return self._joined[subject.source][0]

    def _inside(self, subject: Subject) -> list[Sql]:
        """What `window` and `where` ask of a record."""
        rules = []
        if subject.period is not None:
            rules.append(within(subject.period, instant_of(subject.field), self._clock))
        if subject.where is not None:
            rules.append(condition(subject.where, self._stored, self._clock))
        return rules


def condition(tree: Tree, value_of: ValueOf, clock: Clock) -> Sql:
    """A resolved filter over columns that hold its values: true or false, never null."""
    joined: Sql = join(tree.junction, _parts(tree, value_of, clock))
    return ~joined if tree.negated else joined


def _parts(tree: Tree, value_of: ValueOf, clock: Clock) -> list[Sql]:
    """What a filter joins: its conditions, then its groups."""
    parts = [
        join("and", [verdict(leaf, value_of(leaf), clock) for leaf in clause.leaves])
        for clause in tree.clauses
    ]
    return parts + [condition(nested, value_of, clock) for nested in tree.groups]


def _lines(tree: Tree, value_of: ValueOf, clock: Clock) -> list[str]:
    """The outermost filter, a line for each part that it joins."""
    if tree.negated:
        return [condition(tree, value_of, clock).text]
    first, *others = [part.within(COMPARISON) for part in _parts(tree, value_of, clock)]
    return [first, *(f"{tree.junction.upper()} {other}" for other in others)]


def verdict(leaf: Leaf, value: Sql, clock: Clock) -> Sql:
    """A leaf over a value that may be missing."""
    present = value.is_not_null()
    if leaf.over == "presence":
        asked = Sql("TRUE", denial="FALSE") if leaf.always else present
        return _compiled(leaf.operator, asked, (), clock)
    if leaf.absent is not None:
        absent = Sql("[]" if leaf.many else literal(leaf.absent))
        value = word("either", value, absent)
    if leaf.over == "list":
        return _compiled(leaf.operator, word("elements", value), leaf.values, clock)
    met = [_meets(leaf, value, wanted, clock) for wanted in leaf.demands]
    closed_: Sql = closed(leaf, present, join("and", met))
    return closed_


def _meets(leaf: Leaf, value: Sql, wanted: Sequence[object], clock: Clock) -> Sql:
    """Whether the value, or one element of the list, meets a demand."""
    if not leaf.many:
        return _test(leaf, value, wanted, clock)
    test = Sql(_test(leaf, Sql("x"), wanted, clock).within(COMPARISON))
    return word("fitting", value, test).list.len() > 0


def _test(leaf: Leaf, value: Sql, wanted: Sequence[object], clock: Clock) -> Sql:
    if leaf.folded:
        value = word("folded", value)
    if leaf.kind is NUMBER:
        value = word("number", value)
    return _compiled(leaf.positive, value, wanted, clock)


def _compiled(row: Operator, value: Any, operand: Sequence[object], clock: Clock) -> Sql:
    answer: Any = row.compile(value, operand, clock)  # typed for Polars, written for both
    written: Sql = answer
    return written

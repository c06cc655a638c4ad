"""
Values of one field that show what conditions on it can say together, so that claims can be proved.

A claim such as "nobody can meet both" holds for every value when it holds for these: beside each
edge of an ordered kind, and texts put together from the operands and a sign that none of them has.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, product
from typing import Any

from engine.filters.clock import DAY, Clock
from engine.filters.in_python import predicate
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING, Kind
from engine.filters.meaning import Clause, Leaf

MOST_EDGES = 16  # of all tests together; 16 texts make 800 values, which take 50 ms
MOST_ELEMENTS = 40  # of which lists of two are made


def possible(clauses: Sequence[Clause], clock: Clock) -> frozenset[tuple[bool, ...]] | None:
    """
    Which verdicts one customer can have under one or two conditions of one test each.

    Returns:
        The combinations that occur, in the order of the conditions; None where this cannot be told:
        for different fields, several tests, rows without edges, or very many values.
    """
    leaves = [leaf for clause in clauses for leaf in clause.leaves]
    alike = {(each.subject.source, each.condition.ignore_case) for each in leaves}
    single = all(len(clause.leaves) == 1 for clause in clauses)
    values = _witnesses(leaves, clock) if single and len(alike) == 1 else None
    if values is None:
        return None
    asked = [predicate(leaf) for leaf in leaves]
    return frozenset(tuple(one(value, clock) for one in asked) for value in values)


def _witnesses(leaves: Sequence[Leaf], clock: Clock) -> list[Any] | None:
    field = leaves[0].field
    if not field.known or any(leaf.operator.edges is None for leaf in leaves):
        return None
    edges = [
        edge
        for leaf in leaves
        if leaf.operator.edges
        for edge in leaf.operator.edges(leaf.values, clock)
    ]
    if len(edges) > MOST_EDGES:
        return None
    values = list(dict.fromkeys(BESIDE[field.kind](edges)))
    if not field.many:
        return [None, *values]
    if len(values) > MOST_ELEMENTS:
        return None
    together = [list(leaf.values) for leaf in leaves]
    return [None, [], *([one] for one in values), *map(list, combinations(values, 2)), *together]


def _texts(edges: Iterable[str]) -> Iterable[str]:
    """Each operand alone and with something around it, and each two of them together."""
    known = list(dict.fromkeys(edges))
    taken = set("".join(known))
    other = next(sign for sign in map(chr, range(0xE000, 0xF8FF)) if sign not in taken)
    for text in known:
        yield from (text, text + other, other + text, other + text + other)
    for left, right in product(known, known):
        yield from (left + right, left + other + right)
    yield from ("", other)


def _numbers(edges: Iterable[float]) -> Iterable[float]:
    """Each edge with the doubles next to it."""
    for edge in (*edges, 0.0):
        yield from (math.nextafter(edge, -math.inf), edge, math.nextafter(edge, math.inf))


def _moments(start: Any, step: timedelta) -> Callable[[Iterable[Any]], Iterable[Any]]:
    """Each edge with the moments next to it, as far as the calendar goes."""

    def values(edges: Iterable[Any]) -> Iterable[Any]:
        for edge in (*edges, start):
            yield from (_moved(edge, -step), edge, _moved(edge, step))

    return values


def _moved(moment: Any, step: timedelta) -> Any:
    try:
        return moment + step
    except OverflowError:
        return moment


BESIDE: Mapping[Kind, Callable[[Iterable[Any]], Iterable[Any]]] = {
    STRING: _texts,
    NUMBER: _numbers,
    BOOLEAN: lambda _edges: (False, True),
    DATE: _moments(date(2000, 1, 1), DAY),
    INSTANT: _moments(datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)),
}

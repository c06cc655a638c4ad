"""
What is odd in a filter: one row for each oddity, which says what never happens.

Every row claims that some verdicts of one or two leaves never occur together. A claim is proved by
reasoning over all values (`possible`), or shown by the counts of a base.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from engine.filters.edit import with_operand, without
from engine.filters.expression import Group
from engine.filters.meaning import Clause, Tree

# Conditions whose verdicts their group joins with each other; one test of several is one too.
Members = tuple[Clause, ...]
Fix = Callable[[Group, Members], Group | None]


@dataclass(frozen=True, eq=False)
class Oddity:
    """One row."""

    key: str
    never: tuple[bool, ...]  # the verdicts of its members that do not occur together
    junction: str  # of the group that joins them; "" where it does not matter
    proved: str  # what is said when no value at all can; the members stand at {0} and {1}
    shown: str  # what is said when nobody in the base does
    at: int  # the member that it is told of
    fix: Fix  # the filter with the oddity mended; None where nothing would be left
    applies: Callable[[Members], bool] = lambda members: True


def contexts(tree: Tree) -> Iterator[tuple[str, Members]]:
    """
    The members that are joined with each other, and by what, also across nested groups.

    A group that is not negated and joins by the same word, or joins nothing, is as good as absent.
    """
    yield tree.junction, tuple(_members(tree, tree.junction))
    for inner in tree.groups:
        if not _is_absent(inner, tree.junction):
            yield from contexts(inner)
    for clause in tree.clauses:
        if tree.junction == "or" and len(clause.leaves) > 1:
            yield "and", tuple(clause.tests())


def _members(tree: Tree, junction: str) -> Iterator[Clause]:
    for clause in tree.clauses:
        if junction == "and" and len(clause.leaves) > 1:
            yield from clause.tests()
        else:
            yield clause
    for inner in tree.groups:
        if _is_absent(inner, junction):
            yield from _members(inner, junction)


def _is_absent(tree: Tree, junction: str) -> bool:
    alone = len(tree.clauses) + len(tree.groups) == 1
    return not tree.negated and (alone or tree.junction == junction)


def _without(place: int) -> Fix:
    return lambda group, members: without(group, members[place].path)


def _merged(group: Group, members: Members) -> Group | None:
    """Both operands in the first where one test can hold them; else without the second."""
    first, second = members
    if not _is_mergeable(members):
        return without(group, second.path)
    operands = (one.condition.tests[0].operand for one in members)
    together = tuple(dict.fromkeys(value for operand in operands for value in operand))
    return without(with_operand(group, first.path, together), second.path)


def _is_mergeable(members: Members) -> bool:
    first, second = (member.condition for member in members)
    same = replace(first, tests=()) == replace(second, tests=())
    operators = {test.operator for one in (first, second) for test in one.tests}
    arity = members[0].leaves[0].operator.operand.arity
    return same and len(operators) == 1 and arity == "many"


def _both_negate(members: Members) -> bool:
    return all(leaf.negated for member in members for leaf in member.leaves)


SINGLE = (
    Oddity(
        "always_false",
        (True,),
        "",
        "No value can match this: {0}.",
        "No customer matches this today: {0}.",
        0,
        _without(0),
    ),
    Oddity(
        "always_true",
        (False,),
        "",
        "Every value matches this: {0}.",
        "Every customer matches this today: {0}.",
        0,
        _without(0),
    ),
)

# Of several that fit a pair, the first is told.
PAIRS = (
    Oddity(
        "contradiction",
        (True, True),
        "and",
        "Nobody can match both: {0}; and {1}.",
        "No customer matches both today: {0}; and {1}.",
        1,
        _merged,
    ),
    Oddity(
        "redundant",
        (True, False),
        "and",
        "Everyone who matches the first also matches the second: {0}; and {1}.",
        "Today everyone who matches the first also matches the second: {0}; and {1}.",
        1,
        _without(1),
    ),
    Oddity(
        "redundant",
        (False, True),
        "and",
        "Everyone who matches the second also matches the first: {0}; and {1}.",
        "Today everyone who matches the second also matches the first: {0}; and {1}.",
        0,
        _without(0),
    ),
    Oddity(
        "or_of_negatives",
        (False, False),
        "or",
        "Everyone matches one of these two negatives: {0}; or {1}.",
        "Today every customer matches one of these two negatives: {0}; or {1}.",
        1,
        _merged,
        _both_negate,
    ),
    Oddity(
        "always_true",
        (False, False),
        "or",
        "Everyone matches one of the two: {0}; or {1}.",
        "Today every customer matches one of the two: {0}; or {1}.",
        1,
        _without(1),
    ),
    Oddity(
        "redundant",
        (True, False),
        "or",
        "The second already includes everyone who matches the first: {0}; or {1}.",
        "Today the second already includes everyone who matches the first: {0}; or {1}.",
        0,
        _without(0),
    ),
    Oddity(
        "redundant",
        (False, True),
        "or",
        "The first already includes everyone who matches the second: {0}; or {1}.",
        "Today the first already includes everyone who matches the second: {0}; or {1}.",
        1,
        _without(1),
    ),
)

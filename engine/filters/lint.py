"""
What is odd in a filter: one row for each oddity, which says what never happens.

Every row claims that some verdicts of one or two leaves never occur together. A claim is proved by
reasoning over all values (`possible`), or shown by the counts of a base.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from engine.filters.edit import with_operand, without
from engine.filters.expression import Condition, Group, leaves_of, step
from engine.filters.operators import rows_of


@dataclass(frozen=True)
class Member:
    """A condition whose verdict its group joins with those of the other members."""

    path: str  # JSON path of the condition, or of one of its tests where it has several
    condition: Condition


Members = tuple[Member, ...]
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


def contexts(group: Group, path: str = "$") -> Iterator[tuple[str, Members]]:
    """
    The members that are joined with each other, and by what, also across nested groups.

    A group that is not negated and joins by the same word, or joins nothing, is as good as absent.
    """
    yield group.junction, tuple(_members(group, path, group.junction))
    for place, inner in _inside(group, path):
        if not _is_absent(inner, group.junction):
            yield from contexts(inner, place)
    for condition in group.conditions:
        if group.junction == "or" and len(condition.tests) > 1:
            yield "and", tuple(_tests(condition, step(path, condition.field)))


def _members(group: Group, path: str, junction: str) -> Iterator[Member]:
    for condition in group.conditions:
        place = step(path, condition.field)
        if junction == "and" and len(condition.tests) > 1:
            yield from _tests(condition, place)
        else:
            yield Member(place, condition)
    for place, inner in _inside(group, path):
        if _is_absent(inner, junction):
            yield from _members(inner, place, junction)


def _tests(condition: Condition, path: str) -> Iterator[Member]:
    place = step(path, "conditions")
    for leaf in leaves_of(condition):
        yield Member(step(place, leaf.tests[0].operator), leaf)


def _inside(group: Group, path: str) -> Iterator[tuple[str, Group]]:
    inner = step(path, "$groups")
    return ((step(inner, place), each) for place, each in enumerate(group.groups))


def _is_absent(group: Group, junction: str) -> bool:
    alone = len(group.conditions) + len(group.groups) == 1
    return not group.negated and (alone or group.junction == junction)


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
    arity = rows_of(first.tests[0].operator)[0].operand.arity
    return same and len(operators) == 1 and arity == "many"


def _both_negate(members: Members) -> bool:
    tests = [test for member in members for test in member.condition.tests]
    return all(rows_of(test.operator)[0].negates for test in tests)


SINGLE = (
    Oddity(
        "always_false",
        (True,),
        "",
        "No value can meet this: {0}.",
        "Nobody in this base meets this: {0}.",
        0,
        _without(0),
    ),
    Oddity(
        "always_true",
        (False,),
        "",
        "Every customer meets this: {0}.",
        "Everybody in this base meets this: {0}.",
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
        "Nobody can meet both: {0}; and {1}.",
        "Nobody in this base meets both: {0}; and {1}.",
        1,
        _merged,
    ),
    Oddity(
        "redundant",
        (True, False),
        "and",
        "Who meets the first meets the second too: {0}; and {1}.",
        "Everybody in this base who meets the first meets the second too: {0}; and {1}.",
        1,
        _without(1),
    ),
    Oddity(
        "redundant",
        (False, True),
        "and",
        "Who meets the second meets the first too: {0}; and {1}.",
        "Everybody in this base who meets the second meets the first too: {0}; and {1}.",
        0,
        _without(0),
    ),
    Oddity(
        "or_of_negatives",
        (False, False),
        "or",
        "Everybody meets one of two negatives: {0}; or {1}.",
        "Everybody in this base meets one of two negatives: {0}; or {1}.",
        1,
        _merged,
        _both_negate,
    ),
    Oddity(
        "always_true",
        (False, False),
        "or",
        "Everybody meets one of the two: {0}; or {1}.",
        "Everybody in this base meets one of the two: {0}; or {1}.",
        1,
        _without(1),
    ),
    Oddity(
        "redundant",
        (True, False),
        "or",
        "The second takes in all who meet the first: {0}; or {1}.",
        "The second takes in all in this base who meet the first: {0}; or {1}.",
        0,
        _without(0),
    ),
    Oddity(
        "redundant",
        (False, True),
        "or",
        "The first takes in all who meet the second: {0}; or {1}.",
        "The first takes in all in this base who meet the second: {0}; or {1}.",
        1,
        _without(1),
    ),
)

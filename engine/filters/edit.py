"""A filter with one node changed or taken away, named by its JSON path."""

from dataclasses import replace
from typing import Any

from engine.filters.expression import Condition, Group, step


def without(group: Group, path: str, at: str = "$") -> Group | None:
    """
    The filter without one filter, condition or test.

    What holds nothing any more goes with it: a condition without tests, a filter without
    conditions and filters. None where nothing is left.

    Args:
        path: as `expression.step` writes it; a test is `….conditions.$is`.
        at: the path of the group itself.
    """
    if at == path:
        return None
    pairs = [(step(at, condition.field), condition) for condition in group.conditions]
    conditions = [kept for place, each in pairs if (kept := _without_test(each, path, place))]
    inner = step(at, "$groups")
    numbered = [(step(inner, place), each) for place, each in enumerate(group.groups)]
    groups = [left for place, each in numbered if (left := without(each, path, place))]
    if not conditions and not groups:
        return None
    return replace(group, conditions=tuple(conditions), groups=tuple(groups))


def _without_test(condition: Condition, path: str, at: str) -> Condition | None:
    if at == path:
        return None
    place = step(at, "conditions")
    tests = tuple(test for test in condition.tests if step(place, test.operator) != path)
    return replace(condition, tests=tests) if tests else None


def with_operand(group: Group, path: str, operand: tuple[Any, ...], at: str = "$") -> Group:
    """The filter with another operand of one test, or of the only test of one condition."""
    conditions = tuple(
        _operand(condition, path, operand, step(at, condition.field))
        for condition in group.conditions
    )
    inner = step(at, "$groups")
    groups = tuple(
        with_operand(each, path, operand, step(inner, place))
        for place, each in enumerate(group.groups)
    )
    return replace(group, conditions=conditions, groups=groups)


def _operand(condition: Condition, path: str, operand: tuple[Any, ...], at: str) -> Condition:
    if at == path:
        return replace(condition, tests=(replace(condition.tests[0], operand=operand),))
    place = step(at, "conditions")
    tests = tuple(
        replace(test, operand=operand) if step(place, test.operator) == path else test
        for test in condition.tests
    )
    return replace(condition, tests=tests)

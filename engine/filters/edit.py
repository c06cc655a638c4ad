"""A filter with one node replaced or taken away, named by its JSON path."""

from dataclasses import replace

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

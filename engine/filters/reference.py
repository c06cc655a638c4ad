"""What a filter means for one customer, in plain Python: the explanation, and the tests' oracle."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.filters.clock import Clock
from engine.filters.describe import describe_condition, describe_group, shown
from engine.filters.expression import Condition, Group, step
from engine.filters.fields import Catalogue, Field
from engine.filters.reading import fold, nfc
from engine.filters.understanding import Reading, positive_of, understood

Values = Mapping[Any, Any]  # `Condition.source` to the value: None or absent is missing, no record
Tested = Callable[[Any, Clock], bool]  # the value of one customer, and when


@dataclass(frozen=True)
class Node:
    """What one filter or condition says of one customer."""

    path: str  # JSON path
    label: str  # the field's label; the junction of a group
    sentence: str
    verdict: bool
    shown: str | None = None  # the customer's value as text; None for a group
    children: tuple["Node", ...] = ()
    flip: tuple[str, ...] = ()  # JSON paths of the fewest conditions that turn it if they turn


def matches(group: Group, values: Values, catalogue: Catalogue, clock: Clock) -> bool:
    """Whether the customer with these values is in the filter; text may be in any normal form."""
    verdicts = [holds(condition, values, catalogue, clock) for condition in group.conditions]
    verdicts += [matches(inner, values, catalogue, clock) for inner in group.groups]
    joined = all(verdicts) if group.junction == "and" else any(verdicts)
    return joined is not group.negated


def explain(
    group: Group, values: Values, catalogue: Catalogue, clock: Clock, path: str = "$"
) -> Node:
    """The tree of verdicts for one customer."""
    conditions = tuple(
        _node(condition, values, catalogue, clock, step(path, condition.field))
        for condition in group.conditions
    )
    inner = step(path, "$groups")
    groups = tuple(
        explain(nested, values, catalogue, clock, step(inner, place))
        for place, nested in enumerate(group.groups)
    )
    verdict = matches(group, values, catalogue, clock)
    label = f"not {group.junction}" if group.negated else group.junction
    children = conditions + groups
    written = describe_group(group, catalogue)
    return Node(path, label, written, verdict, None, children, _flip(group.junction, children))


def _flip(junction: str, children: Iterable[Node]) -> tuple[str, ...]:
    """
    The fewest conditions that turn a filter, each taken as free to turn by itself.

    Where some children stop what the junction asks of all (under `and` those that say no, under
    `or` those that say yes), each of them must turn; else the one that turns most easily, the
    first of equals. `$not` turns with what it denies.
    """
    stopping = [child.flip for child in children if child.verdict is not (junction == "and")]
    if stopping:
        return tuple(path for flip in stopping for path in flip)
    return min((child.flip for child in children), key=len)


def _node(
    condition: Condition, values: Values, catalogue: Catalogue, clock: Clock, path: str
) -> Node:
    field = catalogue.field(condition.field)
    verdict = holds(condition, values, catalogue, clock)
    actual = shown(field, values.get(condition.source))
    written = describe_condition(condition, catalogue)
    return Node(path, field.label, written, verdict, actual, flip=(path,))


def holds(condition: Condition, values: Values, catalogue: Catalogue, clock: Clock) -> bool:
    """Whether the customer with these values meets one condition."""
    field, value = catalogue.field(condition.field), values.get(condition.source)
    readings = (
        understood(field, test.operator, test.operand, clock.zone) for test in condition.tests
    )
    return all(tested(condition, field, reading)(value, clock) for reading in readings)


def tested(condition: Condition, field: Field, reading: Reading) -> Tested:
    """One test of a condition, as it is understood, ready to be asked of many values."""
    row = reading.operator
    if row.over == "presence":
        return lambda value, clock: row.matches(field.always or value is not None, (), clock)
    counted = field.many or row.on != "list"  # a list operator sees no list, not a 0
    absent = field.absent if counted and field.kind is reading.kind else None
    if row.over == "list":
        return lambda value, clock: row.matches(
            _elements(absent if value is None else value), reading.values, clock
        )
    unknown = bool(row.negates) and condition.missing == "match"
    found = _found(reading, many=field.many, ignore_case=condition.ignore_case)

    def meets(value: Any, clock: Clock) -> bool:
        known = absent if value is None else value
        return unknown if known is None else found(known, clock) is not bool(row.negates)

    return meets


def _elements(value: Any) -> list[Any]:
    elements = value if isinstance(value, list | tuple) else [value]
    return [element for element in elements if element is not None]


def _found(reading: Reading, *, many: bool, ignore_case: bool) -> Tested:
    """Whether the positive holds for one element; for `every`, whether each operand value does."""
    positive = positive_of(reading.operator, reading.kind)
    text = partial(_text, ignore_case=ignore_case)
    wanted, matches = [text(value) for value in reading.values], positive.matches
    if not many:
        return lambda value, clock: matches(text(value), wanted, clock)
    each = [[value] for value in wanted] if positive.over == "every" else [wanted]

    def found(value: Any, clock: Clock) -> bool:
        candidates = [text(element) for element in _elements(value)]
        return all(
            any(matches(candidate, operand, clock) for candidate in candidates) for operand in each
        )

    return found


def _text(value: Any, *, ignore_case: bool) -> Any:
    if not isinstance(value, str):
        return value
    return fold(value) if ignore_case else nfc(value)

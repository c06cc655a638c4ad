"""What a filter means for one customer, in plain Python: the explanation, and the tests' oracle."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.filters.clock import Clock
from engine.filters.describe import clause_in_words, shown, tree_in_words
from engine.filters.distance import distance
from engine.filters.expression import Group
from engine.filters.fields import Catalogue, Field
from engine.filters.meaning import Clause, Leaf, Tree
from engine.filters.reading import fold, nfc
from engine.filters.resolve import resolve
from engine.filters.wording.values import Money, amount

Values = Mapping[Any, Any]  # `Condition.source` to the value: None or absent is missing, no record
When = Callable[[date], str]  # writes a day, or an instant
Predicate = Callable[[Any, Clock], bool]  # the value of one customer, and when


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
    distance: str | None = None  # of a number, how far it is from turning this condition


def matches(group: Group, values: Values, catalogue: Catalogue, clock: Clock) -> bool:
    """Whether the customer with these values is in the filter; text may be in any normal form."""
    return _matches(resolve(group, catalogue, clock.zone), values, clock)


def explain(
    group: Group,
    values: Values,
    catalogue: Catalogue,
    clock: Clock,
    money: Money = amount,
    when: When | None = None,
) -> Node:
    """
    The tree of verdicts for one customer; what is assumed of all is told where it is wrong.

    Args:
        money: writes an amount of cents.
        when: writes the customer's days and instants; as in filters unless given.
    """
    tree = resolve(group, catalogue, clock.zone)
    usual = all(_holds(clause, values, clock) for clause in tree.besides)
    return _explained(tree if usual else tree.whole, values, clock, money, when)


def _matches(tree: Tree, values: Values, clock: Clock) -> bool:
    tree = tree.whole
    verdicts = [_holds(clause, values, clock) for clause in tree.clauses]
    verdicts += [_matches(nested, values, clock) for nested in tree.groups]
    return _joined(tree, verdicts)


def _joined(tree: Tree, verdicts: Iterable[bool]) -> bool:
    joined = all(verdicts) if tree.junction == "and" else any(verdicts)
    return joined is not tree.negated


def _explained(tree: Tree, values: Values, clock: Clock, money: Money, when: When | None) -> Node:
    children = [_node(clause, values, clock, money, when) for clause in tree.clauses]
    children += [_explained(nested, values, clock, money, when) for nested in tree.groups]
    verdict = _joined(tree, (child.verdict for child in children))
    label = f"not {tree.junction}" if tree.negated else tree.junction
    flip = _flip(tree.junction, children)
    written = tree_in_words(tree, money)
    return Node(tree.path, label, written, verdict, None, tuple(children), flip)


def _flip(junction: str, children: Sequence[Node]) -> tuple[str, ...]:
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


def _node(clause: Clause, values: Values, clock: Clock, money: Money, when: When | None) -> Node:
    field, verdict = clause.subject.field, _holds(clause, values, clock)
    value = values.get(clause.subject.source)
    actual = when(value) if when and isinstance(value, date) else _value_text(field, value, money)
    written = clause_in_words(clause, money)
    away = distance(clause, value, money)
    flip = (clause.path,)
    return Node(clause.path, field.label, written, verdict, actual, flip=flip, distance=away)


def _value_text(field: Field, value: Any, money: Money) -> str:
    """The value; of what is counted over records the reason why there is none."""
    none = value is None and field.activity
    return f"no {field.table} to count" if none else shown(field, value, money)


def _holds(clause: Clause, values: Values, clock: Clock) -> bool:
    value = values.get(clause.subject.source)
    return all(predicate(leaf)(value, clock) for leaf in clause.leaves)


def predicate(leaf: Leaf) -> Predicate:
    """A leaf ready to be asked of many values."""
    if leaf.over == "presence":
        return lambda value, clock: leaf.operator.matches(
            leaf.always or value is not None, (), clock
        )
    asked = _of_list(leaf) if leaf.over == "list" else _of_elements(leaf)

    def meets(value: Any, clock: Clock) -> bool:
        known = leaf.absent if value is None else value
        return leaf.unknown if known is None else asked(known, clock)

    return meets


def _of_list(leaf: Leaf) -> Predicate:
    return lambda value, clock: leaf.operator.matches(_elements(value), leaf.values, clock)


def _of_elements(leaf: Leaf) -> Predicate:
    """Whether the value meets the demand; of a list, whether an element meets each of them."""
    matches, demands, negated = leaf.positive.matches, leaf.demands, leaf.negated
    read = _folded if leaf.folded else _normal
    if not leaf.many:
        [wanted] = demands
        return lambda value, clock: matches(read(value), wanted, clock) is not negated

    def asked(value: Any, clock: Clock) -> bool:
        candidates = [read(element) for element in _elements(value)]
        met = all(
            any(matches(candidate, wanted, clock) for candidate in candidates) for wanted in demands
        )
        return met is not negated

    return asked


def _elements(value: Any) -> list[Any]:
    elements = value if isinstance(value, list | tuple) else [value]
    return [element for element in elements if element is not None]


def _normal(value: Any) -> Any:
    return nfc(value) if isinstance(value, str) else value


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value

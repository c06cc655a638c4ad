"""How far a number is from turning a condition: 639.32 EUR more."""

from collections.abc import Mapping
from typing import Any

from engine.filters.kinds import NUMBER
from engine.filters.meaning import Clause, Leaf
from engine.filters.wording.english import number
from engine.filters.wording.values import Money

# By the operator: whether the value has to grow for it to hold, and whether it may equal.
GROWS: Mapping[str, tuple[bool, bool]] = {
    "$more_than": (True, False),
    "$more_than_equal": (True, True),
    "$less_than": (False, False),
    "$less_than_equal": (False, True),
}


def distance(clause: Clause, value: Any, money: Money) -> str | None:
    """
    What turns a condition of one comparison, in words; None where that is no number.

    Args:
        value: of the customer; None is read as where no record exists.
    """
    if len(clause.leaves) != 1:
        return None
    [leaf] = clause.leaves
    known = leaf.absent if value is None else value
    if leaf.operator.key not in GROWS or leaf.kind is not NUMBER or known is None or leaf.many:
        return None
    return _wording(leaf, known, money)


def _wording(leaf: Leaf, known: float, money: Money) -> str:
    grows, equal = GROWS[leaf.operator.key]
    [threshold] = leaf.values
    holds = (known > threshold) is grows if known != threshold else equal
    written = (money if leaf.field.unit == "cents" else number)(abs(threshold - known))
    beyond = "over " if equal is holds else ""  # the threshold itself is not enough
    return f"{beyond}{written} {'more' if grows is not holds else 'less'}"

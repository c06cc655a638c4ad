"""The exact numbers of one node of a filter, in one line."""

from engine.evaluation.node_numbers import NodeNumbers
from engine.filters.fields import Field
from engine.filters.wording.patterns import label_of
from engine.text.counts import share
from pages._components.shell.text import plain


def caption(numbers: NodeNumbers, field: Field | None, *, narrowed: bool = False) -> str:
    """
    How many match, what the node does alone, and whom a missing value concerns.

    Args:
        field: what the node looks at; a group looks at none.
        narrowed: only some of the records count: whoever has others lacks such ones.
    """
    such = "such " if narrowed else ""
    parts = [f"**{numbers.matched:,}** match · {share(numbers.share)}"]
    if numbers.only > 0:
        parts.append(f"without this: +{numbers.only:,}")
    elif numbers.only < 0:
        parts.append(f"without this: −{-numbers.only:,}")
    if numbers.failed_missing:
        parts.append(f"{numbers.failed_missing:,} have no {such}{_value(field)}")
    elif numbers.missing:
        parts.append(f"{numbers.missing:,} match without {such}{_value(field)}")
    return " · ".join(parts)


def _value(field: Field | None) -> str:
    """What somebody lacks: a city; of what is counted or added up, the records."""
    if field is None:
        return "value"
    return plain((field.activity and field.words.nouns) or label_of(field))

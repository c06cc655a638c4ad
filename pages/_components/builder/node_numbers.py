"""The exact numbers of one node of a filter, in one line."""

from engine.evaluation.node_numbers import NodeNumbers


def caption(numbers: NodeNumbers) -> str:
    """How many match, what the node does alone, and whom a missing value concerns."""
    parts = [f"**{numbers.matched:,}** match · {numbers.share:.1%}"]
    if numbers.only > 0:
        parts.append(f"without this: +{numbers.only:,}")
    elif numbers.only < 0:
        parts.append(f"without this: −{-numbers.only:,}")
    if numbers.failed_missing:
        parts.append(f"{numbers.failed_missing:,} have no value")
    elif numbers.missing:
        parts.append(f"{numbers.missing:,} match without a value")
    return " · ".join(parts)

"""How records are told in a line."""

from engine.text import formats
from engine.text.formats import Money as Money  # for the rooms above too


def amount(cents: int | None, money: Money = formats.amount) -> str:
    """An amount, without a currency unless `money` writes one; nothing where there is none."""
    return "" if cents is None else money(cents)


def line(*parts: str | None) -> str:
    """What is said, with a dot between."""
    return " · ".join(part for part in parts if part)

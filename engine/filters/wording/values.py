"""Values as text, with their units."""

import re
from datetime import UTC, datetime
from typing import Any

from engine.filters.fields import Field
from engine.filters.kinds import BOOLEAN, INSTANT, NUMBER, STRING, Kind
from engine.filters.meaning import Leaf
from engine.filters.wording import english
from engine.text.display import shortened
from engine.text.formats import Money as Money  # for the rooms above too
from engine.text.formats import amount as amount  # without a currency

# What compares an instant with the first one of a day, where the day itself would say another.
AT_ITS_START = ("$after",)


def shown(field: Field, value: Any, money: Money = amount) -> str:
    """The value of a customer as text, with its unit; "no value" when it is missing."""
    if value is None:
        return "no value"
    write = money if field.unit == "cents" else None
    if isinstance(value, list | tuple):
        elements = [_value(field.kind, write, one) for one in value if one is not None]
        return f"[{', '.join(elements)}]"
    return _value(field.kind, write, value)


def operands(leaf: Leaf, money: Money) -> list[str]:
    """What a leaf compares with, each value as a sentence says it."""
    [test] = leaf.condition.tests
    return [_operand(leaf, *each, money) for each in zip(test.operand, leaf.values, strict=True)]


def quoted(text: str) -> str:
    """One word stands as it is; anything else, and the words that join, in quotation marks."""
    plain = re.fullmatch(r"[\w.@+/-]+", text) and text not in ("and", "or", "not")
    return shortened(text) if plain else f"“{shortened(text)}”"


def _operand(leaf: Leaf, raw: Any, value: Any, money: Money) -> str:
    operand = leaf.operator.operand
    if operand.names:
        return operand.names[int(value) - 1]
    if operand.widget is not None:  # days, months, counts: numbers without the field's unit
        return str(value)
    if leaf.kind is BOOLEAN:
        return "yes" if value else "no"
    if leaf.kind is NUMBER:
        return money(value) if leaf.field.unit == "cents" else english.number(value)
    if leaf.kind is STRING:
        return quoted(value)
    day = english.day(str(raw))
    begins = leaf.kind is INSTANT and leaf.operator.key in AT_ITS_START and day != raw
    return f"the start of {day}" if begins else day


def _value(kind: Kind, money: Money | None, value: Any) -> str:
    if kind is NUMBER:
        return money(value) if money else str(kind.show(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return quoted(value) if isinstance(value, str) else str(value).lower()  # a date, true or false

"""A filter as an English sentence, and values as text with their units."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.display import shortened
from engine.filters.expression import Condition, Group, Test, Window
from engine.filters.fields import Catalogue, Field
from engine.filters.kinds import BOOLEAN, NUMBER, STRING, Kind
from engine.filters.understanding import Reading, positive_of, understood

ANY_ZONE = ZoneInfo("UTC")  # operands are shown as they were written, so the zone does not matter


def sentence(group: Group, catalogue: Catalogue) -> str:
    """The whole filter: "Customers whose city is Berlin or Warsaw, and whose …"."""
    return f"Customers {describe_group(group, catalogue)}"


def describe_group(group: Group, catalogue: Catalogue) -> str:
    """The filter without its subject; inner groups stand in parentheses."""
    parts = [describe_condition(condition, catalogue) for condition in group.conditions]
    parts += [_inner(nested, catalogue) for nested in group.groups]
    joined = f", {group.junction} ".join(parts)
    return f"not ({joined})" if group.negated else joined


def _inner(group: Group, catalogue: Catalogue) -> str:
    written = describe_group(group, catalogue)
    return written if group.negated else f"({written})"


def describe_condition(condition: Condition, catalogue: Catalogue) -> str:
    """One condition: "whose total order amount in the last 30 days is more than 400.00"."""
    field = catalogue.field(condition.field)
    tests = " and ".join(_test(test, field) for test in condition.tests)
    case = ", in any case" if condition.ignore_case else ""
    known = ", and is known" if condition.missing == "skip" else ""
    return f"whose {_noun(field)}{_narrowed(condition, field, catalogue)} {tests}{case}{known}"


def _narrowed(condition: Condition, field: Field, catalogue: Catalogue) -> str:
    written = _window(condition.window) if condition.window else ""
    if condition.where:
        inner = describe_group(condition.where, catalogue.of_records(field.table))
        written += f" (only {field.table} {inner})"
    return written


def _window(window: Window) -> str:
    if window.last_days is not None:
        return f" in the last {_counted(f'{window.last_days} days')}"
    start = f" from {window.start}" if window.start else ""
    return start + (f" until {window.end}" if window.end else "")


def _test(test: Test, field: Field) -> str:
    reading = understood(field, test.operator, test.operand, ANY_ZONE)
    row = reading.operator
    joiner = " and " if row.over == "every" else " or "
    written = joiner.join(
        _operand(reading, field, raw, value)
        for raw, value in zip(test.operand, reading.values, strict=True)
    )
    if not field.many or row.over != "element" or row.on == "list":
        return _counted(row.label.replace("…", written))
    positive = positive_of(row, reading.kind).label.replace("…", written)
    return f"have {'no' if row.negates else 'a'} value that {positive}"


def _operand(reading: Reading, field: Field, raw: Any, value: Any) -> str:
    operand = reading.operator.operand
    if operand.names:
        return operand.names[int(value) - 1]
    if operand.widget is not None:  # days, months, counts: numbers without the field's unit
        return str(value)
    return _value(reading.kind, field.unit, value) if reading.kind in _SHOWN else str(raw)


def shown(field: Field, value: Any) -> str:
    """The value of a customer as text, with its unit; "no value" when it is missing."""
    if value is None:
        return "no value"
    if isinstance(value, list | tuple):
        elements = [_value(field.kind, field.unit, one) for one in value if one is not None]
        return f"[{', '.join(elements)}]"
    return _value(field.kind, field.unit, value)


def _value(kind: Kind, unit: str | None, value: Any) -> str:
    if kind is NUMBER:
        return _amount(value) if unit == "cents" else str(kind.show(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return _quoted(value) if isinstance(value, str) else str(value).lower()  # a date, true or false


def _amount(cents: float) -> str:
    """Currency with two decimals, more only for a fraction of a cent."""
    amount = Decimal(repr(cents)) / 100
    return f"{amount:.2f}" if cents == int(cents) else f"{amount:f}"


def _quoted(text: str) -> str:
    """One word stands as it is; anything else, and the words that join, in quotation marks."""
    plain = re.fullmatch(r"[\w.@+/-]+", text) and text not in ("and", "or", "not")
    return shortened(text) if plain else f"“{shortened(text)}”"


def _noun(field: Field) -> str:
    """The label within a sentence; a name that is data keeps its case, as `ID` does."""
    as_is = field.named or field.label.split()[0].isupper()
    return field.label if as_is else field.label[:1].lower() + field.label[1:]


def _counted(phrase: str) -> str:
    return re.sub(r"(?<!or )\b1 (day|year|value)s\b", r"1 \1", phrase)


_SHOWN = (STRING, NUMBER, BOOLEAN)

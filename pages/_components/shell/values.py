"""Values of fields as pages write them: money with its currency, days as the project says."""

from datetime import date, datetime
from typing import Any

from engine.filters.fields import Field
from engine.filters.kinds import NUMBER
from pages._components.shell.session import day, instant, money


def value_text(field: Field | None, value: Any) -> str:
    """A value as text; "no value" where there is none."""
    if value is None:
        return "no value"
    if isinstance(value, list):
        return ", ".join(value_text(field, each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        cents = field is not None and field.unit == "cents"
        return money(value) if cents else _number(value)
    if isinstance(value, datetime):
        return instant(value)
    return day(value) if isinstance(value, date) else str(value)


def written(value: date) -> str:
    """A day, or an instant."""
    return value_text(None, value)


def _number(value: float) -> str:
    """With thousands apart, and no more decimals than it has."""
    return f"{int(value):,}" if value == int(value) else str(NUMBER.show(value))

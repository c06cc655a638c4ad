"""Instants, as the service writes them."""

import re
from datetime import UTC, datetime
from typing import Any

EXACT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


def exact(text: str | None) -> str | None:
    """An instant of a record, as exports write it, as the service writes it."""
    return None if text is None else instant(datetime.fromisoformat(text))


def instant(value: datetime) -> str:
    """ISO 8601 with milliseconds and `Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instants_in(value: Any) -> Any:
    """A value with every instant in it, as lists have them, as the service writes it."""
    if isinstance(value, dict):
        return {name: instants_in(each) for name, each in value.items()}
    if isinstance(value, list):
        return [instants_in(each) for each in value]
    return exact(value) if isinstance(value, str) and EXACT.fullmatch(value) else value

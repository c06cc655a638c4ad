"""Instants, as the service writes them."""

from datetime import UTC, datetime


def exact(text: str | None) -> str | None:
    """An instant of a record, as exports write it, as the service writes it."""
    return None if text is None else instant(datetime.fromisoformat(text))


def instant(value: datetime) -> str:
    """ISO 8601 with milliseconds and `Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

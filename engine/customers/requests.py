"""Reads values of a request in JSON, where numbers may stand as texts; gathers what is amiss."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from engine.errors import Issue, UsageError
from engine.filters.reading import spell
from engine.limits import AMOUNT
from engine.text.counts import counted

MOST = AMOUNT.most
T = TypeVar("T", int, Decimal)


class RequestReader:
    """Null is not given; what does not fit is an issue, and read as not given."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []

    def end(self, what: str = "the request") -> None:
        """
        Sees that all that was read fits.

        Raises:
            UsageError: something did not fit; all of it at once.
        """
        if self.issues:
            count = len(self.issues)
            faults = counted(count, "faults")
            raise UsageError(f"{what} has {faults}", self.issues)

    def object(self, path: str, value: Any) -> dict[str, Any]:
        """What an object gives; nothing where there is none."""
        if isinstance(value, dict):
            return {key: inner for key, inner in value.items() if inner is not None}
        if value is not None:
            self.fault(path, "an object", value)
        return {}

    def objects(self, path: str, value: Any) -> list[dict[str, Any]]:
        """What each object of a list gives."""
        if isinstance(value, list):
            return [self.object(f"{path}[{place}]", each) for place, each in enumerate(value)]
        if value is not None:
            self.fault(path, "a list of objects", value)
        return []

    def text(self, path: str, value: Any) -> str | None:
        """A text with something in it."""
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        self.fault(path, "text in quotes with something in it", value)
        return None

    def cents(self, path: str, value: Any) -> int | None:
        """A whole number of cents, not below zero."""
        return self._number(path, value, "whole cents, not below zero", _whole)

    def number(self, path: str, value: Any) -> Decimal | None:
        """Any number that is not below zero."""
        return self._number(path, value, "a number, not below zero", _decimal)

    def fault(self, path: str, expected: str, got: Any) -> None:
        """Takes down what does not fit."""
        self.issues.append(Issue(f"$.{path}", f"expected {expected}, got {spell(got)}"))

    def _number(
        self, path: str, value: Any, expected: str, read: Callable[[Any], T | None]
    ) -> T | None:
        if value is None:
            return None
        found = read(value)
        if found is None or not 0 <= found <= MOST:
            said = f"{expected}, at most {MOST:,}" if found is not None and found > 0 else expected
            self.fault(path, said, value)
            return None
        return found


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those that are not null."""
    return {key: value for key, value in values.items() if value is not None}


def _whole(value: Any) -> int | None:
    number = _decimal(value)
    return int(number) if number is not None and number == int(number) else None


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None

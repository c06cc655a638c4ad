"""How values and headers are written: what a format does by itself, and what an order says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from engine.errors import Issue, UsageError
from engine.text.display import quoted

READABLE, FIELDS = "readable", "fields"
HEADERS = (READABLE, FIELDS)
CURRENCY, CENTS = "currency", "cents"
MONEY = (CURRENCY, CENTS)
DECIMALS = {".": ",", ",": ";"}  # the mark in a number -> what separates cells beside it
UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Layout:
    """How the cells of an export are written; what is not said is as imports read it exactly."""

    zone: ZoneInfo = UTC  # of instants
    home: ZoneInfo = UTC  # in which an import reads a time that does not say its zone
    currency: bool = False  # amounts with two decimals; else whole cents
    decimal: str = "."  # in numbers that are text
    headers: Mapping[str, str] = field(default_factory=dict)  # by path; else the path itself
    milliseconds: bool = False  # instants are cut to them; else in microseconds where they have any

    def header(self, path: str) -> str:
        """What stands above the column of a field."""
        return self.headers.get(path, path)

    def tells(self, path: str) -> bool:
        """Whether a time without a zone says below its header which instant it is."""
        return self.zone == self.home or self.header(path).endswith(f"({self.zone.key})")


def check_layout(*, headers: str, money: str, decimal: str, delimiter: str) -> None:
    """
    Sees that the choices of a layout are known, and go together.

    Raises:
        UsageError: a value is none of its choices, or two cannot go together; all faults at once.
    """
    choices = (
        ("headers", headers, HEADERS),
        ("money", money, MONEY),
        ("decimal", decimal, tuple(DECIMALS)),
    )
    issues = [
        Issue(name, f"expected one of {' '.join(known)}, got {quoted(value)}")
        for name, value, known in choices
        if value not in known
    ]
    if len(delimiter.encode()) != 1 or delimiter in '"\r\n':
        issues.append(
            Issue("delimiter", f"expected one sign such as ; as delimiter, got {quoted(delimiter)}")
        )
    if delimiter == decimal:
        issues.append(
            Issue(
                "decimal", f"expected another decimal mark than the delimiter {quoted(delimiter)}"
            )
        )
    if issues:
        raise UsageError("the layout of the export cannot be used", issues)

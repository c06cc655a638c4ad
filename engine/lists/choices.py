"""
The column filters of the grid: one row for each choice, saying what it means in our language.

The whitelist of what a grid may ask: a field of the catalogue, and a choice that fits its kind.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from engine.errors import FilterError, Issue
from engine.filters.fields import Catalogue, Field
from engine.filters.kinds import BOOLEAN, DATE, INSTANT, NUMBER, STRING, Kind
from engine.filters.operators.row import VALUE_KINDS
from engine.filters.operators.table import operators_for
from engine.filters.reading import spell

Operands = Callable[[Kind, Sequence[Any]], Sequence[Any]]


def _given(_kind: Kind, given: Sequence[Any]) -> Sequence[Any]:
    return given


@dataclass(frozen=True, eq=False)
class Choice:
    """One choice of a column's filter; the grid's own key, our operators and their operands."""

    key: str
    kinds: tuple[Kind, ...]
    operators: tuple[str, ...]  # all hold together
    operands: Operands = _given  # one for each operator, of what was given
    inputs: int = 1

    def fits(self, field: Field) -> bool:
        """Whether the grid offers it on the field."""
        allowed = {row.key for row in operators_for(field)}
        return field.kind in self.kinds and allowed.issuperset(self.operators)


def _after(kind: Kind, day: date) -> str:
    """The last moment before a day; instants are kept in microseconds."""
    eve = day - timedelta(days=1)
    return eve.isoformat() if kind is DATE else f"{eve.isoformat()}T23:59:59.999999"


def between(kind: Kind, first: date | None, last: date | None) -> dict[str, list[str]]:
    """The tests for one day to another, both included; an end that is not given is open."""
    tests = {"$after": [_after(kind, first)]} if first else {}
    return tests | ({"$before": [(last + timedelta(days=1)).isoformat()]} if last else {})


def _days(kind: Kind, given: Sequence[Any]) -> tuple[str, str]:
    """From the first day given to the last, both included."""
    days = (date.fromisoformat(str(day)[:10]) for day in (given[0], given[-1]))
    (after,), (before,) = between(kind, *days).values()
    return after, before


def _beyond(kind: Kind, given: Sequence[Any]) -> tuple[str]:
    return (_after(kind, date.fromisoformat(str(given[0])[:10]) + timedelta(days=1)),)


def _true(_kind: Kind, _given: Sequence[Any]) -> tuple[bool]:
    return (True,)


def _day(_kind: Kind, given: Sequence[Any]) -> tuple[str]:
    return (str(given[0])[:10],)


SCALES = {"cents": 100, None: 1}
TEXTS, NUMBERS, DAYS = (STRING,), (NUMBER,), (DATE, INSTANT)

# In the order in which the grid offers them; the first is what it begins with.
CHOICES = (
    Choice("contains", TEXTS, ("$contains",)),
    Choice("equals", (STRING, NUMBER), ("$is",)),
    Choice("notEqual", (STRING, NUMBER), ("$is_not",)),
    Choice("notContains", TEXTS, ("$not_contain",)),
    Choice("startsWith", TEXTS, ("$starts_with",)),
    Choice("endsWith", TEXTS, ("$ends_with",)),
    Choice("greaterThan", NUMBERS, ("$more_than",)),
    Choice("greaterThanOrEqual", NUMBERS, ("$more_than_equal",)),
    Choice("lessThan", NUMBERS, ("$less_than",)),
    Choice("lessThanOrEqual", NUMBERS, ("$less_than_equal",)),
    Choice("inRange", NUMBERS, ("$more_than_equal", "$less_than_equal"), inputs=2),
    Choice("equals", DAYS, ("$after", "$before"), _days),
    Choice("greaterThan", DAYS, ("$after",), _beyond),
    Choice("lessThan", DAYS, ("$before",), _day),
    Choice("inRange", DAYS, ("$after", "$before"), _days, inputs=2),
    Choice("true", (BOOLEAN,), ("$is",), _true, inputs=0),
    Choice("false", (BOOLEAN,), ("$is",), lambda _kind, _given: (False,), inputs=0),
    Choice("notBlank", VALUE_KINDS, ("$has_value",), _true, inputs=0),
    Choice("blank", VALUE_KINDS, ("$is_unknown",), _true, inputs=0),
)


def choices_for(field: Field) -> tuple[Choice, ...]:
    """What the grid offers on a column, in order."""
    return tuple(row for row in CHOICES if row.fits(field))


def scale_of(field: Field) -> int:
    """How many stored units make one that is shown."""
    return SCALES[field.unit]


def to_filter(model: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any] | None:
    """
    The grid's filters as one filter of our language, which reads text whatever its case.

    Args:
        model: field path → the grid's filter of that column: `type` with `filter` and `filterTo`
            (`dateFrom` and `dateTo` for dates), or an `operator` with several such `conditions`.

    Returns:
        Filter JSON, in which days are those of the project zone; None without any filter.

    Raises:
        FilterError: a field, a choice or what was given with it is none of ours.
    """
    groups = [_column(catalogue.field(path), asked) for path, asked in model.items()]
    return {"junction": "and", "$groups": groups} if groups else None


def _column(field: Field, asked: Any) -> dict[str, Any]:
    if not isinstance(asked, Mapping) or "conditions" not in asked:
        return _condition(field, asked)
    junction = {"AND": "and", "OR": "or"}.get(str(asked.get("operator")))
    if junction is None or not isinstance(asked["conditions"], list):
        raise _fault(field, "expected conditions joined by AND or OR")
    groups = [_condition(field, part) for part in asked["conditions"]]
    return {"junction": junction, "$groups": groups}


def _condition(field: Field, asked: Any) -> dict[str, Any]:
    if not isinstance(asked, Mapping):
        raise _fault(field, f"expected an object, got {spell(asked)}")
    offered = {row.key: row for row in choices_for(field)}
    choice = offered.get(str(asked.get("type")))
    if choice is None:
        raise _fault(field, f"expected one of {', '.join(offered)}, got {spell(asked.get('type'))}")
    names = ("dateFrom", "dateTo") if field.kind in DAYS else ("filter", "filterTo")
    given = [asked.get(name) for name in names[: choice.inputs]]
    if None in given:
        raise _fault(field, f"expected {', '.join(names[: choice.inputs])} with `{choice.key}`")
    try:
        operands = choice.operands(field.kind, [_stored(field, value) for value in given])
    except (ValueError, TypeError, OverflowError) as error:
        raise _fault(field, str(error)) from None
    tests = {key: [value] for key, value in zip(choice.operators, operands, strict=True)}
    folded = {"ignore_case": True} if field.kind is STRING else {}
    return {"junction": "and", field.path: {"conditions": tests, **folded}}


def _stored(field: Field, value: Any) -> Any:
    return value if field.unit is None else round(float(value) * scale_of(field))


def _fault(field: Field, message: str) -> FilterError:
    return FilterError("the filter of the grid cannot be used", [Issue(field.path, message)])

"""A test as it is understood: which operator row, as which kind, with which values."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from engine.display import quoted
from engine.errors import FilterError
from engine.filters.expression import Condition, Group, conditions_of
from engine.filters.fields import Catalogue, Field
from engine.filters.kinds import Kind
from engine.filters.operator_row import Operator
from engine.filters.operators import OPERATORS, rows_of


@dataclass(frozen=True, eq=False)
class Reading:
    """A test as understood: which row, as which kind, with which values or which faults."""

    operator: Operator
    kind: Kind
    values: tuple[Any, ...]
    faults: tuple[tuple[int, str], ...]  # place in the operand, message


def read(field: Field, key: str, operand: Iterable[Any], zone: ZoneInfo) -> Reading | None:
    """
    The operand of one test read for a field; None when the field does not allow the operator.

    A name nobody has yet takes the first row and kind that the operand fits.
    """
    raws = tuple(operand)
    readings = [
        _read(_year_free(row, field), kind, raws, zone)
        for row in rows_of(key)
        if row.fits(field)
        for kind in _kinds(row, field)
    ]
    return next(
        (found for found in readings if not found.faults), readings[0] if readings else None
    )


def _kinds(row: Operator, field: Field) -> tuple[Kind, ...]:
    """The field's own kind, or for a name nobody has yet that one first and then every other."""
    own = tuple(kind for kind in row.kinds if kind is field.kind)
    return own if field.known else own + tuple(kind for kind in row.kinds if kind is not field.kind)


def _year_free(row: Operator, field: Field) -> Operator:
    wanted = row.year_free if field.year_free else None
    return next((other for other in OPERATORS if other.key == wanted and other.fits(field)), row)


def _read(row: Operator, kind: Kind, raws: tuple[Any, ...], zone: ZoneInfo) -> Reading:
    values: list[Any] = []
    faults: list[tuple[int, str]] = []
    for place, raw in enumerate(raws):
        try:
            values.append(row.operand.read(raw, kind, zone))
        except ValueError as fault:
            faults.append((place, str(fault)))
    return Reading(row, kind, tuple(values), tuple(faults))


def understood(field: Field, key: str, operand: Iterable[Any], zone: ZoneInfo) -> Reading:
    """`read`, of a test that was parsed; FilterError when the field has changed since."""
    reading = read(field, key, operand, zone)
    if reading is None or reading.faults:
        reason = reading.faults[0][1] if reading else f"it is {field.kind.label.lower()} now"
        raise FilterError(f"{quoted(field.path)} no longer allows this {quoted(key)}: {reason}")
    return reading


def positive_of(row: Operator, kind: Kind) -> Operator:
    """The row that a negative denies, for one kind."""
    return next(other for other in rows_of(row.negates or row.key) if kind in other.kinds)


def uses_clock(group: Group, catalogue: Catalogue, zone: ZoneInfo) -> bool:
    """Whether the members change as time passes, without any change to the records."""
    return any(uses_clock(inner, catalogue, zone) for inner in group.groups) or any(
        _slides(condition, catalogue, zone) for condition in group.conditions
    )


def _slides(condition: Condition, catalogue: Catalogue, zone: ZoneInfo) -> bool:
    field, where = catalogue.field(condition.field), condition.where
    readings = [understood(field, test.operator, test.operand, zone) for test in condition.tests]
    return (
        any(reading.operator.uses_clock for reading in readings)
        or (condition.window is not None and condition.window.last_days is not None)
        or (where is not None and uses_clock(where, catalogue.of_records(field.table), zone))
    )


def turns_daily(condition: Condition, catalogue: Catalogue, zone: ZoneInfo) -> bool:
    """Whether a condition may say another thing as soon as a day begins in the zone."""
    field, where = catalogue.field(condition.field), condition.where
    rows = (
        understood(field, test.operator, test.operand, zone).operator for test in condition.tests
    )
    if any(row.uses_clock and not row.elapses for row in rows):
        return True
    inner = conditions_of(where) if where is not None else ()
    return any(turns_daily(one, catalogue.of_records(field.table), zone) for _, one in inner)

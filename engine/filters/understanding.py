"""The operand of a test: by which operator row it is read, as which kind, to which values."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from engine.filters.fields import Field
from engine.filters.kinds import Kind
from engine.filters.operators.row import Operator
from engine.filters.operators.table import OPERATORS, rows_of


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

"""Who has asked whether a code applies: by tracking id, beside the records."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from engine.store.results.tables import validation


@dataclass(frozen=True)
class ValidationLine:
    """One code that somebody has asked for."""

    at: datetime
    token: str  # the tracking id of whoever asked
    code: str
    failure_code: str | None  # None: it applied
    amount: int | None  # cents, of the order; None: none was sent
    request: str  # the id of the validation, the same for all its codes
    customer_row: int | None  # of the customer, where there was one by then
    failure_message: str | None
    discount_amount: int | None  # cents; None: there was no order to take them off


COLUMNS = [validation.c[field.name] for field in fields(ValidationLine)]


def record_validations(connection: Connection, lines: Iterable[ValidationLine]) -> None:
    """Writes what somebody has asked."""
    rows = [vars(line) for line in lines]
    if rows:
        connection.execute(insert(validation), rows)


def validators(connection: Connection, code: str) -> list[str]:
    """The tracking ids by which a code was found to apply."""
    columns = validation.c
    asked = select(columns.token).where(columns.code == code, columns.failure_code.is_(None))
    return list(connection.scalars(asked.distinct()))


def validations_of(
    connection: Connection, tokens: Iterable[str], rows: Iterable[int] = ()
) -> list[ValidationLine]:
    """
    What was asked, oldest first.

    Args:
        tokens: the tracking ids of whoever has asked.
        rows: or the `row` of customers who have.
    """
    asked = validation.c.token.in_(_as_table(tokens)) | validation.c.customer_row.in_(
        _as_table(rows)
    )
    found = connection.execute(select(*COLUMNS).where(asked).order_by(validation.c.id))
    return [ValidationLine(**row._mapping) for row in found]


def _as_table(values: Iterable[str | int]) -> Select[Any]:
    """Any number of them."""
    return select(func.json_each(json.dumps(list(values))).table_valued("value").c.value)

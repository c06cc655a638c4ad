"""Who has asked whether a code applies: by tracking id, beside the records."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from engine.store.results.tables import validation


@dataclass(frozen=True)
class ValidationLine:
    """One code that somebody has asked for."""

    at: datetime
    token: str  # the tracking id of whoever asked
    code: str
    failure_code: str | None  # None: it applied
    amount: int | None  # cents, of the order; None: none was sent


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


def validations_of(connection: Connection, tokens: Iterable[str]) -> list[ValidationLine]:
    """What was asked by some tracking ids, in that order."""
    wanted = func.json_each(json.dumps(list(tokens))).table_valued("value")
    columns = [validation.c[name] for name in ("at", "token", "code", "failure_code", "amount")]
    asked = select(*columns).where(validation.c.token.in_(select(wanted.c.value)))
    found = connection.execute(asked.order_by(validation.c.id))
    return [ValidationLine(**row._mapping) for row in found]

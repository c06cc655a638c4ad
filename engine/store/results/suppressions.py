"""Who shall not be written to, and why: by the customer's number, so without anything of theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from engine.store.results.tables import suppression
from engine.store.results.upserts import put, upsert

LINE = upsert(suppression)


@dataclass(frozen=True)
class Suppression:
    """One customer on the list."""

    customer_row: int
    reason: str
    at: datetime
    actor: str


def suppressions(connection: Connection) -> list[Suppression]:
    """The list, newest first."""
    newest_first = select(suppression).order_by(suppression.c.at.desc(), suppression.c.customer_row)
    return [Suppression(**row._mapping) for row in connection.execute(newest_first)]


def suppress(connection: Connection, lines: Iterable[Suppression]) -> None:
    """Puts customers on the list, or gives them another reason."""
    put(connection, LINE, [vars(line) for line in lines])


def release(connection: Connection, rows: Iterable[int]) -> int:
    """Takes customers off the list; gives how many were on it."""
    gone = delete(suppression).where(suppression.c.customer_row.in_([*rows]))
    return connection.execute(gone).rowcount

"""The line of each change set: when, by whom, and because of what."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.store.tables import change_set


@dataclass(frozen=True)
class ChangeLine:
    """One change set in the history."""

    number: int
    cause: str
    actor: str
    at: datetime


def change_lines(connection: Connection) -> list[ChangeLine]:
    """Every change set, oldest first."""
    columns = (change_set.c.number, change_set.c.cause, change_set.c.actor, change_set.c.at)
    rows = connection.execute(select(*columns).order_by(change_set.c.number))
    return [ChangeLine(*row) for row in rows]

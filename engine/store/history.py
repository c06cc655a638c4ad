"""The line of each change set: when, by whom, and because of what."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from engine.store.tables import change_set


@dataclass(frozen=True)
class ChangeLine:
    """One change set in the history."""

    number: int
    cause: str
    actor: str
    at: datetime


def change_lines(connection: Connection, numbers: Iterable[int]) -> dict[int, ChangeLine]:
    """Some change sets by number."""
    wanted = func.json_each(json.dumps(sorted(numbers))).table_valued("value")  # any number of them
    columns = (change_set.c.number, change_set.c.cause, change_set.c.actor, change_set.c.at)
    asked = select(*columns).where(change_set.c.number.in_(select(wanted.c.value)))
    return {row.number: ChangeLine(*row) for row in connection.execute(asked)}

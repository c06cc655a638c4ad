"""Long work that was asked for over HTTP, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from engine.store.results.tables import async_action

DONE, FAILED = "DONE", "FAILED"  # it is over


@dataclass(frozen=True)
class AsyncAction:
    """One piece of work."""

    id: str
    type: str
    status: str
    progress: int  # per cent
    created_at: datetime
    updated_at: datetime | None
    request_id: str
    actor: str
    result: Mapping[str, Any] | None


def add_action(connection: Connection, action: AsyncAction) -> None:
    """Writes a new one."""
    connection.execute(insert(async_action).values(**vars(action)))


def change_action(connection: Connection, action_id: str, **values: Any) -> None:
    """Writes some columns of one; what is over stays as it ended."""
    columns = async_action.c
    going = (columns.id == action_id) & columns.status.not_in((DONE, FAILED))
    connection.execute(update(async_action).where(going).values(values))


def find_action(connection: Connection, action_id: str) -> AsyncAction | None:
    """The one with an id."""
    row = connection.execute(select(async_action).where(async_action.c.id == action_id)).first()
    return None if row is None else AsyncAction(**row._mapping)


def actions(connection: Connection, before: datetime | None, most: int) -> list[AsyncAction]:
    """
    The newest ones, newest first.

    Args:
        before: only those that were asked for before it.
    """
    columns = async_action.c
    asked = select(async_action).order_by(columns.created_at.desc(), columns.id.desc())
    if before is not None:
        asked = asked.where(columns.created_at < before)
    return [AsyncAction(**row._mapping) for row in connection.execute(asked.limit(most))]


def count_actions(connection: Connection) -> int:
    """How many there are."""
    return connection.scalar(select(func.count()).select_from(async_action)) or 0

"""Who may sign in to the pages, as what, and what their passwords hash to."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine.store.results.tables import person


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in."""

    name: str
    email: str | None  # in lower case, as a provider's word for them is looked up
    roles: tuple[str, ...]
    password: str | None = field(repr=False)  # what it hashes to
    stamp: str = field(repr=False)  # another one after each change
    created_at: datetime
    created_by: str
    changed_at: datetime | None = None


def people(connection: Connection) -> list[Account]:
    """Everybody, by name."""
    rows = connection.execute(select(person).order_by(person.c.name))
    return [Account(**{**row._mapping, "roles": tuple(row.roles)}) for row in rows]


def is_anybody(connection: Connection) -> bool:
    """Whether there is anybody who may sign in."""
    return bool(connection.scalar(select(func.count()).select_from(person)))


def add_person(connection: Connection, added: Account) -> None:
    """Writes somebody new."""
    connection.execute(insert(person).values({**vars(added), "roles": list(added.roles)}))


def change_person(connection: Connection, name: str, **values: Any) -> None:
    """Writes some columns of a person."""
    connection.execute(update(person).where(person.c.name == name).values(values))


def remove_person(connection: Connection, name: str) -> None:
    """Takes somebody off the list."""
    connection.execute(delete(person).where(person.c.name == name))

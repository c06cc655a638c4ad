"""Small named values of the workspace, each any JSON, grouped by the first part of their names."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, delete, select

from engine.store.results.tables import setting
from engine.store.results.upserts import put, upsert

Kept = TypeVar("Kept")
SLASH, BEHIND = "/", "0"  # that ends a group's name, and the sign that comes next in every order
# Made once: to spell it anew at each question, dozens in a write, took most of its 0.6 ms.
OF_GROUP = (
    select(setting)
    .where(setting.c.name >= bindparam("first"), setting.c.name < bindparam("behind"))
    .order_by(setting.c.name)
)
LINE = upsert(setting)


def settings(connection: Connection, group: str) -> dict[str, Any]:
    """Every value of a group by its name, in the order of the names."""
    first = f"{group}{SLASH}"
    rows = connection.execute(OF_GROUP, {"first": first, "behind": f"{group}{BEHIND}"})
    return {name.removeprefix(first): value for name, value in rows}


def restored(kind: Callable[..., Kept], value: Any) -> Kept:
    """
    What was saved as a mapping of its fields.

    Raises:
        ValueError: another hand has made it something else.
    """
    try:
        return kind(**value)
    except TypeError:
        raise ValueError(f"the setting {kind.__name__.lower()} is not what was written") from None


def save_setting(connection: Connection, group: str, name: str, value: Any) -> None:
    """Writes a value in place of the one of that name, if there is one."""
    put(connection, LINE, [{"name": f"{group}{SLASH}{name}", "value": value}])


def delete_setting(connection: Connection, group: str, name: str) -> None:
    """Removes a value; nothing happens where there is none."""
    connection.execute(delete(setting).where(setting.c.name == f"{group}{SLASH}{name}"))

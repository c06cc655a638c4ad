"""Small named values of the workspace, each any JSON, grouped by the first part of their names."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, insert, select

from engine.store.results.tables import setting

Kept = TypeVar("Kept")


def settings(connection: Connection, group: str) -> dict[str, Any]:
    """Every value of a group by its name, in the order of the names."""
    found = select(setting).where(setting.c.name.startswith(f"{group}/", autoescape=True))
    rows = connection.execute(found.order_by(setting.c.name))
    return {row.name.removeprefix(f"{group}/"): row.value for row in rows}


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
    delete_setting(connection, group, name)
    connection.execute(insert(setting).values(name=f"{group}/{name}", value=value))


def delete_setting(connection: Connection, group: str, name: str) -> None:
    """Removes a value; nothing happens where there is none."""
    connection.execute(delete(setting).where(setting.c.name == f"{group}/{name}"))

"""Settings of a workspace: a name and a JSON value each."""

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from engine.store.tables import setting


def read_setting(connection: Connection, name: str, default: Any) -> Any:
    """The value of a setting; the default until it is set."""
    row = connection.execute(select(setting.c.value).where(setting.c.name == name)).first()
    return row.value if row else default


def save_setting(connection: Connection, name: str, value: Any) -> None:
    """Gives a setting its value."""
    written = insert(setting).values(name=name, value=value)
    connection.execute(written.on_conflict_do_update(["name"], set_={"value": value}))

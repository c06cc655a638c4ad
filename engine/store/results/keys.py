"""The keys of the HTTP API: who may use it, as what, and until when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.store.results.tables import api_key


@dataclass(frozen=True)
class ApiKey:
    """One key; its tokens are known to whoever was shown them, here they are hashes."""

    id: str  # the app id
    name: str
    roles: tuple[str, ...]
    hash: str
    client_id: str
    client_hash: str
    created_at: datetime
    created_by: str
    rotated_at: datetime | None = None
    revoked_at: datetime | None = None
    used_at: datetime | None = None


def keys(connection: Connection) -> list[ApiKey]:
    """Every key, revoked ones too, in the order in which they were made."""
    rows = connection.execute(select(api_key).order_by(api_key.c.created_at, api_key.c.id))
    return [ApiKey(**{**row._mapping, "roles": tuple(row.roles)}) for row in rows]


def keys_by_app_id(connection: Connection) -> dict[str, ApiKey]:
    """Every key by its app ids, those of both sides."""
    return {app_id: key for key in keys(connection) for app_id in (key.id, key.client_id)}


def add_key(connection: Connection, key: ApiKey) -> None:
    """Writes a new key."""
    connection.execute(insert(api_key).values({**vars(key), "roles": list(key.roles)}))


def change_key(connection: Connection, key_id: str, **values: Any) -> None:
    """Writes some columns of a key."""
    connection.execute(update(api_key).where(api_key.c.id == key_id).values(values))

"""Exports that were asked for over HTTP; a finished one has a receipt of the same id."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.store.results.tables import export_request


@dataclass(frozen=True)
class ExportRequest:
    """One of them."""

    id: str
    created_at: datetime
    actor: str
    object: str  # as the caller calls it
    parameters: Mapping[str, Any]  # as they were sent
    status: str
    token: str  # of its download
    deleted_at: datetime | None = None


def add_request(connection: Connection, request: ExportRequest) -> None:
    """Writes a new one."""
    connection.execute(insert(export_request).values(**vars(request)))


def change_request(connection: Connection, request_id: str, **values: Any) -> None:
    """Writes some columns of one."""
    asked = update(export_request).where(export_request.c.id == request_id)
    connection.execute(asked.values(values))


def find_request(connection: Connection, request_id: str) -> ExportRequest | None:
    """The one with this id, a deleted one too."""
    asked = select(export_request).where(export_request.c.id == request_id)
    row = connection.execute(asked).one_or_none()
    return None if row is None else ExportRequest(**row._mapping)


def export_requests(connection: Connection) -> list[ExportRequest]:
    """Every one, newest first, deleted ones too."""
    columns = export_request.c
    newest_first = select(export_request).order_by(columns.created_at.desc(), columns.id.desc())
    return [ExportRequest(**row._mapping) for row in connection.execute(newest_first)]

"""Exports that were asked for over HTTP; a finished one has a receipt of the same id."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Connection,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)

from engine.store.results.runs import ExportRun
from engine.store.results.tables import export_request, export_run

SCHEDULED, IN_PROGRESS, DONE, ERROR = "SCHEDULED", "IN_PROGRESS", "DONE", "ERROR"
REQUEST, RUN = export_request.c, export_run.c


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


@dataclass(frozen=True)
class ExportOrder:
    """Which exports are asked for: some of all in an order."""

    key: str = "created_at"  # or `status`
    descending: bool = True
    most: int = 100
    skipped: int = 0


Export = tuple[ExportRequest | None, ExportRun | None]  # at least one of the two


def add_request(connection: Connection, request: ExportRequest) -> None:
    """Writes a new one."""
    connection.execute(insert(export_request).values(**vars(request)))


def change_request(connection: Connection, request_id: str, **values: Any) -> None:
    """Writes some columns of one."""
    asked = update(export_request).where(REQUEST.id == request_id)
    connection.execute(asked.values(values))


def find_request(connection: Connection, request_id: str) -> ExportRequest | None:
    """The one with this id, a deleted one too."""
    asked = select(export_request).where(REQUEST.id == request_id)
    row = connection.execute(asked).one_or_none()
    return None if row is None else ExportRequest(**row._mapping)


def open_requests(connection: Connection) -> list[str]:
    """The ids of those that are at work, or were when the process ended."""
    unfinished = ~exists().where(RUN.id == REQUEST.id)
    asked = select(REQUEST.id).where(REQUEST.status == SCHEDULED, unfinished)
    return list(connection.scalars(asked))


def exports_there(
    connection: Connection, wanted: ExportOrder, interrupted: Collection[str]
) -> list[Export]:
    """
    Some of all exports that are there, those that were asked for elsewhere too.

    Args:
        interrupted: the ids of those that nobody works at any more.
    """
    every = _every(interrupted)
    keys = (every.selected_columns[name] for name in (wanted.key, "id"))
    ordered = [key.desc() if wanted.descending else key.asc() for key in keys]
    some = every.order_by(*ordered).limit(wanted.most).offset(wanted.skipped)
    ids = [row.id for row in connection.execute(some)]
    asked = connection.execute(select(export_request).where(REQUEST.id.in_(ids)))
    requests = {row.id: ExportRequest(**row._mapping) for row in asked}
    made = connection.execute(select(export_run).where(RUN.id.in_(ids)))
    runs = {row.id: ExportRun(**row._mapping) for row in made}
    return [(requests.get(each), runs.get(each)) for each in ids]


def count_there(connection: Connection) -> int:
    """How many there are."""
    return connection.scalar(select(func.count()).select_from(_every(()).subquery())) or 0


def deleted_exports(connection: Connection) -> frozenset[str]:
    """The ids of those that were deleted, with their files."""
    return frozenset(connection.scalars(select(REQUEST.id).where(REQUEST.deleted_at.is_not(None))))


def _every(interrupted: Collection[str]) -> CompoundSelect[Any]:
    """
    Each that was not deleted: `id`, `created_at` and `status`.

    Ordered as it is, and in no query around it, both parts come by their indexes.
    """
    status = case(
        (RUN.id.is_not(None), DONE),
        (or_(REQUEST.status == ERROR, REQUEST.id.in_(interrupted)), ERROR),
        else_=IN_PROGRESS,
    )
    asked = (
        select(REQUEST.id, REQUEST.created_at, status.label("status"))
        .outerjoin(export_run, RUN.id == REQUEST.id)
        .where(REQUEST.deleted_at.is_(None))
    )
    others = select(RUN.id, RUN.at, literal(DONE)).where(~exists().where(REQUEST.id == RUN.id))
    return union_all(asked, others)

"""Exports that somebody asks for and fetches later: scheduled, listed, downloaded by a token."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from engine.errors import NotFoundError, WorkbenchError
from engine.exports.contents import contents, settled
from engine.exports.order import Order
from engine.exports.run import ExportRun, download, export_records, new_id, own_file
from engine.store.results.export_requests import (
    ExportRequest,
    add_request,
    change_request,
    export_requests,
    find_request,
)
from engine.store.results.runs import exports, known_export
from engine.text.display import quoted
from engine.workspace.jobs import Labels, Runner
from engine.workspace.workbench import Access, Workbench

SCHEDULED, IN_PROGRESS, DONE, ERROR = "SCHEDULED", "IN_PROGRESS", "DONE", "ERROR"
KIND = "requested export"  # of the jobs


@dataclass(frozen=True)
class RequestedExport:
    """An export as whoever asked for it sees it."""

    id: str
    created_at: datetime
    actor: str
    object: str | None  # as the caller called it; None: it was made on a page or a command line
    parameters: Mapping[str, Any]  # as they were sent
    status: str
    token: str | None  # of its download
    run: ExportRun | None  # its receipt, once it is done


def schedule(
    access: Access, runner: Runner, order: Order, what: str, parameters: Mapping[str, Any]
) -> RequestedExport:
    """
    Begins an export in a thread of its own.

    Args:
        what: the records, as the caller calls them.
        parameters: as they were sent.

    Raises:
        ClockError: the clock is before the last change.
        NotFoundError, FilterError, UsageError: it could never be carried out.
    """
    access.expect_clock()
    contents(access, settled(access, order))
    made = ExportRequest(
        *(new_id(), access.now(), access.actor.name, what, parameters, SCHEDULED),
        secrets.token_urlsafe(24),
    )
    with access.note() as connection:
        add_request(connection, made)

    def work(tell: Callable[[float], None]) -> ExportRun:
        try:
            return export_records(access, order, None, tell, run_id=made.id)
        except BaseException:
            with access.note() as connection:
                change_request(connection, made.id, status=ERROR)
            raise

    runner.start(KIND, f"Export of {order.what} over HTTP ({made.id})", work, access.actor)
    return _view(made, None, SCHEDULED)


def index(workbench: Workbench, runner: Runner) -> list[RequestedExport]:
    """Every export that is there, newest first, those of pages and the command line too."""
    with workbench.store.read() as connection:
        requests = {one.id: one for one in export_requests(connection)}
        runs = {run.id: run for run in exports(connection)}
    labels = cache(runner.labels)  # once, if anybody asks
    asked = [
        _of_request(one, runs.get(one.id), labels)
        for one in requests.values()
        if one.deleted_at is None
    ]
    others = [_made(run) for run in runs.values() if run.id not in requests]
    return sorted([*asked, *others], key=lambda one: (one.created_at, one.id), reverse=True)


def show(workbench: Workbench, runner: Runner, export_id: str) -> RequestedExport:
    """
    One export.

    Raises:
        NotFoundError: there is none, or it was deleted.
    """
    with workbench.store.read() as connection:
        request = find_request(connection, export_id)
        run = known_export(connection, export_id)
    if request is None and run is not None:
        return _made(run)
    if request is None or request.deleted_at is not None:
        raise NotFoundError(f"no export has the id {quoted(export_id)}")
    return _of_request(request, run, runner.labels)


def requested_file(access: Access, runner: Runner, export_id: str, token: str) -> Path | None:
    """
    The file of an export; None: the token is another's.

    Raises:
        NotFoundError: there is none, or its file is gone or not written yet.
    """
    found = show(access, runner, export_id)
    if not secrets.compare_digest((found.token or "").encode(), token.encode()):
        return None
    if found.run is None:
        raise NotFoundError(f"the file of the export {quoted(export_id)} is not written yet")
    return download(access, export_id)


def delete(access: Access, runner: Runner, export_id: str) -> None:
    """
    Removes an export with its file; its receipt stays in the log.

    Raises:
        NotFoundError: there is none.
    """
    gone = show(access, runner, export_id)
    with access.write("export") as (connection, act):
        if gone.object is None:
            add_request(connection, _stand_in(gone, act.at))
        change_request(connection, export_id, deleted_at=act.at)
        act.touched["deleted exports"] = [export_id]
    try:
        own_file(access, export_id).unlink(missing_ok=True)
    except WorkbenchError:  # it was never written, is gone, or lies elsewhere
        return


def _of_request(request: ExportRequest, run: ExportRun | None, labels: Labels) -> RequestedExport:
    if run is not None:
        return _view(request, run, DONE)
    at_work = request.status != ERROR and any(request.id in label for label in labels())
    return _view(request, run, IN_PROGRESS if at_work else ERROR)


def _view(request: ExportRequest, run: ExportRun | None, status: str) -> RequestedExport:
    return RequestedExport(
        *(request.id, request.created_at, request.actor, request.object, request.parameters),
        *(status, request.token, run),
    )


def _made(run: ExportRun) -> RequestedExport:
    """One that nobody asked for here."""
    return RequestedExport(run.id, run.at, run.actor, None, {}, DONE, None, run)


def _stand_in(gone: RequestedExport, at: datetime) -> ExportRequest:
    """The line by which one that nobody asked for here is known to be deleted."""
    return ExportRequest(gone.id, gone.created_at, gone.actor, "", {}, DONE, "", at)

"""Exports that somebody asks for and fetches later: scheduled, listed, downloaded by a token."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.errors import NotFoundError, WorkbenchError
from engine.exports.contents import contents, settled
from engine.exports.order import Order
from engine.exports.run import ExportRun, download, export_records, new_id, own_file
from engine.store.results.export_requests import DONE as DONE  # for the doors too
from engine.store.results.export_requests import (
    ERROR,
    IN_PROGRESS,
    SCHEDULED,
    ExportRequest,
    add_request,
    change_request,
    count_there,
    exports_there,
    find_request,
    open_requests,
)
from engine.store.results.export_requests import ExportOrder as ExportOrder
from engine.store.results.runs import known_export
from engine.text.display import quoted
from engine.workspace.jobs import Runner
from engine.workspace.workbench import Access, Workbench

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

    def begin() -> None:
        with access.note() as connection:
            add_request(connection, made)

    def work(tell: Callable[[float], None]) -> ExportRun:
        try:
            return export_records(access, order, None, tell, run_id=made.id)
        except BaseException:
            with access.note() as connection:
                change_request(connection, made.id, status=ERROR)
            raise

    runner.start(KIND, f"Export of {order.what} over HTTP ({made.id})", work, access.actor, begin)
    return _view(made, None, SCHEDULED)


def index(
    workbench: Workbench, runner: Runner, wanted: ExportOrder
) -> tuple[list[RequestedExport], int]:
    """Some of the exports that are there, those of pages and the command line too; and how many."""
    with workbench.store.read() as connection:
        unfinished = open_requests(connection)
    gone = _interrupted(unfinished, runner)
    with workbench.store.read() as connection:
        found = exports_there(connection, wanted, gone)
        shown = (_export(*each, gone) for each in found)
        return [each for each in shown if each], count_there(connection)


def show(workbench: Workbench, runner: Runner, export_id: str) -> RequestedExport:
    """
    One export.

    Raises:
        NotFoundError: there is none, or it was deleted.
    """
    gone = _interrupted([export_id], runner)
    with workbench.store.read() as connection:
        request = find_request(connection, export_id)
        run = known_export(connection, export_id)
    found = _export(request, run, gone)
    if found is None:
        raise NotFoundError(f"no export has the id {quoted(export_id)}")
    return found


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


def _interrupted(export_ids: Collection[str], runner: Runner) -> list[str]:
    """
    Those that no process works at.

    Who reads receipts does so behind this: what ends in between is done then, not interrupted.
    """
    labels = runner.labels() if export_ids else []
    return [each for each in export_ids if not any(each in label for label in labels)]


def _export(
    request: ExportRequest | None, run: ExportRun | None, gone: Collection[str]
) -> RequestedExport | None:
    """None: there is none any more."""
    if request is None:
        return _made(run) if run else None
    if request.deleted_at is not None:
        return None
    if run is not None:
        return _view(request, run, DONE)
    failed = request.status == ERROR or request.id in gone
    return _view(request, run, ERROR if failed else IN_PROGRESS)


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

"""The routes that answer beside the pages, in the same process."""

import gc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from engine.accounts.entrance import Claim, Entrance
from engine.api.calls import Surroundings
from engine.api.guard import Guard
from engine.api.origins import allowed_origins
from engine.api.rates import Rates
from engine.api.readiness import Readiness
from engine.api.resources.customers import customers
from engine.api.resources.redemptions import redemptions
from engine.api.routes import ROUTES
from engine.api.service import Api, Switch, service
from engine.api.sign_in import claim_of, sign_in_routes
from engine.errors import WorkbenchError
from engine.exports.about import download_name
from engine.exports.formats import format_of
from engine.exports.run import download, receipt
from engine.lists.listings import find_listing
from engine.lists.rows import prepare, read_query, rows
from engine.messages.courier import Courier
from engine.privacy.masks import seen_by
from engine.privacy.retention import apply_when_due
from engine.rights import VIEW
from engine.workspace.access import Site
from engine.workspace.clockwork import Clockwork
from engine.workspace.jobs import Runner
from engine.workspace.workbench import Access, Workbench

ASSETS = Path(__file__).parents[2] / "data" / "assets"
STATUS = {
    "sign_in": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "store": 503,
}  # 400 for every other key
PRINTERS = {"customers": customers, "redemptions": redemptions}  # of messages, as of answers
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def routes(entrance: Entrance, claim: Callable[[Request], Claim] = claim_of) -> list[BaseRoute]:
    """
    Every route; all below `/api` answers JSON, errors too.

    Args:
        entrance: opens the workspace at the first request that needs it.
        claim: what a request brings to say who sits there.
    """

    def acting(request: Request) -> Access:
        access = entrance.workbench().acting(entrance.actor(claim(request)))
        access.expect(VIEW)
        return access

    def export(request: Request) -> Response:
        """The file of an export; read in a thread, streamed from the disk."""
        bench, run_id = acting(request), request.path_params["run_id"]
        file = download(bench, run_id)
        kind = format_of(file.name)
        media_type = kind.media_type if kind else None
        name = download_name(receipt(bench, run_id), bench.zone)
        return FileResponse(file, filename=name, media_type=media_type)

    def row_block(request: Request) -> Response:
        """A block of rows for a grid; once sent, what its next filter needs is made ready."""
        bench, query = acting(request), read_query(request.query_params)
        table = request.path_params["table"]
        content = rows(bench, table, query, seen_by(bench))
        listing = find_listing(table)
        records = listing.of(bench.profile(), bench.project.money)
        work = BackgroundTask(prepare, listing, records, query.columns)
        return Response(content, media_type="application/json", background=work)

    api = Starlette(
        routes=[Route("/{table}/rows", row_block), Route("/exports/{run_id}", export)],
        exception_handlers={
            WorkbenchError: user_error,
            HTTPException: no_route,
            Exception: program_fault,
        },
    )
    return [
        *HEALTH,
        *sign_in_routes(entrance),
        Mount("/api", api),
        Mount("/assets", StaticFiles(directory=ASSETS)),
    ]


def without_pages(
    workbench: Callable[[], Workbench], api: Api, further: Sequence[Site] = ()
) -> Starlette:
    """
    The API alone, as an application of its own.

    Args:
        further: the addresses of a reverse proxy, beside those of this machine.
    """
    return Starlette(
        routes=[*HEALTH, Mount("/assets", StaticFiles(directory=ASSETS))],
        middleware=[Middleware(Guard, further), Middleware(Switch, api)],
        lifespan=lifespan(workbench),
    )


def lifespan(workbench: Callable[[], Workbench]) -> Lifespan:
    """
    What goes on as long as the routes answer: the clock moves who is due, messages go out, and
    first of all what a program would wait for is made.

    Args:
        workbench: opens the workspace; at once, in a thread.
    """

    @asynccontextmanager
    async def alive(_app: Any) -> AsyncIterator[None]:
        # What was loaded stays: Python would look through it for cycles again and again, 0.13 s
        # each time, and all wait. Before records come: what is spared is never freed of a cycle.
        gc.freeze()
        clockwork = Clockwork(workbench, [apply_when_due])
        threads = (clockwork, Courier(workbench, PRINTERS), Readiness(workbench))
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            await run_in_threadpool(thread.end)

    return alive


def api(workbench: Callable[[], Workbench], runner: Callable[[], Runner], origins: str) -> Api:
    """
    The HTTP API, to be put in front of the pages by `Switch`.

    Args:
        workbench: opens the workspace at the first request that needs it.
        runner: of the jobs of this process.
        origins: whose pages may use the client side, as `allowed_origins` reads it.
    """
    around = Surroundings(workbench, runner, allowed_origins(origins), Rates(monotonic))
    return service(around, ROUTES)


def healthz(_request: Request) -> JSONResponse:
    """Answers while the process serves; opens no workspace, so that it never waits for one."""
    return JSONResponse({"status": "ok"})


HEALTH = [Route(path, healthz) for path in ("/healthz", "/healthz/")]  # a slash is nothing


def user_error(_request: HTTPConnection, error: Any) -> JSONResponse:
    """An error that a user can fix."""
    return _error(STATUS.get(error.key, 400), error.key, str(error))


def no_route(_request: Request, error: Any) -> JSONResponse:
    """A path or a method that is no route."""
    key = "not_found" if error.status_code == 404 else "invalid_usage"
    message = f"expected GET of /api/TABLE/rows or /api/exports/ID: {error.detail}"
    return _error(error.status_code, key, message)


def program_fault(_request: Request, _fault: Any) -> JSONResponse:
    """A fault of the program, which the server logs."""
    return _error(500, "error", "the program failed: its log says where")


def _error(status: int, key: str, message: str) -> JSONResponse:
    return JSONResponse({"key": key, "message": message}, status_code=status)

"""The routes that answer beside the pages, in the same process."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from engine.api.guard import is_own
from engine.browser.rows import prepare, read_query, rows
from engine.clockwork import Clockwork
from engine.errors import WorkbenchError
from engine.exports.formats import format_of
from engine.exports.run import stored_file
from engine.listings import find_listing
from engine.workbench import Workbench

ASSETS = Path(__file__).parents[2] / "data" / "assets"
STATUS = {"not_found": 404, "conflict": 409, "store": 503}  # 400 for every other key
Endpoint = Callable[[Request], Response]
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


def routes(workbench: Callable[[], Workbench]) -> list[BaseRoute]:
    """
    Every route.

    Args:
        workbench: opens the workspace at the first request that needs it.
    """

    @own
    def export(request: Request) -> Response:
        """The file of an export; read in a thread, streamed from the disk."""
        file = stored_file(workbench(), request.path_params["run_id"])
        kind = format_of(file.name)
        media_type = kind.media_type if kind else None
        return FileResponse(file, filename=file.name, media_type=media_type)

    @own
    def listed(request: Request) -> Response:
        """A block of rows for a grid; once sent, what its next filter needs is made ready."""
        bench, query = workbench(), read_query(request.query_params)
        table = request.path_params["table"]
        content = rows(bench, table, query)
        listing = find_listing(table)
        work = BackgroundTask(prepare, listing, listing.of(bench.profile()), query.columns)
        return Response(content, media_type="application/json", background=work)

    return [
        Route("/healthz", healthz),
        Route("/api/{table}/rows", listed),
        Route("/api/exports/{run_id}", export),
        Mount("/assets", StaticFiles(directory=ASSETS)),
    ]


def lifespan(workbench: Callable[[], Workbench]) -> Lifespan:
    """
    What goes on as long as the routes answer: the clock moves who is due.

    Args:
        workbench: opens the workspace; at once, in a thread.
    """

    @asynccontextmanager
    async def alive(_app: Any) -> AsyncIterator[None]:
        clockwork = Clockwork(workbench)
        clockwork.start()
        yield
        await run_in_threadpool(clockwork.end)

    return alive


def healthz(_request: Request) -> JSONResponse:
    """Answers while the process serves; opens no workspace, so that it never waits for one."""
    return JSONResponse({"status": "ok"})


def own(endpoint: Endpoint) -> Endpoint:
    """Answers our own pages only, and tells errors that a user can mend."""

    @wraps(endpoint)
    def guarded(request: Request) -> Response:
        if not is_own(request.headers):
            message = "expected a request of this workbench's own pages, got one of another site"
            return JSONResponse({"key": "forbidden", "message": message}, status_code=403)
        try:
            return endpoint(request)
        except WorkbenchError as error:
            body = {"key": error.key, "message": str(error)}
            return JSONResponse(body, status_code=STATUS.get(error.key, 400))

    return guarded

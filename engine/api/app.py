"""The routes that answer beside the pages, in the same process."""

from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from engine.errors import WorkbenchError
from engine.exports.run import stored_file
from engine.workbench import Workbench

ASSETS = Path(__file__).parents[2] / "data" / "assets"


def routes(workbench: Callable[[], Workbench]) -> list[BaseRoute]:
    """
    Every route.

    Args:
        workbench: opens the workspace at the first request that needs it.
    """

    def export(request: Request) -> Response:
        """The file of an export; read in a thread, streamed from the disk."""
        try:
            file = stored_file(workbench(), request.path_params["run_id"])
        except WorkbenchError as error:
            return JSONResponse({"key": error.key, "message": error.message}, status_code=404)
        return FileResponse(file, filename=file.name, media_type="text/csv")

    return [
        Route("/healthz", healthz),
        Route("/api/exports/{run_id}", export),
        Mount("/assets", StaticFiles(directory=ASSETS)),
    ]


def healthz(_request: Request) -> JSONResponse:
    """Answers while the process serves; opens no workspace, so that it never waits for one."""
    return JSONResponse({"status": "ok"})

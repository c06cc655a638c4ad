"""The routes that answer beside the pages, in the same process."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

ASSETS = Path(__file__).parents[2] / "data" / "assets"


def healthz(_request: Request) -> JSONResponse:
    """Answers while the process serves; opens no workspace, so that it never waits for one."""
    return JSONResponse({"status": "ok"})


ROUTES = (
    Route("/healthz", healthz),
    Mount("/assets", StaticFiles(directory=ASSETS)),
)

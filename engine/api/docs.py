"""The description of the API, and a page to try it that loads nothing from elsewhere."""

from importlib.resources import files
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from engine.api.answers import Json
from engine.api.calls import CLIENT, SERVER

DESCRIPTION = (
    "The part of the service's API that its guide to customers describes. Send the headers of a "
    "key: `workbench keys create` makes one. A trailing slash is the same route."
)
ASSETS = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Segment workbench: the API</title>
<link rel="icon" href="/assets/icon.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/assets/docs.js"></script>
</body>
</html>
"""


def add_to(application: FastAPI) -> None:
    """Adds the description and the page; both are for everybody."""
    kept: dict[str, Any] = {}

    def description(_request: Request) -> Response:
        if not kept:
            kept.update(openapi_of(application))
        return Json(kept)

    def page(_request: Request) -> Response:
        return HTMLResponse(PAGE)

    def asset(request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        content = files("fastapi_swagger").joinpath("resources", name).read_bytes()
        return Response(content, media_type=ASSETS[name])

    application.add_route("/openapi.json", description)
    application.add_route("/docs", page)
    for name in ASSETS:
        application.add_route(f"/docs/{name}", asset)


def openapi_of(application: FastAPI) -> dict[str, Any]:
    """The description of all routes, OpenAPI 3.1."""
    found = get_openapi(
        title=application.title,
        version=application.version,
        description=application.description,
        routes=application.routes,
    )
    headers = (*SERVER.schemes, *CLIENT.schemes)
    found.setdefault("components", {})["securitySchemes"] = {
        name: {"type": "apiKey", "in": "header", "name": name} for name in headers
    }
    return found

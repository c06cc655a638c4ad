"""The API as an application: every row of the table as a route of FastAPI, behind its guard."""

import asyncio
import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Coroutine, Iterable
from functools import partial, wraps
from typing import Any
from urllib.parse import unquote

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api import docs
from engine.api.answers import Json, nothing
from engine.api.calls import Admission, Surroundings, call_of
from engine.api.errors import (
    ApiError,
    ErrorBody,
    answer,
    bug,
    missing,
    new_request_id,
    of_http,
    of_request,
    of_workbench,
)
from engine.api.origins import preflight
from engine.api.spelling import one_spelling
from engine.api.table import Route
from engine.errors import NotFoundError, WorkbenchError
from engine.limits import BODY
from engine.system.disk import refused

PREFIXES = ("/v1/", "/client/v1/")  # of all that is the API's
OPEN = ("/openapi.json", "/docs")
MOST = BODY.most
LONG = re.compile(rb"\d{19}")
SHORT = 65_536  # bytes of a body; the server has read as many before anybody asks for them
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRequest(Request):
    """JSON without the numbers that are none, of a depth that ends; a mark of UTF-8 is nothing."""

    async def json(self) -> Any:
        """The body; raises json.JSONDecodeError."""
        body = (await self.body()).removeprefix(BOM_UTF8)
        found = orjson.loads(body)
        # Beyond 64 bits it makes a double of a whole number, which is another one.
        return json.loads(body.decode()) if LONG.search(body) else found


class GuardedRoute(APIRoute):
    """
    A row of the table behind its guard.

    Nothing of a body is read before that has let the caller in, but for a short one.
    """

    def __init__(self, row: Route, around: Surroundings, **options: Any) -> None:
        self.row = row
        self.around = around
        self.uploads = row.body == "a file"
        super().__init__(row.path, _answering(row), methods=[row.method], **options)

    def get_route_handler(self) -> Handler:
        """FastAPI's own handler behind the guard; whatever goes wrong has the one shape."""
        handle, row = super().get_route_handler(), self.row

        async def guarded(request: Request) -> Response:
            request_id = request.state.request_id
            request.state.headers = {"X-Request-Id": request_id}
            admission = Admission(partial(call_of, self.around, request, row.guard, row.role))
            request.state.admission = admission
            scope = self._read(request.scope)
            try:
                if not _is_short(request.headers):
                    await run_in_threadpool(admission.call)
                answered = await handle(StrictRequest(scope, request.receive))
            except asyncio.CancelledError:
                raise
            except BaseException as error:  # noqa: BLE001 - a door; a panic of Rust is no Exception
                found = await admission.refusal() or error
                answered = self._failed(found, scope["path_params"], request_id)
            answered.headers.update(request.state.headers)
            return answered

        return guarded

    def _read(self, scope: Scope) -> Scope:
        """The parts of the path decoded; a body is JSON, whatever a client calls it."""
        named = {name: unquote(value) for name, value in scope["path_params"].items()}
        headers = scope["headers"]
        if not self.uploads:
            others = [each for each in headers if each[0] != b"content-type"]
            headers = [*others, (b"content-type", b"application/json")]
        return {**scope, "path_params": named, "headers": headers}

    def _failed(self, error: BaseException, named: dict[str, str], request_id: str) -> Response:
        if isinstance(error, TooLargeError):
            return _too_large()
        told = self._as_error(error, named)
        return bug(request_id) if told is None else answer(told, request_id)

    def _as_error(self, error: BaseException, named: dict[str, str]) -> ApiError | None:
        """The error as it is told; None: it is a bug."""
        match error:
            case ApiError():
                return error
            case NotFoundError() if self.row.resource and named:
                return missing(self.row.resource, next(iter(named.values())))
            case WorkbenchError():
                return of_workbench(error, query=self.row.method == "GET")
            case RequestValidationError():
                return of_request(error)
            case HTTPException():
                return of_http(error)
        disk = refused(error, self.around.workbench().store.folder, "Nothing was changed")
        return None if disk is None else of_workbench(disk)


def _is_short(headers: Headers) -> bool:
    """Whether a body is so short that it may be read for anybody."""
    return "transfer-encoding" not in headers and int(headers.get("content-length", 0)) <= SHORT


def _answering(row: Route) -> Callable[..., Response]:
    """The endpoint of a row, whose answer is written without a detour."""

    @wraps(row.answer)
    def endpoint(call: Admission, **arguments: Any) -> Response:
        found = row.answer(call.call(), **arguments)
        if isinstance(found, Response):
            return found
        return nothing() if row.shape is None else Json(found, row.status)

    return endpoint


def service(around: Surroundings, rows: Iterable[Route]) -> "Api":
    """The application over a table of routes."""
    application = FastAPI(
        title="Segment workbench",
        description=docs.DESCRIPTION,
        version="v1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        strict_content_type=False,
        separate_input_output_schemas=False,
    )
    for row in rows:
        described: dict[int | str, dict[str, Any]] = {
            row.status: _success(row),
            "default": {"model": ErrorBody, "description": "what is wrong, and where"},
        }
        route = GuardedRoute(
            row,
            around,
            status_code=row.status,
            response_model=None,
            responses=described,
            summary=row.doc,
            tags=[_tag(row.path)],
            openapi_extra={"security": [{key: [] for key in row.guard.schemes}]},
            operation_id=f"{row.method.lower()}{row.path.replace('/', '_')}",
        )
        application.router.routes.append(route)
    docs.add_to(application)
    return Api(application, around)


def _success(row: Route) -> dict[str, Any]:
    """What a row answers when all is well."""
    if row.shape is None:
        return {"description": "done; no body"}
    content = {row.media: {"schema": {"type": "string"}}} if row.media else {}
    return {"model": row.shape, "description": "as asked for", "content": content}


def _tag(path: str) -> str:
    """The resource that a path is about."""
    return next(part for part in path.split("/") if part not in ("", "client", "v1"))


class Api:
    """What answers below PREFIXES: one spelling of each address, an id for each request."""

    def __init__(self, application: FastAPI, around: Surroundings) -> None:
        self.application = application
        self.around = around
        application.add_exception_handler(HTTPException, _no_route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        spelled = one_spelling(scope)
        request_id = new_request_id()
        spelled["state"] = {"request_id": request_id, "headers": {}}
        if spelled["method"] == "HEAD":  # as GET; the server leaves the body out
            spelled["method"] = "GET"
        found = self._early(Request(spelled), request_id)
        if found is not None:
            await found(spelled, receive, send)
            return
        await self.application(spelled, _bounded(receive), send)

    def _early(self, request: Request, request_id: str) -> Response | None:
        """The answer to what no route is asked for: a browser's first question, a large body."""
        origin = request.headers.get("origin")
        if request.method == "OPTIONS" and request.url.path.startswith("/client/"):
            if self.around.origins(origin):
                return Response(status_code=204, headers=preflight(str(origin)))
            return answer(ApiError(403, "forbidden", "This origin may not use the client side"),
                          request_id)  # fmt: skip
        length = request.headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()):
            return answer(ApiError(400, "invalid_payload", "Invalid content length"), request_id)
        return _too_large() if int(length) > MOST else None


class TooLargeError(HTTPException):
    """A body that does not say its length turned out to be too large."""

    def __init__(self) -> None:
        super().__init__(413)


def _bounded(receive: Receive) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > MOST:
            raise TooLargeError
        return message

    return counted


def _too_large() -> Json:
    """In the other shape, as the service has it."""
    message = f"Payload content length greater than maximum allowed: {MOST}"
    return Json({"statusCode": 413, "error": "Request Entity Too Large", "message": message}, 413)


async def _no_route(request: Request, error: Exception) -> Response:
    found = error if isinstance(error, HTTPException) else HTTPException(404)
    return answer(of_http(found), request.state.request_id)


class Switch:
    """Hands what is the API's to it, and all else on; in front of Streamlit's own middleware."""

    def __init__(self, app: ASGIApp, api: ASGIApp) -> None:
        self.app = app
        self.api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one websocket."""
        ours = scope["type"] == "http" and is_ours(scope["path"])
        await (self.api if ours else self.app)(scope, receive, send)


def is_ours(path: str) -> bool:
    """Whether the API answers a path."""
    return path.startswith((*PREFIXES, "/docs/")) or path.rstrip("/") in OPEN

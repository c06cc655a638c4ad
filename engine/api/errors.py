"""The one shape in which the API tells what went wrong, with the keys of the service."""

import logging
import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Any
from uuid import uuid4

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from typing_extensions import TypedDict

from engine.api.answers import Json
from engine.errors import (
    CancelledError,
    ClockError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    StoreError,
    WorkbenchError,
)

TOLD = 20  # faults of a body that one answer tells


class ErrorBody(TypedDict, total=False):
    """What every answer from 400 on holds."""

    code: int
    key: str
    message: str
    details: str
    request_id: str
    resource_id: str
    resource_type: str


@dataclass(eq=False)
class ApiError(Exception):
    """A request that cannot be answered, as the door itself finds out."""

    status: int
    key: str
    message: str
    details: str = ""
    resource_id: str | None = None
    resource_type: str | None = None
    headers: dict[str, str] | None = None


# The first class that an error is of counts.
STATUS: tuple[tuple[type[WorkbenchError], int], ...] = (
    (NotFoundError, 404),
    (ClockError, 503),  # no fault of whoever asks
    (ConflictError, 409),
    (ForbiddenError, 403),
    (CancelledError, 409),
    (StoreError, 503),
    (WorkbenchError, 400),
)
# What the service calls it, where we call it otherwise.
SERVICE_KEYS = {
    "invalid_usage": "invalid_payload",
    "invalid_filter": "invalid_payload",
    "store": "unavailable",
    "clock": "unavailable",
}
# How pydantic names one of the kinds that a value may be of, in the place of a fault.
KIND = re.compile(r"[A-Z]\w*Body|str|int|(dict|list)\[.*\]")
Place = tuple[str | int, ...]
# What FastAPI and Starlette find out themselves.
KEYS = {404: "not_found", 405: "method_not_allowed", 400: "invalid_payload"}


def new_request_id() -> str:
    """By which the log and who asked find a request again."""
    return f"v-{uuid4().hex[:16]}"


def missing(resource: str, name: str) -> ApiError:
    """There is no such thing."""
    return ApiError(
        404,
        "not_found",
        "Resource not found",
        f"Cannot find {resource} with id {name}",
        name,
        resource,
    )


def of_workbench(error: WorkbenchError, *, query: bool = False) -> ApiError:
    """
    An error of a use case, with all its faults.

    Args:
        query: whether all that was said stood in the address.
    """
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    key = SERVICE_KEYS.get(error.key, error.key)
    key = "invalid_query_params" if query and key == "invalid_payload" else key
    return ApiError(status, key, error.message, "\n".join(map(str, error.issues)))


def of_request(error: RequestValidationError) -> ApiError:
    """A body or a query that does not fit its model: every fault, each at its place."""
    found: list[Any] = _meant(list(error.errors()))
    query = bool(found) and all(fault["loc"][:1] == ("query",) for fault in found)
    told = [_fault(fault) for fault in found[:TOLD]]
    if len(found) > TOLD:
        told.append(f"and {len(found) - TOLD:,} more")
    if query:
        return ApiError(400, "invalid_query_params", "Invalid query params", "\n".join(told))
    return ApiError(400, "invalid_payload", "Invalid payload", "\n".join(told))


def of_http(error: HTTPException) -> ApiError:
    """A path or method that is no route, or a body that cannot be read."""
    key = KEYS.get(error.status_code, "error")
    message = "Resource not found" if error.status_code == 404 else str(error.detail)
    headers = dict(error.headers or {})
    return ApiError(error.status_code, key, message, "openapi.json lists the routes", None, None,
                    headers)  # fmt: skip


def answer(error: ApiError, request_id: str) -> Json:
    """The error as it is sent."""
    body = {
        "code": error.status,
        "key": error.key,
        "message": error.message,
        "details": error.details,
        "request_id": request_id,
        "resource_id": error.resource_id,
        "resource_type": error.resource_type,
    }
    kept = {name: value for name, value in body.items() if value not in (None, "")}
    return Json(kept, error.status, {**(error.headers or {}), "X-Request-Id": request_id})


def bug(request_id: str) -> Json:
    """A fault of the program: the log has its trace under the id of the request."""
    logging.getLogger(__name__).exception("the request %s failed", request_id)
    message = "the program failed: its log says where, under the id of this request"
    return answer(ApiError(500, "internal_error", message), request_id)


def _meant(faults: list[Any]) -> list[Any]:
    """Of a value that may be of several kinds, the faults of the one that it comes nearest to."""
    nearest: dict[Place, Place] = {}
    for fault in sorted(faults, key=lambda one: -len(one["loc"])):
        above, kind = _parted(fault["loc"])
        nearest.setdefault(above, kind)
    parted = [(fault, *_parted(fault["loc"])) for fault in faults]
    return [fault for fault, above, kind in parted if not kind or kind == nearest[above]]


def _parted(loc: Place) -> tuple[Place, Place]:
    """The place of a value that may be of several kinds, and the kind of a fault; none: ()."""
    above = tuple(takewhile(lambda part: not _is_kind(part), loc))
    return above, loc[len(above) : len(above) + 1]


def _is_kind(part: Any) -> bool:
    """Whether a part of a place names one of several kinds, and no field."""
    return isinstance(part, str) and KIND.fullmatch(part) is not None


def _fault(fault: dict[str, Any]) -> str:
    _source, *where = fault["loc"]
    path = ".".join(str(part) for part in where if not _is_kind(part))
    if fault["type"] == "missing":
        return f"Payload should have required property '{path or 'body'}'"
    if fault["type"] == "json_invalid":
        return f"expected JSON: {fault.get('ctx', {}).get('error', fault['msg'])}"
    said = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"Property .{path} {said}" if path else f"Payload {said}"

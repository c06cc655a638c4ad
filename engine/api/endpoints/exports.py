"""Exports over HTTP: asked for, listed, and fetched by a link with a token."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import Body, Query
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, Response

from engine.api.calls import Call, Called
from engine.api.errors import ApiError
from engine.api.queries import PageQuery, by_millisecond
from engine.api.resources import exports as resources
from engine.api.resources.exports import EXPORTABLE, METADATA, Exportable, header
from engine.api.resources.lists import list_answer
from engine.exports import requests
from engine.exports.layout import CENTS, FIELDS
from engine.exports.order import Order
from engine.exports.requests import ExportOrder
from engine.lists.listings import find_listing


class ExportParameters(BaseModel):
    """Which records and fields."""

    order: str | None = Field(
        default=None, description="a field, with `-` before it for descending"
    )
    fields: list[str] | None = None
    filters: dict[str, Any] | None = None


class ExportBody(BaseModel):
    """An export to be."""

    exported_object: str
    parameters: ExportParameters | None = None


class ExportQuery(PageQuery):
    """Which exports."""

    order: Literal["created_at", "-created_at", "status", "-status"] = "-created_at"


def create(call: Called, body: Annotated[ExportBody, Body()]) -> dict[str, Any]:
    """Asks for a file; it is written meanwhile, and `result` then says where it is."""
    row = _exportable(body.exported_object)
    asked = body.parameters or ExportParameters()
    sent = asked.model_dump(exclude_unset=True)
    made = requests.schedule(
        call.access, call.runner, _order(call, row, asked), body.exported_object, sent
    )
    return resources.export(made, call.base)


def index(call: Called, query: Annotated[ExportQuery, Query()]) -> dict[str, Any]:
    """Every export, those of the pages and the command line too."""
    wanted = ExportOrder(
        query.order.removeprefix("-"), query.order.startswith("-"), query.limit, query.start
    )
    found, total = requests.index(call.access, call.runner, wanted)
    some = [resources.export(one, call.base) for one in found]
    return list_answer("exports", some, total, has_more=query.start + len(some) < total)


def show(call: Called, export_id: str, token: str | None = None) -> Any:
    """One export; with its `token` the file."""
    if token is None:
        return resources.export(requests.show(call.access, call.runner, export_id), call.base)
    return _file(call, export_id, token)


def remove(call: Called, export_id: str) -> None:
    """Removes an export with its file."""
    requests.delete(call.access, call.runner, export_id)


def _file(call: Call, export_id: str, token: str) -> Response:
    file = requests.requested_file(call.access, call.runner, export_id, token)
    if file is None:
        raise ApiError(401, "unauthorized", "Unauthorized", "expected the token of this export")
    return FileResponse(file, filename=f"{export_id}.csv", media_type="text/plain")


def _exportable(name: str) -> Exportable:
    if name not in EXPORTABLE:
        known = ", ".join(f'"{each}"' for each in EXPORTABLE)
        raise ApiError(
            400, "invalid_payload", "Invalid payload",
            f"Property .exported_object should be equal to one of the allowed values [ {known} ]",
        )  # fmt: skip
    return EXPORTABLE[name]


def _order(call: Call, row: Exportable, asked: ExportParameters) -> Order:
    """What the engine exports; as programs read it: cents, UTC, no guard against formulas."""
    names = list(dict.fromkeys(asked.fields or row.default))
    _check(call, row, names)
    titles = [_title(row, name, path) for name, path in _columns(call, row, names)]
    return Order(
        what=row.what,
        fields=tuple(dict.fromkeys(path for _, path, *_ in titles if path)) or ("id",),
        titles=tuple(titles),
        sort=_sort(row, asked.order),
        filter=_filter(row, asked.filters),
        headers=FIELDS,
        money=CENTS,
        time_zone="UTC",
        milliseconds=True,
        guard=False,
    )


def _title(row: Exportable, name: str, path: str) -> tuple[str, ...]:
    """A column's header and path, and what it has in place of nothing if anything."""
    blank = (row.blanks[name],) if name in row.blanks else ()
    return (header(row, name), path, *blank)


def _check(call: Call, row: Exportable, names: list[str]) -> None:
    """
    Raises:
        ApiError: there is no such field.
    """
    if not {*names} <= {*row.fields, *_metadata(call, row)}:
        raise ApiError(
            400, "invalid_export_fields", "Invalid Export",
            f"Unsupported field used. Allowed fields: {', '.join(row.fields)}",
        )  # fmt: skip


def _columns(call: Call, row: Exportable, names: list[str]) -> Iterator[tuple[str, str]]:
    """The name and the path of each column; all metadata is a column for each key."""
    for name in names:
        if name == METADATA:
            yield from ((path, path) for path in _metadata(call, row) if path not in names)
        else:
            yield name, row.fields.get(name, name)


def _metadata(call: Call, row: Exportable) -> list[str]:
    """The paths of every key of metadata that is known."""
    catalogue = find_listing(row.what).catalogue(call.access.profile())
    paths = (field.path for field in catalogue.fields())
    return [path for path in paths if path.startswith(f"{METADATA}.")]


def _sort(row: Exportable, order: str | None) -> str | None:
    if not order:
        return None
    name = order.removeprefix("-")
    if name not in row.sorts:
        known = ", ".join(f"{sign}{each}" for each in row.sorts for sign in ("", "-"))
        raise ApiError(
            400, "invalid_payload", "Invalid payload",
            f"Property .parameters.order should be equal to one of the allowed values [ {known} ]",
        )  # fmt: skip
    return f"{'-' if order.startswith('-') else ''}{row.sorts[name]}"


def _filter(row: Exportable, filters: dict[str, Any] | None) -> dict[str, Any] | None:
    """The filter in our names; `junction` may be left out."""
    if not filters:
        return None
    said = {"junction": "and", **by_millisecond(row.renamed(filters))}
    return said if len(said) > 1 else None

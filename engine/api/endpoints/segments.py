"""Segments over HTTP."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Body, Query
from pydantic import BaseModel, Field

from engine.api.calls import Called
from engine.api.errors import ApiError
from engine.api.queries import Filters, Ids, PageQuery, by_millisecond
from engine.api.resources import segments as resources
from engine.api.resources.lists import list_answer
from engine.filters.fields import Catalogue
from engine.filters.fields import Field as FilterField
from engine.filters.in_python import matches
from engine.filters.kinds import INSTANT, STRING
from engine.filters.parser import parse
from engine.segments import library, versions
from engine.segments.library import Segment
from engine.text.counts import counted

# By what a list of segments is filtered, in the language of all filters.
FIELDS = tuple(
    FilterField(name, label, "Segments", kind, "segments", name, doc)
    for name, label, kind, doc in (
        ("id", "ID", STRING, "The segment's id."),
        ("name", "Name", STRING, "Its name."),
        ("type", "Type", STRING, "static, passive or auto-update."),
        ("created_at", "Created at", INSTANT, "When it was created."),
    )
)
CATALOGUE = Catalogue(rows={field.path: field for field in FIELDS}, table="segments")
Type = Literal["static", "auto-update", "passive"]


class SegmentBody(BaseModel):
    """A segment to be: of a filter, or of customers."""

    name: str
    type: Type | None = None
    filter: dict[str, Any] | None = None
    customers: list[str] | None = Field(None, description="ids, source ids or e-mails")


class SegmentChange(BaseModel):
    """What of a segment becomes another; what is left out stays."""

    name: str | None = None
    filter: dict[str, Any] | None = None


class SegmentQuery(PageQuery):
    """Which segments."""

    order: Literal["created_at", "-created_at", "updated_at", "-updated_at", "name", "-name"] = (
        "-created_at"
    )


def create(call: Called, body: Annotated[SegmentBody, Body()]) -> dict[str, Any]:
    """Saves a segment."""
    kind = body.type or ("auto-update" if body.filter is not None else "static")
    if kind == "static" and body.filter is None:
        if body.customers is None:
            raise _payload("expected a filter, or customers: ids in a list")
        _check_size(call, len({*body.customers}))
        return resources.segment(library.create_static(call.access, body.name, body.customers))
    _check_filter(body.filter)
    return resources.segment(library.create(call.access, body.name, body.filter, kind))


def show(call: Called, segment_id: str) -> dict[str, Any]:
    """One segment."""
    return resources.segment(_found(call, segment_id))


def change(call: Called, segment_id: str, body: Annotated[SegmentChange, Body()]) -> dict[str, Any]:
    """Gives a segment another name or filter."""
    known = _found(call, segment_id)
    if body.filter is not None:
        _check_filter(body.filter)
    edited = library.edit(call.access, known.id, raw=body.filter, new_name=body.name)
    return resources.segment(edited)


def remove(call: Called, segment_id: str) -> None:
    """Removes a segment that no other uses."""
    library.delete(call.access, _found(call, segment_id).id)


def index(
    call: Called, query: Annotated[SegmentQuery, Query()], filters: Filters, ids: Ids
) -> dict[str, Any]:
    """Saved segments, a page at a time."""
    known = [one for one in library.saved(call.access) if not ids or one.id in ids]
    wanted = _filtered(call, known, filters)
    wanted.sort(key=_by(query.order.removeprefix("-")), reverse=query.order.startswith("-"))
    some = wanted[query.start : query.start + query.limit]
    more = query.start + len(some) < len(wanted)
    return list_answer("data", map(resources.segment, some), len(wanted), has_more=more)


def activities(
    call: Called, segment_id: str, query: Annotated[PageQuery, Query()]
) -> dict[str, Any]:
    """What was done to a segment, newest first."""
    known = _found(call, segment_id)
    every = list(resources.activities(known, versions.versions(call.access, known.id)))
    some = every[query.start : query.start + query.limit]
    return list_answer("data", some, len(every), has_more=query.start + len(some) < len(every))


def _by(name: str) -> Callable[[Segment], tuple[Any, str]]:
    """What segments are sorted by; one that never changed is as old as it is."""
    return lambda one: (getattr(one, name) or one.created_at, one.id)


def _filtered(call: Called, known: list[Segment], filters: dict[str, Any]) -> list[Segment]:
    if not filters:
        return known
    clock = call.access.clock()
    group = parse({"junction": "and", **by_millisecond(filters)}, CATALOGUE, clock.zone)
    return [one for one in known if matches(group, vars(one), CATALOGUE, clock)]


def _found(call: Called, segment_id: str) -> Segment:
    return library.find(call.access, segment_id)


def _check_size(call: Called, count: int) -> None:
    most = call.access.project.static_cap
    if count > most:
        raise _payload(
            f"expected at most {counted(most, 'customers')} in a static segment, got {count:,}"
        )


def _check_filter(raw: dict[str, Any] | None) -> None:
    """A segment of a filter that says nothing would be everybody."""
    if not any(name not in ("junction", "$not") for name in raw or {}):
        raise _payload("Property .filter must contain valid filter with 'junction'")


def _payload(details: str) -> ApiError:
    return ApiError(400, "invalid_payload", "Invalid payload", details)

"""Segments, as the service writes them; members are never in them."""

from collections.abc import Iterable, Iterator
from typing import Any

from typing_extensions import TypedDict

from engine.api.resources.instants import instant
from engine.segments.library import Segment
from engine.segments.versions import Edition


class SegmentAnswer(TypedDict, total=False):
    """A segment."""

    id: str
    name: str
    created_at: str
    updated_at: str | None
    metadata: dict[str, Any]
    filter: dict[str, Any] | None
    customers: None
    type: str
    object: str


class SegmentLink(TypedDict):
    """A segment, in short."""

    id: str
    name: str
    object: str


def segment(saved: Segment) -> dict[str, Any]:
    """One segment; its filter keeps the order of its keys."""
    return {
        "id": saved.id,
        "name": saved.name,
        "created_at": instant(saved.created_at),
        "updated_at": saved.updated_at and instant(saved.updated_at),
        "metadata": {},
        "filter": saved.filter,
        "customers": None,
        "type": saved.type,
        "object": "segment",
    }


def link(saved: Segment) -> SegmentLink:
    """One segment where another thing names it."""
    return {"id": saved.id, "name": saved.name, "object": "segment"}


def activities(saved: Segment, editions: Iterable[Edition]) -> Iterator[dict[str, Any]]:
    """What was done to a segment, newest first: one line a version."""
    for edition in reversed(list(editions)):
        version = edition.version
        first = version.number == 1
        yield {
            "id": f"sact_{saved.id.removeprefix('seg_')}_{version.number}",
            "type": "segment.created" if first else "segment.filters_updated",
            "data": {"segment": segment(saved), "version": version.number, "actor": version.actor},
            "created_at": instant(version.at),
            "group_id": None,
        }

"""Long work, as the service tells how far it is."""

from typing import Any

from typing_extensions import TypedDict

from engine.api.resources.instants import instant
from engine.workspace.actions import DONE, FAILED, AsyncAction

OUTCOME = {DONE: "SUCCESS", FAILED: "FAILED"}  # what it is while it is at work: UNKNOWN


class ActionLink(TypedDict):
    """Long work that was begun."""

    async_action_id: str


class ActionAnswer(TypedDict, total=False):
    """Long work."""

    id: str
    type: str
    status: str
    operation_status: str
    progress: int
    processing_time: int | None
    request_id: str
    created_at: str
    updated_at: str | None
    result: dict[str, Any] | None
    object: str


def link(action: AsyncAction) -> ActionLink:
    """What begins it answers."""
    return {"async_action_id": action.id}


def action(found: AsyncAction) -> dict[str, Any]:
    """One piece of work with what came of it."""
    return {**line(found), "result": found.result}


def line(found: AsyncAction) -> dict[str, Any]:
    """One piece of work in a list, which has no results."""
    updated = found.updated_at
    took = None if updated is None else int((updated - found.created_at).total_seconds() * 1000)
    return {
        "id": found.id,
        "type": found.type,
        "status": found.status,
        "operation_status": OUTCOME.get(found.status, "UNKNOWN"),
        "progress": found.progress,
        "processing_time": took,
        "request_id": found.request_id,
        "created_at": instant(found.created_at),
        "updated_at": found.updated_at and instant(found.updated_at),
        "object": "async_action",
    }

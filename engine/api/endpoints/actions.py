"""Long work over HTTP: how far it is, and what came of it."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from engine.api.calls import Called
from engine.api.queries import QueryParameters, When
from engine.api.resources import actions as resources
from engine.api.resources.lists import list_answer
from engine.workspace import actions


class ActionQuery(QueryParameters):
    """Which work."""

    limit: int = Field(10, ge=1, le=100, description="Items on a page")
    end_date: When | None = Field(None, description="only what was asked for before it")


def index(call: Called, query: Annotated[ActionQuery, Query()]) -> dict[str, Any]:
    """Long work, newest first; without results."""
    found = actions.index(call.access, call.runner, query.end_date, query.limit)
    lines = map(resources.line, found.actions)
    return list_answer("async_actions", lines, found.total, has_more=found.more)


def show(call: Called, action_id: str) -> dict[str, Any]:
    """One piece of work."""
    return resources.action(actions.show(call.access, call.runner, action_id))

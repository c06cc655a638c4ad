"""What happened to a customer, over HTTP."""

from datetime import UTC, datetime
from itertools import takewhile
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field

from engine.api.calls import Call, Called
from engine.api.endpoints.customers import place
from engine.api.errors import ApiError
from engine.api.queries import QueryParameters, When
from engine.api.resources import activity as resources
from engine.api.resources.campaigns import campaign_type
from engine.api.resources.lists import list_answer
from engine.base.profiles import Profile
from engine.customers.timeline import Moment, timeline

EARLIEST = datetime.min.replace(tzinfo=UTC)
LATEST = datetime.max.replace(tzinfo=UTC)


class ActivityQuery(QueryParameters):
    """Which of the things that happened."""

    limit: int = Field(10, ge=1, le=100, description="Items on a page")
    order: Literal["created_at", "-created_at"] = "-created_at"
    starting_after_id: str | None = Field(None, description="the id of the last one before")
    starting_after: When | None = Field(None, description="the created_at of the last one before")
    start_date: When | None = None
    end_date: When | None = None
    type: str | None = Field(None, description="such as customer.created")
    category: Literal["ACTION", "EFFECT"] | None = None
    campaign_id: str | None = Field(None, description="redemptions of its codes alone")
    campaign_type: str | None = Field(None, description="redemptions of such campaigns alone")

    def takes(self, moment: Moment) -> bool:
        """Whether something that happened is asked for, its campaign aside."""
        at = _in_milliseconds(moment.at or EARLIEST)
        down = self.order == "-created_at"
        cursor = self.starting_after or (LATEST if down else EARLIEST)
        return (
            (self.starting_after is None or (at < cursor if down else at > cursor))
            and (self.start_date or EARLIEST) <= at <= (self.end_date or LATEST)
            and self.type in (None, resources.type_of(moment))
            and self.category in (None, resources.category_of(moment))
        )

    def campaigns(self, profile: Profile) -> set[str] | None:
        """The names of the campaigns that are asked for; None: of any, and of none."""
        if self.campaign_id is None and self.campaign_type is None:
            return None
        known = profile.activity.records("campaigns").select("id", "name", "type")
        return {
            name
            for key, name, kind in known.iter_rows()
            if self.campaign_id in (None, key, name)
            and self.campaign_type in (None, campaign_type(kind))
        }


def index(
    call: Called, customer_id: str, query: Annotated[ActivityQuery, Query()]
) -> dict[str, Any]:
    """What happened to a customer, newest first unless asked otherwise."""
    return _page(call, customer_id, query)


def older(
    call: Called, customer_id: str, query: Annotated[ActivityQuery, Query()]
) -> dict[str, Any]:
    """The same, continued by an instant: what happened in one millisecond is never parted."""
    return _page(call, customer_id, query, by_instant=True)


def _page(
    call: Call, customer_id: str, query: ActivityQuery, *, by_instant: bool = False
) -> dict[str, Any]:
    profile = call.access.profile()
    position, campaigns = place(call, profile, customer_id), query.campaigns(profile)
    happened = resources.with_ids(reversed(timeline(call.access, profile, position)))
    asked = [each for each in happened if query.takes(each[1])]
    if campaigns is not None:
        asked = [each for each in asked if each[1].values.get("campaign") in campaigns]
    if query.order == "-created_at":
        asked.reverse()
    names = [name for name, _moment in asked]
    start = _start(names, query.starting_after_id)
    end = start + query.limit
    if by_instant:
        end += _fellows([moment for _name, moment in asked], end)
    items = resources.items(call.access, profile, position, asked[start:end])
    more = end < len(asked)
    found = list_answer("data", items, len(asked), has_more=more)
    return {**found, "more_starting_after": names[end - 1]} if more else found


def _fellows(moments: list[Moment], end: int) -> int:
    """How many behind the end of a page happened in the millisecond of its last one."""
    last = _in_milliseconds(moments[:end][-1].at or EARLIEST) if moments else EARLIEST
    return len(
        [*takewhile(lambda one: _in_milliseconds(one.at or EARLIEST) == last, moments[end:])]
    )


def _start(names: list[str], last: str | None) -> int:
    """How many items stand before the page behind the one of an id."""
    if last is None:
        return 0
    if last not in names:
        raise ApiError(
            400, "invalid_query_params", "Invalid query params",
            "expected starting_after_id to be the id of an item of this list",
        )  # fmt: skip
    return names.index(last) + 1


def _in_milliseconds(at: datetime) -> datetime:
    """As answers have it: in milliseconds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)

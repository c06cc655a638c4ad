"""Customers over HTTP: lists, one by either id, and the segments of one."""

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

import polars as pl
from fastapi import Body, Query
from pydantic import BaseModel, Field

from engine.api.calls import Call, Called
from engine.api.errors import ApiError, missing
from engine.api.queries import (
    Filters,
    PageQuery,
    When,
    between,
    conditions,
    joined,
)
from engine.api.resources import customers as resources
from engine.api.resources import segments
from engine.api.resources.customers import customer
from engine.api.resources.erasures import PermanentDeletionAnswer, permanent_deletion
from engine.api.resources.lists import list_answer
from engine.base.lookup import place_of
from engine.base.profiles import Profile
from engine.customers import editing
from engine.customers.deletion import delete_customer
from engine.lists.paging import page
from engine.lists.selection import SelectedRecords, Selection, selected
from engine.privacy import erasure
from engine.segments.library import saved
from engine.segments.strangers import strangers_segments
from engine.workspace import tracking

FELLOWS = 1_000  # customers of one millisecond that one answer holds beyond its limit
Order = Literal["created_at", "-created_at", "updated_at", "-updated_at", "source_id", "-source_id"]


class AddressBody(BaseModel):
    """Where a customer lives."""

    city: str | None = None
    state: str | None = None
    line_1: str | None = None
    line_2: str | None = None
    country: str | None = None
    postal_code: str | None = None


class CustomerBody(BaseModel):
    """A customer; what is left out stays."""

    id: str | None = None
    source_id: str | None = None
    name: str | None = None
    description: str | None = None
    email: str | None = None
    phone: str | None = None
    birthday: str | None = None
    birthdate: str | None = Field(None, description="YYYY-MM-DD")
    address: AddressBody | None = None
    metadata: dict[str, Any] | None = None
    system_metadata: dict[str, Any] | None = None


class CustomerQuery(PageQuery):
    """Which customers."""

    email: str | None = None
    city: str | None = None
    name: str | None = None
    segment_id: str | None = Field(None, description="only its members")
    order: Order = "-created_at"
    starting_after: When | None = Field(
        None,
        description="the created_at of the last one of the page before; to begin with "
        "2200-01-01T00:00:00Z (1970-01-01T00:00:00Z upwards) leaves nobody out, as a page behind a "
        "cursor never parts customers of one millisecond and one without a cursor may",
    )
    created_after: When | None = Field(None, alias="created_at[after]")
    created_before: When | None = Field(None, alias="created_at[before]")
    updated_after: When | None = Field(None, alias="updated_at[after]")
    updated_before: When | None = Field(None, alias="updated_at[before]")

    @property
    def conditions(self) -> dict[str, Any]:
        """The parameters in the language of filters."""
        said = {"email": self.email, "address__city": self.city, "name": self.name}
        return conditions(
            **{name: {"$is": [value]} if value else None for name, value in said.items()},
            created_at=between(self.created_after, self.created_before),
            updated_at=between(self.updated_after, self.updated_before),
        )


def index(
    call: Called, query: Annotated[CustomerQuery, Query()], filters: Filters
) -> dict[str, Any]:
    """Customers, a page at a time; newest first unless asked otherwise."""
    found = selected(call.access, Selection(query.segment_id, joined(query.conditions, filters)))
    total = found.count
    if query.starting_after is not None:
        positions, more = _behind(found, query, query.starting_after)
    else:
        some = page(found.records, found.mask, [query.order], start=query.start, size=query.limit)
        positions, more = some.positions, query.start + len(some.positions) < total
    documents = resources.customers(found.profile, positions)
    return list_answer("customers", documents, total, has_more=more)


def show(call: Called, customer_id: str) -> dict[str, Any]:
    """One customer, by id or source id."""
    profile = call.access.profile()
    return customer(profile, place(call, profile, customer_id))


def upsert(call: Called, body: Annotated[CustomerBody, Body()]) -> dict[str, Any]:
    """Creates a customer, or changes the one of the id or source id; null is not given."""
    document = body.model_dump(exclude_none=True)
    named = {"id", "source_id"} & document.keys()
    change = editing.upsert if named else editing.create
    return change(call.access, document, read=resources.customers_of_changes)


def change(call: Called, customer_id: str, body: Annotated[CustomerBody, Body()]) -> dict[str, Any]:
    """Changes what is sent of a customer; null clears, metadata is merged by key."""
    document = body.model_dump(exclude_unset=True)
    known = call.access.profile()
    found = known.ids[place(call, known, customer_id)]
    return editing.edit(call.access, found, document, read=resources.customers_of_changes)


def remove(call: Called, customer_id: str) -> None:
    """Removes a customer; what they ordered and redeemed stays. This erases nothing."""
    profile = call.access.profile()
    delete_customer(call.access, str(profile.ids[place(call, profile, customer_id)]))


def erase_for_good(call: Called, customer_id: str) -> PermanentDeletionAnswer:
    """Erases a customer for good, from every place and version; it cannot be undone."""
    profile = call.access.profile()
    found = str(profile.ids[place(call, profile, customer_id)])
    made = erasure.erase(call.access, [found])
    return permanent_deletion(made, found, erasure.segments_left(call.access, made))


def segments_of(call: Called, customer_id: str) -> dict[str, Any]:
    """The segments that a customer is in; of an unknown one, those that a stranger would be in."""
    access, profile, clock = call.access, call.access.profile(), call.access.clock()
    try:
        ids = access.memberships.containing(profile, clock, place(call, profile, customer_id))
    except ApiError:
        ids = strangers_segments(access)
    found = [segments.link(one) for one in saved(access) if one.id in ids]
    return list_answer("data", found, len(found), has_more=False)


def place(call: Call, profile: Profile, name: str) -> int:
    """
    Where the customer with an id, a source id or a tracking id stands in the profile.

    Raises:
        ApiError: there is none.
    """
    for column in ("id", "source_id"):
        if (found := place_of(profile, column, name)) is not None:
            return found
    tokens = tracking.tokens(call.access)
    found = place_of(profile, "source_id", tokens.of(name))
    if found is None:  # the source id itself has a sign in its encoded form, as a%2Fb
        found = place_of(profile, "source_id", quote(name, safe=""))
    if found is None and tokens.own(name):
        found = tokens.owner(profile, name)
    if found is None:
        raise missing("customer", name)
    return found


def known_id(call: Call, name: str) -> str:
    """The id of the customer with an id or a source id; of an unknown one the name itself."""
    profile = call.access.profile()
    try:
        return str(profile.ids[place(call, profile, name)])
    except ApiError:
        return name


def _behind(
    found: SelectedRecords, query: CustomerQuery, cursor: datetime
) -> tuple[pl.Series, bool]:
    """
    The page behind a cursor, which is an instant: customers of one millisecond are never parted.

    Else those that the page before had no room for would be lost.
    """
    down = query.order.startswith("-")
    order = "-created_at" if down else "created_at"
    times = found.profile.customers["created_at"].dt.truncate("1ms")
    at = pl.Series([cursor]).cast(times.dtype).item()
    keep = found.mask & (times < at if down else times > at).fill_null(value=False)
    some = page(found.records, keep, [order], size=query.limit)
    if some.total <= query.limit:
        return some.positions, False
    last = times[some.positions[-1]]
    fellows = (keep & (times == last)).arg_true()
    others = fellows.filter(~fellows.is_in(some.positions.implode()))
    if len(others) > FELLOWS:
        raise ApiError(
            400, "invalid_query_params", "Invalid query params",
            f"{len(fellows):,} customers were created in one millisecond, which no cursor of an "
            "instant can part: use page= instead of starting_after=",
        )  # fmt: skip
    positions = some.positions.append(others.cast(some.positions.dtype))
    return positions, len(positions) < some.total

"""Orders over HTTP."""

from typing import Annotated, Any, Literal

import polars as pl
from fastapi import Body, Query
from pydantic import BaseModel, ConfigDict, Field

from engine.api.calls import Call, Called
from engine.api.endpoints.customers import known_id
from engine.api.endpoints.pages import record_page
from engine.api.queries import Filters, PageQuery, When, between, conditions, joined
from engine.api.resources import orders as resources
from engine.api.resources.exports import ORDER
from engine.api.resources.lists import list_answer
from engine.base.records import records_of
from engine.customers.orders import save_order

Order = Literal["created_at", "-created_at", "updated_at", "-updated_at", "status", "-status"]


class OrderBody(BaseModel):
    """An order; what is left out stays."""

    model_config = ConfigDict(extra="allow")  # the use case keeps out what it does not know
    id: str | None = None
    source_id: str | None = None
    status: Literal["CREATED", "PAID", "CANCELED", "FULFILLED"] | None = None
    amount: int | str | None = Field(None, description="cents, before discounts")
    items: list[dict[str, Any]] | None = None
    customer: dict[str, Any] | str | None = None
    metadata: dict[str, Any] | None = None


class OrderQuery(PageQuery):
    """Which orders."""

    order: Order = "-created_at"
    status: str | None = None
    customer: str | None = Field(None, description="id or source id")
    created_after: When | None = Field(None, alias="created_at[after]")
    created_before: When | None = Field(None, alias="created_at[before]")


def create(call: Called, body: Annotated[OrderBody, Body()]) -> dict[str, Any]:
    """Creates an order, or changes the one of its source id; upserts the customer."""
    return _saved(call, body.model_dump(exclude_none=True))


def change(call: Called, order_id: str, body: Annotated[OrderBody, Body()]) -> dict[str, Any]:
    """
    Changes an order; a status that counts moves the customer's summary.

    A null takes a key of metadata away; elsewhere it is not sent, as clients write every field.
    """
    records = records_of(call.access.profile(), "orders")
    known = records.ids[records.find(order_id)]
    sent = body.model_dump(exclude_unset=True)
    sent.pop("source_id", None)
    return _saved(call, {**sent, "id": known}, clears=True)


def show(call: Called, order_id: str) -> dict[str, Any]:
    """One order, by id or source id."""
    profile = call.access.profile()
    place = records_of(profile, "orders").find(order_id)
    return resources.orders(profile, pl.Series([place]))[0]


def index(call: Called, query: Annotated[OrderQuery, Query()], filters: Filters) -> dict[str, Any]:
    """Orders, a page at a time."""
    said = conditions(
        status={"$is": [query.status]} if query.status else None,
        customer__id={"$is": [known_id(call, query.customer)]} if query.customer else None,
        created_at=between(query.created_after, query.created_before),
    )
    found = record_page(call, "orders", query, joined(said, ORDER.renamed(filters)), query.order)
    documents = resources.orders(found.profile, found.positions)
    return list_answer("orders", documents, found.total, has_more=found.more)


def _saved(call: Call, document: dict[str, Any], *, clears: bool = False) -> dict[str, Any]:
    if isinstance(document.get("customer"), str):
        document["customer"] = {"id": known_id(call, document["customer"])}
    return show(call, save_order(call.access, document, clears=clears).id)

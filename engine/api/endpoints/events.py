"""Events over HTTP, from servers and from browsers: what a customer did."""

from typing import Annotated, Any

from fastapi import Body
from pydantic import BaseModel, Field

from engine.api.calls import Called
from engine.api.endpoints.customers import CustomerBody, place
from engine.api.resources import events as resources
from engine.api.resources.customers import customer
from engine.customers.events import record_event


class EventBody(BaseModel):
    """Something that a customer did."""

    event: str = Field(description="its name, 1 to 300 characters")
    customer: CustomerBody
    metadata: dict[str, Any] | None = None
    tracking_id: str | None = None


def create(call: Called, body: Annotated[EventBody, Body()]) -> dict[str, Any]:
    """Records an event, and creates or changes its customer; null is not given."""
    said = body.customer.model_dump(exclude_none=True)
    recorded = record_event(call.access, body.event, said, body.metadata, body.tracking_id)
    profile = call.access.profile()
    found = customer(profile, place(call, profile, recorded.customer_id))
    return resources.event(body.event, found)

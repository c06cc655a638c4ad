"""Redemptions are taken back over HTTP."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Body, Query
from pydantic import BaseModel

from engine.api.calls import Call, Called
from engine.api.endpoints.customers import known_id
from engine.api.endpoints.redemptions import Key, expect_records, id_of_customer
from engine.api.queries import QueryParameters
from engine.api.resources import redemptions as resources
from engine.base.records import records_of
from engine.errors import NotFoundError
from engine.redemptions import rollback as rolling
from engine.redemptions.answers import RedemptionAnswer


class RollbackBody(BaseModel):
    """Why a redemption is taken back, and whose it has to be."""

    reason: str | None = None
    tracking_id: str | None = None
    customer: dict[str, Any] | None = None
    order: dict[str, Any] | None = None


class RollbackQuery(QueryParameters):
    """The same in the address, which counts before the body."""

    reason: str | None = None
    tracking_id: str | None = None


NOTHING = RollbackQuery()


def roll_back(
    call: Called,
    redemption_id: str,
    body: Annotated[RollbackBody | str | None, Body()] = None,
    said: Annotated[RollbackQuery, Query()] = NOTHING,
    key: Key = None,
) -> dict[str, Any]:
    """Takes a redemption back, with its order; a refusal is recorded."""
    found, done = _rolled_back(call, redemption_id, body, said, key)
    return found[0] if len(found) == 1 else resources.rolled_back(found, done)


def roll_back_all(
    call: Called,
    redemption_id: str,
    body: Annotated[RollbackBody | str | None, Body()] = None,
    said: Annotated[RollbackQuery, Query()] = NOTHING,
    key: Key = None,
) -> dict[str, Any]:
    """Takes back redemptions that share an id, with their order."""
    return resources.rolled_back(*_rolled_back(call, redemption_id, body, said, key))


def _rolled_back(
    call: Call,
    redemption_id: str,
    body: RollbackBody | str | None,
    asked: RollbackQuery,
    key: str | None,
) -> tuple[list[dict[str, Any]], RedemptionAnswer]:
    said = body if isinstance(body, RollbackBody) else RollbackBody()
    done, found = rolling.roll_back(
        call.access,
        redemption_id,
        asked.reason or said.reason,
        key,
        _whose(call, said.customer or {}, asked.tracking_id or said.tracking_id),
        _order_id(call, said.order or {}),
        resources.answers_with_records,
    )
    expect_records(done, found)
    return found, done


def _whose(call: Call, customer: Mapping[str, Any], tracking_id: str | None) -> str | None:
    """The id of the customer who is named, the keys before the tracking id; None: nobody is."""
    return id_of_customer(call, customer) or (known_id(call, tracking_id) if tracking_id else None)


def _order_id(call: Call, order: Mapping[str, Any]) -> str | None:
    """The id of the order that is named; of an unknown one its name; None: none is."""
    name = order.get("id") or order.get("source_id")
    if name is None:
        return None
    orders = records_of(call.access.profile(), "orders")
    try:
        return str(orders.ids[orders.find(str(name))])
    except NotFoundError:
        return str(name)

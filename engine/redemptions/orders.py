"""The order that codes are used on: one that is stored counts as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from engine.base.kinds.orders import AMOUNT, TOTAL
from engine.base.profiles import Profile, places
from engine.customers.order_documents import OrderDocument
from engine.customers.orders import stored_order
from engine.errors import NotFoundError
from engine.redemptions.attempt import basket_of
from engine.redemptions.discounts import Basket
from engine.redemptions.failures import Failure, failure
from engine.store.records.tables import OWNER


@dataclass(frozen=True, eq=False)
class OrderState:
    """An order before codes are used on it."""

    document: OrderDocument | None  # as it was sent; None: none was
    record: Mapping[str, Any] | None = None  # as stored; None: it is new
    basket: Basket | None = None  # before any discount; None: no amount can be told
    before: int = 0  # cents that were taken off it earlier
    owner: int | None = None  # where its customer stands in the profile
    failure: Failure | None = None  # why no code can be used on it

    @property
    def left(self) -> Basket | None:
        """It with what was taken off earlier."""
        return self.basket and replace(self.basket, discount=self.before)


def order_state(profile: Profile, document: OrderDocument | None) -> OrderState:
    """
    The order that an attempt is about.

    Raises:
        ConflictError: its id and its source id are of two orders.
    """
    if document is None:
        return OrderState(None)
    try:
        record = stored_order(profile, document)
    except NotFoundError:
        reason = failure("invalid_order", order=document.id, why="is not there")
        return OrderState(document, failure=reason)
    if record is None:
        return OrderState(document, basket=basket_of(document.amount, document.items))
    amount, total = (
        pl.DataFrame([record], schema_overrides=profile.activity.records("orders").schema)
        .select(AMOUNT.alias("amount"), TOTAL.alias("total"))
        .row(0)
    )
    basket = basket_of(amount, record["items"] or ())
    before = 0 if None in (amount, total) else max(0, amount - total)
    found = OrderState(document, record, basket, before, _owner(profile, record))
    if record["status"] == "CANCELED":
        why = "is canceled"
        return replace(found, failure=failure("invalid_order", order=record["id"], why=why))
    return found


def _owner(profile: Profile, record: Mapping[str, Any]) -> int | None:
    if record[OWNER] is None:
        return None
    found = places(profile.customers, pl.Series([record[OWNER]], dtype=pl.Int64))
    return int(found[0]) if len(found) else None

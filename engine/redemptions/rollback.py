"""Rolling back: the use and the balance come back, the order is canceled, in one change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from engine.base.kinds.redemptions import FAILED, ROLLBACKS, ROLLED_BACK
from engine.base.profiles import Profile
from engine.customers.orders import ORDERS
from engine.customers.record_values import RecordValues
from engine.errors import NotFoundError, UsageError
from engine.redemptions.answers import RedemptionAnswer, order_object
from engine.redemptions.attempt import basket_of
from engine.redemptions.discounts import Basket
from engine.redemptions.failures import Failure, failure
from engine.redemptions.once import Answer, once
from engine.redemptions.redeem import REDEMPTIONS, entry
from engine.store.changes import ChangeSet
from engine.store.records.tables import OWNER
from engine.text.display import quoted
from engine.workspace.workbench import Access
from engine.workspace.writes import AS_WRITTEN, Read

MONTHS = "3mo"  # how long a redemption can be rolled back
DONE, REFUSED = ("SUCCESS", "SUCCEEDED", "rr_"), ("FAILURE", "FAILED", "rrf_")
KEPT = ("voucher_code", "campaign", "order_id", "order_amount", "tracking_id", OWNER)
CANCELED = {"status": "CANCELED", "discount_amount": None, "total_amount": None}
Record = Mapping[str, Any]


def roll_back(
    access: Access,
    redemption_id: str,
    reason: str | None = None,
    key: str | None = None,
    customer_id: str | None = None,
    order_id: str | None = None,
    read: Read[RedemptionAnswer, Answer] = AS_WRITTEN,
) -> Answer:
    """
    Takes a redemption back, or all that share an id; a refusal is recorded and changes no more.

    Args:
        key, read: as in `redeem`.
        customer_id, order_id: whose it has to be and of which order, where the caller says so.

    Raises:
        NotFoundError: no redemption has the id.
        UsageError: it is the record of a rollback.
        ConflictError: the key was used for another request, or the clock is set back.
    """

    def write(change: ChangeSet, profile: Profile) -> RedemptionAnswer:
        found = _meant(profile, redemption_id)
        expected = Expectation(customer_id, order_id)
        return _Rollback(access, change, profile, found, reason, expected).done(redemption_id)

    said = [redemption_id, reason or "", customer_id or "", *filter(None, [order_id])]
    digest = "\0".join(("rollback", *said))
    keys = [(REDEMPTIONS.name, redemption_id)]
    return once(access, "rollback", write, keys, key, digest, read)


def _meant(profile: Profile, redemption_id: str) -> pl.DataFrame:
    """
    The redemption of an id, or those that share it.

    Raises:
        NotFoundError: there is none.
        UsageError: it is the record of a rollback.
    """
    log = profile.activity.records(REDEMPTIONS.name)
    place = profile.activity.place(REDEMPTIONS.name, redemption_id)
    if place is not None:
        if log["object"][place] == ROLLBACKS:
            raise UsageError(
                f"expected the id of a redemption, got {quoted(redemption_id)}, a rollback of one"
            )
        return log[place : place + 1]
    shared = pl.col("redemption") == redemption_id
    found = log.filter(shared & pl.col("object").ne_missing(ROLLBACKS))
    if found.is_empty():
        raise NotFoundError(f"no redemption has the id {quoted(redemption_id)}")
    return found


class Expectation(NamedTuple):
    """What a caller says of a redemption; None: nothing."""

    customer_id: str | None
    order_id: str | None


@dataclass(frozen=True, eq=False)
class _Rollback:
    """One call, in its change set."""

    access: Access
    change: ChangeSet
    profile: Profile
    found: pl.DataFrame  # the redemptions to take back
    reason: str | None
    expected: Expectation

    def done(self, redemption_id: str) -> RedemptionAnswer:
        """Writes what comes of it."""
        owner, values = self._owner(), RecordValues(self.change, self.access.zone)
        broken = self._refusal(owner)
        outcome = DONE if broken is None else REFUSED
        still = self.found if broken else self.found.filter(~ROLLED_BACK)
        redemptions = list(still.iter_rows(named=True))
        records = [
            self._record(values, place, one, outcome, broken)
            for place, one in enumerate(redemptions)
        ]
        changed, order = [], None
        if broken is None:
            changed = [{**one, "status": "ROLLED_BACK"} for one in redemptions]
            order = self._order(redemptions)
        values.write(REDEMPTIONS, *records, *changed)
        if order is not None:
            values.write(ORDERS, order)
        token = redemptions[0]["tracking_id"]
        parent = redemption_id if len(redemptions) > 1 else None
        shown = _order_answer(order) if order else None
        key = owner["id"] if owner else None
        return RedemptionAnswer(tuple(map(entry, records)), key, token, shown, parent)

    def _owner(self) -> Record | None:
        row = self.found[OWNER][0]
        customers = self.profile.customers
        mine = customers.filter(pl.col("row") == row) if row is not None else customers.clear()
        return next(mine.iter_rows(named=True), None)

    def _refusal(self, owner: Record | None) -> Failure | None:
        """Why it cannot be taken back; None where it can."""
        at, key = self.found["date"].max(), self.found["id"][0]
        if self.expected.customer_id not in (None, owner and owner["id"]):
            return failure("invalid_customer", why=f"the redemption {key} is of another customer")
        if self.expected.order_id not in (None, self.found["order_id"][0]):
            named = self.expected.order_id
            return failure("invalid_order", order=named, why=f"is not the one of {key}")
        if self.found.filter(FAILED).height:
            return failure("invalid_redemption", redemption=key)
        if self.found.filter(ROLLED_BACK).height == self.found.height:
            return failure("already_rolled_back", redemption=key)
        if isinstance(at, datetime) and self._is_old(at):
            return failure("rollback_period_exceeded", redemption=key, at=f"{at:%Y-%m-%d}")
        return None

    def _is_old(self, at: datetime) -> bool:
        last = pl.Series([at]).dt.offset_by(MONTHS).item()
        return bool(self.change.now > last)

    def _record(
        self,
        values: RecordValues,
        place: int,
        redemption: Record,
        outcome: tuple[str, str, str],
        broken: Failure | None,
    ) -> dict[str, Any]:
        result, status, prefix = outcome
        fresh = values.fresh(REDEMPTIONS, place)
        gift = redemption["gift_amount"]
        return {
            **{name: redemption[name] for name in KEPT},
            **fresh,
            "id": prefix + fresh["id"].removeprefix(REDEMPTIONS.prefix),
            "date": self.change.now,
            "failure_code": broken and broken.key,
            "failure_message": broken and broken.message,
            "result": result,
            "status": status,
            "object": ROLLBACKS,
            "gift_amount": -gift if gift is not None and broken is None else None,
            "discount_amount": None,
            "redemption": redemption["id"],
            "reason": self.reason,
            "channel": self.change.act.actor.door,
        }

    def _order(self, redemptions: list[dict[str, Any]]) -> dict[str, Any] | None:
        """
        The order without them: canceled, unless another code is still redeemed on it; then it costs
        what that leaves.
        """
        key = redemptions[0]["order_id"]
        place = None if key is None else self.profile.activity.place(ORDERS.name, key)
        if place is None:
            return None
        order = self.profile.activity.records(ORDERS.name).row(place, named=True)
        log = self.profile.activity.records(REDEMPTIONS.name)
        mine = pl.col("row").is_in([one["row"] for one in redemptions])
        others = log.filter(pl.col("order_id") == key, ~mine, pl.col("status") == "SUCCEEDED",
                            pl.col("object").ne_missing(ROLLBACKS))  # fmt: skip
        after = {**order, "updated_at": self.change.now}
        if others.is_empty():
            return {**after, **CANCELED}
        back = sum(one["discount_amount"] or 0 for one in redemptions)
        discount = max(0, (order["discount_amount"] or 0) - back)
        total = None if order["amount"] is None else order["amount"] - discount
        return {**after, "discount_amount": discount, "total_amount": total}


def _order_answer(order: Record) -> dict[str, Any]:
    basket = basket_of(order["amount"], order["items"] or ())
    about = {name: order[name] for name in ("id", "source_id", "status")}
    if basket is None:
        return about
    return order_object(Basket(basket.amount, basket.items, order["discount_amount"] or 0), about)

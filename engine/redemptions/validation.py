"""
Validation: would these codes do, and what would the order come to?

No record is changed and nobody is created; who has asked is kept by tracking id, so that it can be
told who redeems what somebody has validated.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.redemptions.answers import order_object
from engine.redemptions.attempt import Attempt
from engine.redemptions.cases import Look, RedemptionState, cases, holder
from engine.redemptions.discounts import Basket
from engine.redemptions.orders import OrderState, order_state
from engine.redemptions.verdicts import CodeVerdict, CodeVerdicts, verdicts
from engine.store.results.validations import ValidationLine, record_validations
from engine.workspace.tracking import tokens
from engine.workspace.workbench import Access


@dataclass(frozen=True, eq=False)
class Validation:
    """What codes come to."""

    verdicts: CodeVerdicts
    tracking_id: str  # the token of whoever asked
    customer_id: str | None  # None: nobody that exists
    order: OrderState

    @property
    def valid(self) -> bool:
        """Whether all codes apply."""
        return not self.verdicts.failed

    @property
    def basket(self) -> Basket | None:
        """The order behind the codes that apply."""
        return self.verdicts.basket


def validate(access: Access, attempt: Attempt) -> Validation:
    """
    Says of each code whether it applies, and what the order would come to.

    Raises:
        NotFoundError: no customer has the id.
        AmbiguousTrackingIdError: the tracking id is another customer's.
    """
    known, profile = tokens(access), access.profile()
    state = RedemptionState(access, profile, Look(profile.snapshot, access.now()), access.zone)
    order = order_state(profile, attempt.order)
    who = holder(state, attempt, known, order.owner)
    found = cases(state, attempt, who, order.basket, redeeming=False)
    judged = verdicts(found, order, who)
    identity = attempt.identity
    named = identity.tracking_id or identity.source_id
    stored = who.upserted.after if who and who.exists else None
    source = named or (stored and stored["source_id"])
    token = known.of(source) if source else known.new()
    validation = Validation(judged, token, stored["id"] if stored else None, order)
    with access.write("validation") as (connection, act):
        record_validations(
            connection, _lines(validation, act.at, stored["row"] if stored else None)
        )
    return validation


def _lines(found: Validation, now: datetime, row: int | None) -> Iterator[ValidationLine]:
    amount = found.order.basket.amount if found.order.basket else None
    request = f"valid_{secrets.token_hex(12)}"
    for one in found.verdicts.codes:
        broken = one.failure
        yield ValidationLine(
            at=now,
            token=found.tracking_id,
            code=one.case.code,
            failure_code=broken.key if broken else None,
            amount=amount,
            request=request,
            customer_row=row,
            failure_message=broken.message if broken else None,
            discount_amount=one.taken,
        )


def to_object(found: Validation) -> dict[str, Any]:
    """It as JSON: each code, and the order behind those that apply."""
    return {
        "valid": found.valid,
        "codes": [_code(verdict) for verdict in found.verdicts.codes],
        "order": order_object(found.basket, _about(found.order)) if found.order.document else None,
        "customer_id": found.customer_id,
        "tracking_id": found.tracking_id,
    }


def _code(verdict: CodeVerdict) -> dict[str, Any]:
    broken, voucher = verdict.failure, verdict.case.voucher
    shown: dict[str, Any] = {"code": verdict.case.code, "applicable": broken is None}
    if broken is not None:
        return {**shown, "failure": {"key": broken.key, "message": broken.message}}
    discount = voucher.discount if voucher else None
    if discount is not None:
        shown["discount"] = {"type": discount.type, "effect": discount.effect}
    if voucher and voucher.gift is not None:
        shown["gift"] = {"balance": verdict.case.balance}
    return {**shown, "discount_amount": verdict.taken}


def _about(order: OrderState) -> dict[str, Any]:
    """What is said of an order that is stored."""
    stored = order.record or {}
    return {name: stored[name] for name in ("id", "source_id", "status") if name in stored}

"""Redeeming: codes are used, the order is paid and the customer upserted, in one change or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from engine.base.indexes import mark_ahead
from engine.base.kinds.orders import ITEMS
from engine.base.kinds.registry import RECORD_TABLES
from engine.base.profiles import Profile
from engine.customers.documents import Statement, read_statement
from engine.customers.orders import ORDERS, order_keys, order_record
from engine.customers.record_values import RecordValues
from engine.customers.secure import refusal
from engine.redemptions.answers import (
    RedemptionAnswer,
    RedemptionEntry,
    items_of,
    order_object,
)
from engine.redemptions.attempt import Attempt
from engine.redemptions.cases import Holder, RedemptionState, cases, holder
from engine.redemptions.discounts import Basket
from engine.redemptions.failures import Failure, failure
from engine.redemptions.once import Answer, once
from engine.redemptions.orders import OrderState, order_state
from engine.redemptions.verdicts import CodeVerdict, CodeVerdicts, verdicts
from engine.store.changes import ChangeSet
from engine.store.records.tables import OWNER
from engine.store.records.upsert import new_ids
from engine.store.results.validations import validators
from engine.workspace.settings import Project
from engine.workspace.tracking import Tokens, tokens
from engine.workspace.workbench import Access
from engine.workspace.writes import AS_WRITTEN, Read

REDEMPTIONS = RECORD_TABLES["redemptions"]
SUCCEEDED, FAILED = ("SUCCESS", "SUCCEEDED"), ("FAILURE", "FAILED")  # result, status
FAILURE = "rf_"  # what the id of a failed one begins with
PAID, FULFILLED = "PAID", "FULFILLED"


def redeem(
    access: Access,
    attempt: Attempt,
    key: str | None = None,
    read: Read[RedemptionAnswer, Answer] = AS_WRITTEN,
) -> Answer:
    """
    Redeems codes: all of them, or none; then the failure is recorded and nothing else changes.

    Args:
        key: of the caller's; the same request under it again gets the first answer again.
        read: what is made of the answer once it is committed (`Access.write_small`).

    Raises:
        UsageError: something of the customer or the order does not fit.
        NotFoundError: no customer has the id.
        AmbiguousTrackingIdError: the tracking id is another customer's.
        ConflictError: the key was used for another request, or the clock is set back.
    """
    known, project = tokens(access), access.project
    zone = ZoneInfo(project.time_zone)
    said = read_statement({"metadata": attempt.metadata}, zone, table=REDEMPTIONS)

    def write(change: ChangeSet, profile: Profile) -> RedemptionAnswer:
        state = RedemptionState(access, profile, change, zone)
        stranger = _stranger(state, project, attempt, known)
        return _Redemption.begin(change, state, attempt, known, said, stranger).done()

    keys = [*attempt.identity.keys(known), *(order_keys(attempt.order) if attempt.order else ())]
    mark_ahead(attempt.codes)
    return once(access, "redemption", write, keys, key, attempt.digest, read)


@dataclass(frozen=True, eq=False)
class _Redemption:
    """One call, in its change set."""

    change: ChangeSet
    state: RedemptionState
    attempt: Attempt
    said: Statement  # metadata of the redemptions
    order: OrderState
    who: Holder | None
    verdicts: CodeVerdicts
    token: str | None

    @classmethod
    def begin(
        cls,
        change: ChangeSet,
        state: RedemptionState,
        attempt: Attempt,
        known: Tokens,
        said: Statement,
        amiss: Failure | None,
    ) -> "_Redemption":
        """Judges the codes; writes nothing."""
        order = order_state(state.profile, attempt.order)
        who = holder(state, attempt, known, order.owner)
        found = cases(state, attempt, who, order.basket, redeeming=True)
        judged = verdicts(found, order, who, amiss)
        source = attempt.tracking_id or (who.upserted.after.get("source_id") if who else None)
        token = known.of(source) if source else None
        return cls(change, state, attempt, said, order, who, judged, token)

    def done(self) -> RedemptionAnswer:
        """Writes what the codes come to."""
        return self._failed() if self.verdicts.failed else self._succeeded()

    def _failed(self) -> RedemptionAnswer:
        values = RecordValues(self.change, self.state.zone)
        owner = self.who.upserted.before if self.who else None
        row = owner["row"] if owner else None
        records = [
            self._record(values, place, verdict, FAILED, row)
            for place, verdict in enumerate(self.verdicts.failed)
        ]
        values.write(REDEMPTIONS, *records)
        values.end(self.state.profile)
        return self._answer(records, owner["id"] if owner else None, None, None)

    def _succeeded(self) -> RedemptionAnswer:
        customer = self.who.upserted if self.who else None
        values = RecordValues(self.change, self.state.zone, customer)
        row, order = customer.row if customer else None, self._order(values)
        parent = new_ids(REDEMPTIONS.prefix, 1).item() if len(self.attempt.codes) > 1 else None
        order_id = order["id"] if order else None
        records = [
            {
                **self._record(values, place, verdict, SUCCEEDED, row),
                "order_id": order_id,
                "redemption": parent,
            }
            for place, verdict in enumerate(self.verdicts.codes)
        ]
        if order:
            values.write(ORDERS, order)
        values.write(REDEMPTIONS, *records)
        values.end(self.state.profile)
        shown = None
        if order:
            about = {"id": order_id, "source_id": order["source_id"], "status": order["status"]}
            shown = order_object(self.verdicts.basket, about)
        return self._answer(records, customer.after["id"] if customer else None, shown, parent)

    def _order(self, values: RecordValues) -> dict[str, Any] | None:
        """The order as it is behind the codes."""
        document, before = self.order.document, self.order.record
        if document is None:
            return None
        basket, customer = self.verdicts.basket, self.who and self.who.upserted
        fulfilled = before is not None and before["status"] == FULFILLED
        own: dict[str, Any] = {"status": FULFILLED if fulfilled else PAID}
        own |= {OWNER: customer.row} if customer else {}
        own |= _amounts(basket, self.order) if basket else {}
        if before is not None:
            return {**before, **own, "updated_at": self.change.now}
        return dict(order_record(values, self.change, None, document, own))

    def _record(
        self,
        values: RecordValues,
        place: int,
        verdict: CodeVerdict,
        outcome: tuple[str, str],
        owner: int | None,
    ) -> dict[str, Any]:
        voucher, broken = verdict.case.voucher, verdict.failure
        fresh, basket = values.fresh(REDEMPTIONS, place), self.order.basket
        key = fresh["id"] if broken is None else FAILURE + fresh["id"].removeprefix("r_")
        gift = verdict.gift_amount
        return {
            **fresh,
            **values.of(self.said),
            "id": key,
            OWNER: owner,
            "date": self.change.now,
            "voucher_code": verdict.case.code,
            "campaign": voucher.campaign if voucher else None,
            "failure_code": broken and broken.key,
            "failure_message": broken and broken.message,
            "result": outcome[0],
            "status": outcome[1],
            "object": "redemption",
            "order_id": self.order.record["id"] if self.order.record else None,
            "order_amount": basket and basket.amount,
            "gift_amount": gift,
            "discount_amount": verdict.taken if verdict.case.basket else None,
            "tracking_id": self.token,
            "channel": self.change.act.actor.door,
        }

    def _answer(
        self,
        records: list[dict[str, Any]],
        customer_id: str | None,
        order: Mapping[str, Any] | None,
        parent: str | None,
    ) -> RedemptionAnswer:
        entries = tuple(map(entry, records))
        return RedemptionAnswer(entries, customer_id, self.token, order, parent)


def entry(record: Mapping[str, Any]) -> RedemptionEntry:
    """A record of the log as an answer has it."""
    return RedemptionEntry(
        id=record["id"],
        code=record["voucher_code"],
        result=record["result"],
        date=record["date"].isoformat().replace("+00:00", "Z"),
        failure_code=record["failure_code"],
        failure_message=record["failure_message"],
        amount=record["gift_amount"],
        discount_amount=record["discount_amount"],
        redemption=record.get("redemption"),
        reason=record.get("reason"),
    )


def _stranger(
    state: RedemptionState, project: Project, attempt: Attempt, known: Tokens
) -> Failure | None:
    """Whether somebody else than who has validated redeems, where that is asked for."""
    if not project.secure_redemption:
        return None
    with state.access.store.read() as connection:
        asked = [validators(connection, code) for code in attempt.codes]
    for validated in asked:
        why = refusal(project, state.profile, known, attempt.identity, validated)
        if why is not None:
            return failure("invalid_customer", why=why)
    return None


def _amounts(basket: Basket, order: OrderState) -> dict[str, Any]:
    """What an order keeps of what was taken off it."""
    found: dict[str, Any] = {
        "amount": basket.amount,
        "discount_amount": basket.total_discount,
        "total_amount": basket.total,
    }
    sent = len(order.basket.items) if order.basket else 0
    if len(basket.items) > sent:  # units were added
        found[ITEMS.name] = items_of(basket.items)
    return found

"""Codes are validated, redeemed and taken back over HTTP, from servers and from browsers."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import polars as pl
from fastapi import Body, Header, Query
from pydantic import BaseModel, Field

from engine.api.calls import Call, Called
from engine.api.endpoints.pages import record_page
from engine.api.errors import ApiError, missing
from engine.api.queries import (
    Filters,
    PageQuery,
    Parameters,
    QueryParameters,
    When,
    between,
    conditions,
    joined,
)
from engine.api.resources import redemptions as resources
from engine.api.resources.exports import REDEMPTION
from engine.api.resources.lists import list_answer
from engine.api.resources.redemptions import campaign_ids
from engine.api.resources.validations import validation
from engine.api.resources.vouchers import code_of
from engine.base.lookup import place_of
from engine.customers.identity import expect_one
from engine.redemptions import redeem as redeeming
from engine.redemptions.answers import RedemptionAnswer
from engine.redemptions.attempt import Attempt, attempt
from engine.redemptions.validation import validate
from engine.redemptions.vouchers import find_voucher, views
from engine.workspace import tracking

TABLE = "redemptions"
Key = Annotated[str | None, Header(alias="Idempotency-Key", description="the same is done once")]


class Gift(BaseModel):
    """What to take from a gift card."""

    credits: int | None = Field(None, description="cents")


class SingleBody(BaseModel):
    """What is around one code."""

    customer: dict[str, Any] | str | None = None
    order: dict[str, Any] | None = None
    metadata: dict[str, Any] | None = None
    tracking_id: str | None = None
    gift: Gift | None = None


class Redeemable(BaseModel):
    """One of several codes."""

    object: str | None = Field(None, description="voucher")
    id: str
    gift: Gift | None = None


class StackedBody(SingleBody):
    """Several codes, and what is around them."""

    redeemables: list[Redeemable] = Field(min_length=1, max_length=30)


class ValidationQuery(QueryParameters):
    """Which code, and what for; the rest stands in brackets."""

    code: str
    amount: int | None = Field(None, description="cents")
    tracking_id: str | None = None


class RedemptionQuery(PageQuery):
    """Which redemptions."""

    result: str | None = Field(None, description="SUCCESS, FAILURE, or a failure code")
    campaign: str | None = None
    customer: str | None = Field(None, description="id or source id")
    order: str | None = Field(
        None,
        description=f"{', '.join(REDEMPTION.sorts)}, `-` before one; or the id of an order",
    )
    created_after: When | None = Field(None, alias="created_at[after]")
    created_before: When | None = Field(None, alias="created_at[before]")

    @property
    def sort(self) -> str | None:
        """Our path of what the list is sorted by; None: `order` says nothing of that."""
        said = self.order or "-created_at"
        path = REDEMPTION.sorts.get(said.removeprefix("-"))
        return path and f"{'-' if said.startswith('-') else ''}{path}"


def validate_code(
    call: Called,
    code: str,
    body: Annotated[SingleBody | str | None, Body()] = None,
    tracking_id: Annotated[str | None, Query()] = None,
) -> dict[str, Any]:
    """Says whether a code can be redeemed; it changes nothing."""
    return _validated(call, _single(call, code, body, tracking_id))


def validate_codes(call: Called, body: Annotated[StackedBody, Body()]) -> dict[str, Any]:
    """Says whether several codes can be redeemed together; it changes nothing."""
    return _validated(call, _stacked(call, body))


def validate_in_browser(
    call: Called, parameters: Parameters, query: Annotated[ValidationQuery, Query()]
) -> dict[str, Any]:
    """Says whether a code can be redeemed: `item[0][product_id]=…`, `customer[source_id]=…`."""
    order = parameters.get("order")
    found: dict[str, Any] = dict(order) if isinstance(order, dict) else {}
    if query.amount is not None:
        found["amount"] = query.amount
    if "item" in parameters or "items" in parameters:
        found["items"] = parameters.get("item") or parameters.get("items")
    asked = SingleBody.model_construct(
        customer=parameters.get("customer") or None,
        order=found or None,
        metadata=parameters.get("metadata"),
        tracking_id=query.tracking_id,
        gift=None,
    )
    return _validated(call, _single(call, query.code, asked, None))


def redeem_code(
    call: Called,
    code: str,
    body: Annotated[SingleBody | str | None, Body()] = None,
    tracking_id: Annotated[str | None, Query()] = None,
    key: Key = None,
) -> dict[str, Any]:
    """Redeems a code; creates or changes the customer."""
    _done, found = _redeemed(call, _single(call, code, body, tracking_id), key)
    return found[0]


def redeem_in_browser(
    call: Called,
    code: Annotated[str, Query()],
    body: Annotated[SingleBody | str | None, Body()] = None,
    tracking_id: Annotated[str | None, Query()] = None,
    key: Key = None,
) -> dict[str, Any]:
    """Redeems a code; a page sends the visitor as the customer's source id."""
    return redeem_code(call, code, body, tracking_id, key)


def redeem_codes(
    call: Called, body: Annotated[StackedBody, Body()], key: Key = None
) -> dict[str, Any]:
    """Redeems several codes, all of them or none; creates or changes the customer."""
    done, found = _redeemed(call, _stacked(call, body), key)
    return resources.stacked(found, done)


def index(
    call: Called, query: Annotated[RedemptionQuery, Query()], filters: Filters
) -> dict[str, Any]:
    """Redemptions, failed ones too, newest first."""
    said = conditions(
        campaign={"$is": [_campaign(call, query.campaign)]} if query.campaign else None,
        date=between(query.created_after, query.created_before),
        order__id=None if query.sort else {"$is": [query.order]},
        **_result(query.result),
        **_customer(call, query.customer),
    )
    wanted = joined(said, REDEMPTION.renamed(filters))
    found = record_page(call, TABLE, query, wanted, query.sort or "-date")
    documents = resources.redemptions(found.profile, found.positions)
    return list_answer(TABLE, documents, found.total, has_more=found.more)


def show(call: Called, redemption_id: str) -> dict[str, Any]:
    """One redemption, a rollback, or what redemptions of one call share."""
    found = resources.find(call.access.profile(), redemption_id)
    if found is None:
        raise missing("redemption", redemption_id)
    return found


def history(call: Called, code: str, query: Annotated[PageQuery, Query()]) -> dict[str, Any]:
    """The redemptions of one voucher, newest first."""
    view = find_voucher(call.access, code_of(code))
    wanted = conditions(voucher__code={"$is": [view.terms.name]})
    found = record_page(call, TABLE, query, wanted, "-date")
    entries = resources.redemptions(found.profile, found.positions)
    return {
        "quantity": view.terms.limit,
        "redeemed_quantity": view.redeemed,
        "url": f"/v1/vouchers/{view.terms.name}/redemptions?page={query.page}",
        **list_answer("redemption_entries", entries, found.total, has_more=found.more),
    }


def _validated(call: Call, asked: Attempt) -> dict[str, Any]:
    found = validate(call.access, asked)
    profile = call.access.profile()
    places = [profile.activity.place("vouchers", code) for code in asked.codes]
    known = pl.Series([place for place in places if place is not None], dtype=pl.Int64)
    documents = {view.terms.name: view.document for view in views(profile, known)}
    return validation(found, documents, call.request_id)


def _redeemed(
    call: Call, asked: Attempt, key: str | None
) -> tuple[RedemptionAnswer, list[dict[str, Any]]]:
    done, found = redeeming.redeem(call.access, asked, key, resources.answers_with_records)
    expect_records(done, found)
    return done, found


def expect_records(done: RedemptionAnswer, found: list[dict[str, Any]]) -> None:
    """
    Sees that a redemption was done, and that its records are still there.

    Raises:
        ApiError: it was refused, which is recorded; or somebody has erased its records since.
    """
    if done.succeeded:
        if len(found) < len(done.entries):
            raise missing("redemption", done.entries[0].id)
        return
    first = done.failed[0]
    code, key = first.code or "", first.failure_code or ""
    if key == "not_found":
        raise ApiError(404, key, "Resource not found", f"Cannot find voucher with id {code}",
                       code, "voucher")  # fmt: skip
    raise ApiError(400, key, first.failure_message or key, code, first.id, "redemption")


def _single(
    call: Call, code: str, body: SingleBody | str | None, tracking_id: str | None
) -> Attempt:
    """One code; an old client sends the tracking id as the whole body."""
    said = body if isinstance(body, SingleBody) else SingleBody()
    plain = body if isinstance(body, str) else None
    return _attempt(call, [code_of(code)], said, [said.gift], tracking_id, plain)


def _stacked(call: Call, body: StackedBody) -> Attempt:
    codes = [code_of(each.id) for each in body.redeemables]
    gifts = [each.gift or body.gift for each in body.redeemables]
    return _attempt(call, codes, body, gifts)


def _attempt(
    call: Call,
    codes: Sequence[str],
    said: SingleBody,
    gifts: Sequence[Gift | None],
    *beside: str | None,
) -> Attempt:
    customer = _owner(call, said.customer)
    inside = (customer or {}).get("tracking_id")
    return attempt(
        codes,
        customer=customer,
        tracking_id=_visitor(call, *beside, said.tracking_id, inside),
        order=said.order,
        metadata=said.metadata,
        credits={code: gift.credits for code, gift in zip(codes, gifts, strict=True) if gift},
    )


def _visitor(call: Call, *places: Any) -> Any:
    """
    The tracking id of a call, wherever it stands.

    Raises:
        AmbiguousTrackingIdError: it stands in several places, and means several visitors.
    """
    given = [one for one in places if one]
    if len({*map(str, given)}) > 1:
        expect_one(call.access.profile(), tracking.tokens(call.access), [*map(str, given)])
    return given[0] if given else None


def _owner(call: Call, customer: dict[str, Any] | str | None) -> dict[str, Any] | None:
    """A customer in JSON without nulls; a text is an id of ours, or else a source id."""
    if isinstance(customer, str):
        known = place_of(call.access.profile(), "id", customer) is not None
        return {"id" if known else "source_id": customer}
    if customer is None:
        return None
    return {name: value for name, value in customer.items() if value is not None}


def id_of_customer(call: Call, customer: Mapping[str, Any]) -> str | None:
    """The id of the customer whom a document names; None: it names nobody."""
    profile = call.access.profile()
    if customer.get("id") is not None:
        return str(customer["id"])
    if customer.get("source_id") is None:
        return None
    found = place_of(profile, "source_id", str(customer["source_id"]))
    return str(customer["source_id"]) if found is None else str(profile.ids[found])


def _result(result: str | None) -> dict[str, Any]:
    if not result:
        return {}
    known = result.upper() in ("SUCCESS", "FAILURE")
    return {"result" if known else "failure_code": {"$is": [result.upper() if known else result]}}


def _campaign(call: Call, name: str) -> str:
    """The name of a campaign by it or its id."""
    names = {key: known for known, key in campaign_ids(call.access.profile()).items()}
    return names.get(name, name)


def _customer(call: Call, customer: str | None) -> dict[str, Any]:
    """Of whom; an unknown one has no redemptions."""
    if not customer:
        return {}
    found = id_of_customer(call, _owner(call, customer) or {})
    return {"customer__id": {"$is": [found]}}

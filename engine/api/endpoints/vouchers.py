"""Vouchers and campaigns over HTTP."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Body, Query
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from engine.api.calls import Call, Called
from engine.api.endpoints.customers import known_id
from engine.api.endpoints.pages import record_page
from engine.api.errors import ApiError
from engine.api.queries import Filters, Ids, PageQuery, When, between, conditions, joined
from engine.api.resources import vouchers as resources
from engine.api.resources.exports import VOUCHER
from engine.api.resources.lists import list_answer
from engine.api.resources.redemptions import campaign_ids
from engine.api.resources.vouchers import code_of, id_of
from engine.errors import TakenError
from engine.redemptions import vouchers
from engine.redemptions.campaigns import find_campaign
from engine.redemptions.vouchers import VoucherView

Order = Literal[
    "created_at", "-created_at", "updated_at", "-updated_at", "code", "-code",
    "type", "-type", "campaign", "-campaign", "category", "-category",
]  # fmt: skip
NAMED = ("code", "campaign", "campaign_id", "category", "category_id")


class CodeConfig(BaseModel):
    """How drawn codes look."""

    length: int | None = None
    charset: str | None = None
    prefix: str | None = None
    postfix: str | None = Field(None, validation_alias=AliasChoices("postfix", "suffix"))
    pattern: str | None = Field(None, description="a # for each drawn sign")


class VoucherBody(BaseModel):
    """A voucher; what is left out stays."""

    model_config = ConfigDict(extra="allow")  # the use case keeps out what it does not know
    code: str | None = None
    code_config: CodeConfig | None = Field(None, description="of a code that is drawn")
    type: str | None = None
    discount: dict[str, Any] | None = None
    gift: dict[str, Any] | None = Field(None, description="amount in cents")
    redemption: dict[str, Any] | None = Field(None, description="quantity")
    active: bool | None = None
    start_date: str | None = None
    expiration_date: str | None = None
    category: str | None = None
    category_id: str | None = None
    additional_info: str | None = None
    campaign: str | None = None
    campaign_id: str | None = Field(None, description="in place of its name")
    segments: list[str] | None = Field(None, description="ids of segments: only their members")
    metadata: dict[str, Any] | None = None


class BalanceBody(BaseModel):
    """How much to add to a gift card."""

    amount: int = Field(description="cents; below zero to take some off")


class VoucherQuery(PageQuery):
    """Which vouchers."""

    order: Order = "-created_at"
    code: str | None = None
    campaign: str | None = None
    campaign_id: str | None = None
    category: str | None = None
    category_id: str | None = None
    customer: str | None = Field(None, description="id or source id of who alone may redeem it")
    created_after: When | None = Field(None, alias="created_at[after]")
    created_before: When | None = Field(None, alias="created_at[before]")
    updated_after: When | None = Field(None, alias="updated_at[after]")
    updated_before: When | None = Field(None, alias="updated_at[before]")


def create(call: Called, body: Annotated[VoucherBody | None, Body()] = None) -> dict[str, Any]:
    """Creates a voucher; its code is drawn unless it is sent."""
    return created(call, sent(body))


def create_as(
    call: Called, code: str, body: Annotated[VoucherBody | None, Body()] = None
) -> dict[str, Any]:
    """Creates a voucher with a code."""
    return created(call, {**sent(body), "code": code})


def show(call: Called, code: str) -> dict[str, Any]:
    """One voucher, by code or id."""
    return _resource(call, vouchers.find_voucher(call.access, code_of(code)))


def change(call: Called, code: str, body: Annotated[VoucherBody, Body()]) -> dict[str, Any]:
    """Changes what is sent of a voucher; null clears."""
    sent = body.model_dump(exclude_unset=True)
    return _resource(call, vouchers.edit_voucher(call.access, code_of(code), sent))


def enable(
    call: Called, code: str, _body: Annotated[dict[str, Any] | None, Body()] = None
) -> dict[str, Any]:
    """Lets a voucher be redeemed."""
    return _resource(call, vouchers.enable_voucher(call.access, code_of(code)))


def disable(
    call: Called, code: str, _body: Annotated[dict[str, Any] | None, Body()] = None
) -> dict[str, Any]:
    """Lets a voucher not be redeemed."""
    return _resource(call, vouchers.enable_voucher(call.access, code_of(code), active=False))


def remove(call: Called, code: str) -> None:
    """Removes a voucher; what was redeemed of it stays in the log."""
    vouchers.delete_voucher(call.access, code_of(code))


def add_balance(call: Called, code: str, body: Annotated[BalanceBody, Body()]) -> dict[str, Any]:
    """Puts more on a gift card."""
    found = vouchers.add_balance(call.access, code_of(code), body.amount)
    return resources.balance(found, body.amount)


def index(
    call: Called, query: Annotated[VoucherQuery, Query()], filters: Filters, ids: Ids
) -> dict[str, Any]:
    """Vouchers, a page at a time."""
    holder = query.customer and known_id(call, query.customer)
    named = {"holder": holder, **{name: getattr(query, name) for name in NAMED}}
    said = conditions(
        **{name: {"$is": [value]} if value else None for name, value in named.items()},
        id={"$in": [id_of(code_of(name)) for name in ids]} if ids else None,
        created_at=between(query.created_after, query.created_before),
        updated_at=between(query.updated_after, query.updated_before),
    )
    wanted = joined(said, VOUCHER.renamed(filters))
    found = record_page(call, "vouchers", query, wanted, query.order)
    names = campaign_ids(found.profile)
    some = vouchers.views(found.profile, found.positions)
    documents = [resources.voucher(each, names) for each in some]
    return list_answer("vouchers", documents, found.total, has_more=found.more)


def created(call: Call, document: dict[str, Any]) -> dict[str, Any]:
    """Creates a voucher, and tells it."""
    named = document.pop("campaign_id", None)
    if named is not None:
        document["campaign"] = find_campaign(call.access, named).record["name"]
    made = unless_taken(
        lambda: vouchers.create_voucher(call.access, document),
        "voucher",
        lambda: id_of(str(document.get("code"))),
    )
    return _resource(call, made)


def unless_taken(make: Callable[[], Any], what: str, taken_by: Callable[[], str]) -> Any:
    """
    What is made.

    Args:
        what: it is, in an error.
        taken_by: the id of what has its name already.

    Raises:
        ApiError: something has.
    """
    try:
        return make()
    except TakenError:
        details = f"Duplicated {what} exists with id {taken_by()}"
        raise ApiError(
            409, "duplicate_found", "Duplicated resource found", details, taken_by(), what
        ) from None


def _resource(call: Call, view: VoucherView) -> dict[str, Any]:
    return resources.voucher(view, campaign_ids(call.access.profile()))


def sent(body: VoucherBody | None) -> dict[str, Any]:
    """What a body says; null is not said."""
    return {} if body is None else body.model_dump(exclude_none=True)

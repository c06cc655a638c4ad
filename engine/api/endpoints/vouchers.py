"""Vouchers and campaigns over HTTP."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import Body, Query
from pydantic import BaseModel, ConfigDict, Field

from engine.api.answers import Json
from engine.api.calls import Call, Called
from engine.api.endpoints.customers import known_id
from engine.api.endpoints.pages import record_page
from engine.api.errors import ApiError
from engine.api.queries import Filters, PageQuery, When, between, conditions, joined
from engine.api.resources import actions as action_resources
from engine.api.resources import campaigns as campaign_resources
from engine.api.resources import vouchers as resources
from engine.api.resources.lists import list_answer
from engine.api.resources.redemptions import campaign_ids
from engine.api.resources.vouchers import code_of, id_of
from engine.errors import TakenError
from engine.redemptions import campaigns, vouchers
from engine.redemptions.campaigns import CampaignView
from engine.redemptions.vouchers import VoucherView
from engine.workspace import actions
from engine.workspace.actions import ActionRun

# What the service calls our fields in filters.
Order = Literal[
    "created_at", "-created_at", "updated_at", "-updated_at", "code", "-code",
    "type", "-type", "campaign", "-campaign", "category", "-category",
]  # fmt: skip
FILTERS: Mapping[str, str] = {"campaign_name": "campaign", "campaign_ids": "campaign_id"}


class VoucherBody(BaseModel):
    """A voucher; what is left out stays."""

    model_config = ConfigDict(extra="allow")  # the use case keeps out what it does not know
    code: str | None = None
    type: str | None = None
    discount: dict[str, Any] | None = None
    gift: dict[str, Any] | None = Field(None, description="amount in cents")
    redemption: dict[str, Any] | None = Field(None, description="quantity")
    active: bool | None = None
    start_date: str | None = None
    expiration_date: str | None = None
    category: str | None = None
    campaign: str | None = None
    segments: list[str] | None = Field(None, description="ids of segments: only their members")
    metadata: dict[str, Any] | None = None


class BalanceBody(BaseModel):
    """How much to add to a gift card."""

    amount: int = Field(description="cents; below zero to take some off")


class CampaignBody(BaseModel):
    """A campaign: a named set of vouchers with one template."""

    name: str
    voucher: dict[str, Any] | None = None
    vouchers_count: int | None = Field(None, ge=0, le=1_000_000)
    active: bool | None = None
    start_date: str | None = None
    expiration_date: str | None = None
    metadata: dict[str, Any] | None = None


class VoucherQuery(PageQuery):
    """Which vouchers."""

    order: Order = "-created_at"
    code: str | None = None
    campaign: str | None = None
    campaign_id: str | None = None
    category: str | None = None
    customer: str | None = Field(None, description="id or source id of who alone may redeem it")
    created_after: When | None = Field(None, alias="created_at[after]")
    created_before: When | None = Field(None, alias="created_at[before]")
    updated_after: When | None = Field(None, alias="updated_at[after]")
    updated_before: When | None = Field(None, alias="updated_at[before]")


def create(call: Called, body: Annotated[VoucherBody | None, Body()] = None) -> dict[str, Any]:
    """Creates a voucher; its code is drawn unless it is sent."""
    return _created(call, _sent(body))


def create_as(
    call: Called, code: str, body: Annotated[VoucherBody | None, Body()] = None
) -> dict[str, Any]:
    """Creates a voucher with a code."""
    return _created(call, {**_sent(body), "code": code})


def show(call: Called, code: str) -> dict[str, Any]:
    """One voucher, by code or id."""
    return _told(call, vouchers.find_voucher(call.access, code_of(code)))


def change(call: Called, code: str, body: Annotated[VoucherBody, Body()]) -> dict[str, Any]:
    """Changes what is sent of a voucher; null clears."""
    sent = body.model_dump(exclude_unset=True)
    return _told(call, vouchers.edit_voucher(call.access, code_of(code), sent))


def enable(
    call: Called, code: str, _body: Annotated[dict[str, Any] | None, Body()] = None
) -> dict[str, Any]:
    """Lets a voucher be redeemed."""
    return _told(call, vouchers.enable_voucher(call.access, code_of(code)))


def disable(
    call: Called, code: str, _body: Annotated[dict[str, Any] | None, Body()] = None
) -> dict[str, Any]:
    """Lets a voucher not be redeemed."""
    return _told(call, vouchers.enable_voucher(call.access, code_of(code), active=False))


def remove(call: Called, code: str) -> None:
    """Removes a voucher; what was redeemed of it stays in the log."""
    vouchers.delete_voucher(call.access, code_of(code))


def add_balance(call: Called, code: str, body: Annotated[BalanceBody, Body()]) -> dict[str, Any]:
    """Puts more on a gift card."""
    found = vouchers.add_balance(call.access, code_of(code), body.amount)
    return resources.balance(found, body.amount)


def index(
    call: Called, query: Annotated[VoucherQuery, Query()], filters: Filters
) -> dict[str, Any]:
    """Vouchers, a page at a time."""
    profile = call.access.profile()
    ids = campaign_ids(profile)
    names = {each: name for name, each in ids.items()}
    campaign = query.campaign or names.get(query.campaign_id or "", query.campaign_id)
    holder = query.customer and known_id(call, query.customer)
    named = {"code": query.code, "campaign": campaign, "category": query.category, "holder": holder}
    said = conditions(
        **{name: {"$is": [value]} if value else None for name, value in named.items()},
        created_at=between(query.created_after, query.created_before),
        updated_at=between(query.updated_after, query.updated_before),
    )
    wanted = joined(said, _renamed(filters, names))
    found = record_page(call, "vouchers", query, wanted, query.order)
    some = vouchers.views(found.profile, found.positions)
    documents = [resources.voucher(each, ids) for each in some]
    return list_answer("vouchers", documents, found.total, has_more=found.more)


def create_campaign(call: Called, body: Annotated[CampaignBody, Body()]) -> dict[str, Any]:
    """Creates a campaign with its vouchers."""
    terms = {name: value for name, value in (body.voucher or {}).items() if value is not None}
    about = body.model_dump(exclude_none=True, exclude={"name", "voucher", "vouchers_count"})
    document = {**terms, **about, "code": terms.get("code_config") or {}}
    count = body.vouchers_count or 0
    made = _unless_taken(
        lambda: campaigns.create_campaign(call.access, body.name, document, count),
        "campaign",
        lambda: campaigns.find_campaign(call.access, body.name).record["id"],
    )
    return campaign_resources.campaign(made)


def show_campaign(call: Called, campaign_id: str) -> dict[str, Any]:
    """One campaign, by id or name."""
    return campaign_resources.campaign(_campaign(call, campaign_id))


def index_campaigns(call: Called, query: Annotated[PageQuery, Query()]) -> dict[str, Any]:
    """Campaigns, newest first."""
    every = campaigns.campaigns(call.access)
    some = every[query.start : query.start + query.limit]
    more = query.start + len(some) < len(every)
    shown = map(campaign_resources.campaign, some)
    return list_answer("campaigns", shown, len(every), has_more=more)


def remove_campaign(call: Called, campaign_id: str) -> Any:
    """Removes a campaign with its vouchers; what was redeemed stays in the log."""
    found = _campaign(call, campaign_id)

    def work(run: ActionRun) -> None:
        told = {"message": "campaign removed", "done_count": 1, "failed_count": 0}
        name = found.record["id"]
        campaigns.delete_campaign(call.access, name, lambda writing: run.done(writing, told))

    return _begun(call, "CAMPAIGNS.DELETE", f"Removal of {found.record['name']}", work)


def add_vouchers(
    call: Called,
    campaign_id: str,
    body: Annotated[VoucherBody | None, Body()] = None,
    vouchers_count: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Any:
    """Draws more codes; one is answered, more are drawn meanwhile."""
    name = _campaign(call, campaign_id).record["id"]
    sent = _sent(body)
    if vouchers_count == 1:
        [code] = campaigns.add_codes(call.access, name, 1)
        if sent:
            vouchers.edit_voucher(call.access, code, sent)
        return show(call, code)

    def work(run: ActionRun) -> None:
        told = {"done_count": vouchers_count, "failed_count": 0}
        campaigns.add_codes(
            call.access, name, vouchers_count, lambda writing: run.done(writing, told)
        )

    label = f"{vouchers_count:,} codes for a campaign"
    return Json(_begun(call, "CAMPAIGNS.VOUCHERS_CREATE", label, work), 202)


def add_voucher(
    call: Called,
    campaign_id: str,
    code: str,
    body: Annotated[VoucherBody | None, Body()] = None,
) -> dict[str, Any]:
    """Adds a voucher with a code to a campaign, with the campaign's terms."""
    found = _campaign(call, campaign_id).document
    kept = ("type", "discount", "value", "redemption_limit", "category")
    terms = {name: found[name] for name in kept if name in found}
    return _created(call, {**terms, **_sent(body), "code": code, "campaign": found["name"]})


def _created(call: Call, document: dict[str, Any]) -> dict[str, Any]:
    made = _unless_taken(
        lambda: vouchers.create_voucher(call.access, document),
        "voucher",
        lambda: id_of(str(document.get("code"))),
    )
    return _told(call, made)


def _unless_taken(make: Callable[[], Any], what: str, taken_by: Callable[[], str]) -> Any:
    try:
        return make()
    except TakenError:
        details = f"Duplicated {what} exists with id {taken_by()}"
        raise ApiError(
            409, "duplicate_found", "Duplicated resource found", details, taken_by(), what
        ) from None


def _told(call: Call, view: VoucherView) -> dict[str, Any]:
    return resources.voucher(view, campaign_ids(call.access.profile()))


def _sent(body: VoucherBody | None) -> dict[str, Any]:
    return {} if body is None else body.model_dump(exclude_none=True)


def _campaign(call: Call, name: str) -> CampaignView:
    return campaigns.find_campaign(call.access, name)


def _begun(
    call: Call, kind: str, label: str, work: Callable[[ActionRun], object]
) -> Mapping[str, Any]:
    begun = actions.begin(call.access, call.runner, kind, label, call.request_id, work)
    return action_resources.link(begun)


def _renamed(filters: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The filter in our names; the ids of campaigns as their names."""
    found = {FILTERS.get(name, name): each for name, each in filters.items()}
    by_id = found.pop("campaign_id", None)
    if isinstance(by_id, dict):
        tests = by_id.get("conditions", {})
        found["campaign"] = {
            "conditions": {key: _campaigns(value, names) for key, value in tests.items()}
        }
    return found


def _campaigns(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_campaigns(each, names) for each in value]
    return names.get(value, value) if isinstance(value, str) else value

"""Campaigns over HTTP."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import Body, Query
from pydantic import BaseModel, ConfigDict, Field

from engine.api.answers import Json
from engine.api.calls import Call, Called
from engine.api.endpoints import vouchers
from engine.api.endpoints.pages import record_page
from engine.api.endpoints.vouchers import CodeConfig, VoucherBody
from engine.api.errors import ApiError
from engine.api.queries import Filters, Ids, PageQuery, When, between, conditions, joined
from engine.api.resources import actions as action_resources
from engine.api.resources import campaigns as resources
from engine.api.resources.lists import list_answer
from engine.base.kinds.terms import GIFT_TYPES
from engine.redemptions import campaigns as use_cases
from engine.redemptions.campaigns import CampaignView
from engine.workspace import actions
from engine.workspace.actions import ActionRun

# What a voucher gets of its campaign's document; the rest it obeys as the campaign has it.
GIVEN = (
    *("type", "discount", "value", "redemption_limit", "customer_limit"),
    *("category", "category_id"),
)
# The vouchers of a type of campaign.
OF_TYPE: Mapping[str, Mapping[str, Any]] = {
    "GIFT_VOUCHERS": {"$is": [*GIFT_TYPES]},
    "DISCOUNT_COUPONS": {"$is_not": [*GIFT_TYPES]},
}

DONE = "DONE"  # what the service calls a campaign whose codes are there
NOBODY = {"$is_unknown": True}  # of the name, which each has
HOLDS: Mapping[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("$is", "$in"), lambda said: DONE in _as_list(said)),
    **dict.fromkeys(("$is_not", "$not_in"), lambda said: DONE not in _as_list(said)),
    "$has_value": lambda said: said is not False,
    "$is_unknown": lambda said: said is False,
}

ALONE = "expected nothing of a body beside vouchers_count above 1: one voucher has terms of its own"


class VoucherTemplate(BaseModel):
    """What the vouchers of a campaign have in common."""

    model_config = ConfigDict(extra="allow")  # the use case keeps out what it does not know
    code_config: CodeConfig | None = None


class CampaignBody(BaseModel):
    """A campaign: a named set of vouchers with one template."""

    name: str
    description: str | None = None
    type: Literal["AUTO_UPDATE", "STATIC", "STANDALONE"] | None = Field(
        None, description="kept as it is said"
    )
    category: str | None = None
    category_id: str | None = None
    voucher: VoucherTemplate | None = None
    vouchers_count: int | None = Field(None, ge=0, le=1_000_000)
    active: bool | None = None
    start_date: str | None = None
    expiration_date: str | None = None
    metadata: dict[str, Any] | None = None


class CampaignQuery(PageQuery):
    """Which campaigns."""

    order: Literal["created_at", "-created_at", "updated_at", "-updated_at"] = "-created_at"
    campaign_type: str | None = Field(None, description="DISCOUNT_COUPONS or GIFT_VOUCHERS")
    campaign_status: str | None = Field(None, description=f"each is made at once: {DONE}")
    created_after: When | None = Field(None, alias="created_at[after]")
    created_before: When | None = Field(None, alias="created_at[before]")


def create(call: Called, body: Annotated[CampaignBody, Body()]) -> dict[str, Any]:
    """Creates a campaign with its vouchers."""
    terms = body.voucher.model_dump(exclude_none=True) if body.voucher else {}
    apart = {"name", "type", "voucher", "vouchers_count"}
    about = {**body.model_dump(exclude_none=True, exclude=apart), "mode": body.type}
    document = {**terms, **about, "code": terms.get("code_config") or {}}
    count = body.vouchers_count or 0
    made = vouchers.unless_taken(
        lambda: use_cases.create_campaign(call.access, body.name, document, count),
        "campaign",
        lambda: use_cases.find_campaign(call.access, body.name).record["id"],
    )
    return resources.campaign(made)


def show(call: Called, campaign_id: str) -> dict[str, Any]:
    """One campaign, by id or name."""
    return resources.campaign(_campaign(call, campaign_id))


def index(
    call: Called, query: Annotated[CampaignQuery, Query()], filters: Filters, ids: Ids
) -> dict[str, Any]:
    """Campaigns, newest first unless asked otherwise."""
    wanted = query.campaign_type
    of_type = OF_TYPE.get(wanted or "", {"$is": [wanted]})  # there are none of the others
    made = query.campaign_status in (None, DONE)
    said = conditions(
        id={"$in": ids} if ids else None,
        name=None if made else NOBODY,
        type=of_type if wanted else None,
        created_at=between(query.created_after, query.created_before),
    )
    named = {
        resources.FILTERS.get(name, name): each for name, each in _without_status(filters).items()
    }
    found = record_page(call, "campaigns", query, joined(said, named), query.order)
    some = map(resources.campaign, use_cases.views(found.profile, found.positions))
    return list_answer("campaigns", some, found.total, has_more=found.more)


def _without_status(filters: Mapping[str, Any]) -> Mapping[str, Any]:
    """A filter whose test of the status is found out: all campaigns have the same one."""
    tests, either = _tests(filters.get("campaign_status")), filters.get("junction") == "or"
    if not tests.keys() <= HOLDS.keys():
        return filters  # the language says what it knows
    holds = all(HOLDS[name](said) for name, said in tests.items())
    if tests and holds == either:
        return {} if holds else conditions(name=NOBODY)
    return {name: each for name, each in filters.items() if name != "campaign_status" or not tests}


def _tests(raw: Any) -> Mapping[str, Any]:
    tests = raw.get("conditions") if isinstance(raw, Mapping) else None
    return tests if isinstance(tests, Mapping) else {}


def _as_list(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def remove(call: Called, campaign_id: str) -> Any:
    """Removes a campaign with its vouchers; what was redeemed stays in the log."""
    found = _campaign(call, campaign_id)

    def work(run: ActionRun) -> None:
        told = {"message": "campaign removed", "done_count": 1, "failed_count": 0}
        name = found.record["id"]
        use_cases.delete_campaign(call.access, name, lambda writing: run.done(writing, told))

    return _begun(call, "CAMPAIGNS.DELETE", f"Removal of {found.record['name']}", work)


def add_vouchers(
    call: Called,
    campaign_id: str,
    body: Annotated[VoucherBody | None, Body()] = None,
    vouchers_count: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Any:
    """Draws more codes; one is answered, more are drawn meanwhile."""
    found, sent = _campaign(call, campaign_id), vouchers.sent(body)
    if vouchers_count == 1:
        return _added(
            call, found, {"code_config": found.document.get("code"), **sent, "code": None}
        )
    if sent:
        raise ApiError(400, "invalid_payload", "Invalid payload", ALONE)

    def work(run: ActionRun) -> None:
        told = {"done_count": vouchers_count, "failed_count": 0}
        use_cases.add_codes(
            call.access, found.record["id"], vouchers_count, lambda writing: run.done(writing, told)
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
    return _added(call, _campaign(call, campaign_id), {**vouchers.sent(body), "code": code})


def _added(call: Call, campaign: CampaignView, own: Mapping[str, Any]) -> dict[str, Any]:
    """One more voucher with the terms of a campaign, but for its own: all of it or nothing."""
    terms = {name: campaign.document[name] for name in GIVEN if name in campaign.document}
    said = {key: value for key, value in own.items() if value is not None}
    return vouchers.created(call, {**terms, **said, "campaign": campaign.document["name"]})


def _campaign(call: Call, name: str) -> CampaignView:
    return use_cases.find_campaign(call.access, name)


def _begun(
    call: Call, kind: str, label: str, work: Callable[[ActionRun], object]
) -> Mapping[str, Any]:
    begun = actions.begin(call.access, call.runner, kind, label, call.request_id, work)
    return action_resources.link(begun)

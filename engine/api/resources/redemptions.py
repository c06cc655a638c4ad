"""Redemptions and their rollbacks, as the service writes them."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import polars as pl
from typing_extensions import TypedDict

from engine.api.resources.customers import customers, simple
from engine.api.resources.instants import exact, instants_in
from engine.api.resources.orders import orders
from engine.api.resources.records import Document, documents, places_of
from engine.api.resources.vouchers import id_of, voucher
from engine.base.kinds.redemptions import ROLLBACKS
from engine.base.profiles import Profile
from engine.redemptions.answers import RedemptionAnswer as Redeemed
from engine.redemptions.vouchers import views
from engine.workspace.writes import Base

TABLE = "redemptions"
SHARED = (
    *("date", "customer_id", "tracking_id", "metadata", "result", "status", "customer"),
    *("order", "channel"),
)  # by redemptions of one call


class RedemptionShape(TypedDict, total=False):
    """A redemption, or a rollback of one."""

    id: str
    object: str
    date: str | None
    customer_id: str | None
    tracking_id: str | None
    metadata: dict[str, Any]
    amount: int
    redemption: str
    result: str
    status: str
    failure_code: str
    failure_message: str
    order: dict[str, Any] | None
    channel: dict[str, Any]
    customer: dict[str, Any] | None
    related_object_type: str
    related_object_id: str
    voucher: dict[str, Any] | None
    gift: dict[str, Any]


def redemptions(profile: Profile, positions: pl.Series) -> list[dict[str, Any]]:
    """Some records of the log, in the order of the positions, with what each is about."""
    found = documents(profile, TABLE, positions)
    around = _Around.of(profile, found)
    return [_redemption(each, around) for each in found]


def by_ids(profile: Profile, ids: list[str]) -> list[dict[str, Any]]:
    """The records of some ids, in their order."""
    found = redemptions(profile, places_of(profile, TABLE, "id", ids))
    made = {each["id"]: each for each in found}
    return [made[one] for one in ids if one in made]


def find(profile: Profile, name: str) -> dict[str, Any] | None:
    """The record of an id, or what several redemptions share; None: there is none."""
    found = by_ids(profile, [name])
    if found:
        return found[0]
    log = redemptions(profile, places_of(profile, TABLE, "redemption", [name]))
    shared = [each for each in log if each["object"] != ROLLBACKS]
    return _parent(shared[0], name) if shared else None


def answers_with_records(
    base: Base, answers: Sequence[Redeemed]
) -> list[tuple[Redeemed, list[dict[str, Any]]]]:
    """Each answer with its records, in their order; of what was refused there are none."""
    ids = [[entry.id for entry in one.entries if one.succeeded] for one in answers]
    wanted = [*chain(*ids)]
    found = {each["id"]: each for each in by_ids(base(), wanted)} if wanted else {}
    return [
        (one, [found[key] for key in its if key in found])
        for one, its in zip(answers, ids, strict=True)
    ]


class _Around:
    """The customers, orders and vouchers that some records are about, each made once."""

    def __init__(
        self, people: Mapping[str, Any], bought: Mapping[str, Any], codes: Mapping[str, Any]
    ) -> None:
        self.people, self.bought, self.codes = people, bought, codes

    @classmethod
    def of(cls, profile: Profile, found: list[Document]) -> "_Around":
        """What some records name, as far as it is there."""
        people = _ids(found, "customer", "id")
        at = profile.ids.is_in(pl.Series(people, dtype=pl.String).implode()).arg_true()
        bought = places_of(profile, "orders", "id", _ids(found, "order", "id"))
        codes = places_of(profile, "vouchers", "id", _ids(found, "voucher", "code"))
        names = campaign_ids(profile)
        return cls(
            {each["id"]: simple(each) for each in customers(profile, at)},
            {each["id"]: each for each in orders(profile, bought)},
            {view.terms.name: voucher(view, names) for view in views(profile, codes)},
        )


def campaign_ids(profile: Profile) -> dict[str, str]:
    """The id of each campaign by its name."""
    frame = profile.activity.records("campaigns")
    return dict(frame.select("name", "id").iter_rows())


def _ids(found: list[Document], outer: str, inner: str) -> list[str]:
    return list({each[outer][inner] for each in found if inner in each.get(outer, {})})


def _redemption(raw: Document, around: _Around) -> dict[str, Any]:
    rollback = raw.get("object") == ROLLBACKS
    code, gift = raw.get("voucher", {}).get("code"), raw.get("gift", {}).get("amount")
    whose, bought = raw.get("customer", {}).get("id"), raw.get("order", {}).get("id")
    found = {
        "id": raw["id"],
        "object": raw.get("object") or "redemption",
        "date": exact(raw.get("date")),
        "customer_id": whose,
        "tracking_id": raw.get("tracking_id"),
        "metadata": instants_in(raw.get("metadata", {})),
        "amount": gift,
        "redemption": raw.get("redemption"),
        "result": raw.get("result"),
        "status": raw.get("status"),
        "failure_code": raw.get("failure_code"),
        "failure_message": raw.get("failure_message"),
        "reason": raw.get("reason") if rollback else None,
        "order": around.bought.get(bought) if bought else None,
        "channel": {"channel_type": "API", "channel_id": raw.get("channel")},
        "customer": around.people.get(whose) if whose else None,
        "related_object_type": "voucher",
        "related_object_id": id_of(code) if code else None,
        "voucher": around.codes.get(code) if code else None,
        "gift": None if gift is None else {"amount": gift},
    }
    kept = ("customer_id", "tracking_id", "order", "customer", "voucher")
    return {name: each for name, each in found.items() if each is not None or name in kept}


class StackedAnswer(TypedDict, total=False):
    """Redemptions of several codes at once."""

    redemptions: list[dict[str, Any]]
    parent_redemption: dict[str, Any]
    order: dict[str, Any] | None


class RollbacksAnswer(TypedDict, total=False):
    """Rollbacks of redemptions that shared an id."""

    rollbacks: list[dict[str, Any]]
    parent_rollback: dict[str, Any]
    order: dict[str, Any] | None


def stacked(found: list[dict[str, Any]], done: Redeemed) -> dict[str, Any]:
    """Several redemptions, and the one that they share."""
    first = found[0]
    parent = _parent(first, done.parent or first["id"])
    return {"redemptions": found, "parent_redemption": parent, "order": first["order"]}


def _parent(first: Document, key: str) -> Document:
    """What redemptions share, by one of them."""
    return {
        "id": key,
        "object": "redemption",
        **{name: first.get(name) for name in SHARED},
        "related_object_type": "redemption",
        "related_object_id": key,
    }


def rolled_back(found: list[dict[str, Any]], done: Redeemed) -> dict[str, Any]:
    """The rollbacks of redemptions that shared an id."""
    first = found[0]
    taken = done.parent or first["redemption"]
    key = f"rr_{done.parent.removeprefix('r_')}" if done.parent else first["id"]
    about: Document = {name: first[name] for name in ("object", "reason") if name in first}
    parent = {**_parent(first, key), **about, "redemption": taken, "related_object_id": taken}
    return {**first, "rollbacks": found, "parent_rollback": parent, "order": first["order"]}

"""
Validations, as the service writes them: the union of its single and its stackable shape.

A refused one is an answer like any: browsers read it, and they read no error.
"""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from engine.api.resources.instants import instants_in
from engine.api.resources.orders import amounts
from engine.api.resources.vouchers import discount
from engine.redemptions.answers import order_object
from engine.redemptions.validation import Validation
from engine.redemptions.verdicts import CodeVerdict

STACKING = {
    "redeemables_limit": 30,
    "applicable_redeemables_limit": 5,
    "applicable_redeemables_per_category_limit": 1,
    "applicable_exclusive_redeemables_limit": 1,
    "applicable_exclusive_redeemables_per_category_limit": 1,
    "exclusive_categories": [],
    "joint_categories": [],
    "redeemables_application_mode": "ALL",
    "redeemables_sorting_rule": "REQUESTED_ORDER",
}


class ValidationAnswer(TypedDict, total=False):
    """Whether codes can be redeemed, and what the order would come to."""

    valid: bool
    code: str
    reason: str
    error: dict[str, Any]
    discount: dict[str, Any]
    gift: dict[str, Any]
    applicable_to: dict[str, Any]
    inapplicable_to: dict[str, Any]
    metadata: dict[str, Any]
    redeemables: list[dict[str, Any]]
    inapplicable_redeemables: list[dict[str, Any]]
    order: dict[str, Any] | None
    tracking_id: str
    stacking_rules: dict[str, Any]


def validation(
    found: Validation, documents: Mapping[str, Mapping[str, Any]], request_id: str
) -> dict[str, Any]:
    """
    What codes come to.

    Args:
        documents: the vouchers as lists have them, by code.
    """
    verdicts = found.verdicts.codes
    each = [_redeemable(one, documents.get(one.case.code, {}), request_id) for one in verdicts]
    refused = [one for one in each if one["status"] == "INAPPLICABLE"]
    answer = {
        "valid": found.valid,
        "redeemables": each,
        **({"inapplicable_redeemables": refused} if refused else {}),
        "skipped_redeemables": [],
        "order": _order(found),
        "tracking_id": found.tracking_id,
        "session": None,
        "stacking_rules": STACKING,
    }
    if len(verdicts) != 1:
        return answer
    return {**answer, **_single(verdicts[0], each[0])}


def _single(verdict: CodeVerdict, shown: Mapping[str, Any]) -> dict[str, Any]:
    """What the service says of one code alone."""
    said = {"code": verdict.case.code, "metadata": shown["metadata"]}
    if verdict.failure is not None:
        return {**said, "reason": verdict.failure.reason, "error": shown["result"]["error"]}
    result = {name: value for name, value in shown["result"].items() if value is not None}
    lists = {name: shown[name] for name in ("applicable_to", "inapplicable_to")}
    return {**said, **result, **lists}


def _redeemable(
    verdict: CodeVerdict, document: Mapping[str, Any], request_id: str
) -> dict[str, Any]:
    code, broken = verdict.case.code, verdict.failure
    return {
        "status": "APPLICABLE" if broken is None else "INAPPLICABLE",
        "id": code,
        "object": "voucher",
        "result": _error(verdict, request_id) if broken else _gives(verdict, document),
        "metadata": instants_in(document.get("metadata", {})),
        "categories": [],
        "applicable_to": _nothing(),
        "inapplicable_to": _nothing(),
    }


def _gives(verdict: CodeVerdict, document: Mapping[str, Any]) -> dict[str, Any]:
    voucher = verdict.case.voucher
    if voucher is not None and voucher.gift is not None:
        gift = {"balance": verdict.case.balance, "effect": "APPLY_TO_ORDER"}
        asked = verdict.case.credits if verdict.taken is None else verdict.taken
        return {"gift": gift if asked is None else {**gift, "credits": asked}}
    gives = dict(discount(document) or {})
    if voucher is not None and voucher.discount is not None:
        gives["effect"] = voucher.discount.effect
    return {"discount": gives}


def _error(verdict: CodeVerdict, request_id: str) -> dict[str, Any]:
    broken, code = verdict.failure, verdict.case.code
    key = broken.key if broken else ""
    unknown = key == "not_found"
    error = {
        "code": 404 if unknown else 400,
        "key": key,
        "message": "Resource not found" if unknown else (broken.reason if broken else ""),
        "details": f"Cannot find voucher with id {code}" if unknown else code,
        "request_id": request_id,
        "resource_id": code,
        "resource_type": "voucher",
    }
    return {"error": error}


def _order(found: Validation) -> dict[str, Any] | None:
    """The order behind the codes that apply; without an id unless a stored one was named."""
    if found.basket is None:
        return None
    record = found.order.record or {}
    about = {name: record[name] for name in ("id", "source_id", "status") if record.get(name)}
    raw = order_object(found.basket, about)
    items = [{**each, "object": "order_item"} for each in raw.get("items", ())]
    return {
        **about,
        **amounts(raw),
        **({"items": items} if items else {}),
        "metadata": {},
        "customer_id": found.customer_id,
        "referrer_id": None,
        "object": "order",
    }


def _nothing() -> dict[str, Any]:
    return {"data": [], "total": 0, "data_ref": "data", "object": "list"}

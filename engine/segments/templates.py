"""Filters to begin with: one row each, in the language of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Template:
    """A filter that answers a question most shops ask; its numbers are there to be changed."""

    key: str
    label: str
    doc: str  # one sentence: who is in it
    filter: Mapping[str, Any]  # as JSON; it parses on any base


def _test(operator: str, *operand: Any, **narrowed: Any) -> dict[str, Any]:
    return {"conditions": {operator: list(operand) or True}, **narrowed}


TEMPLATES = (
    Template(
        "new",
        "New customers",
        "Created in the last 30 days.",
        {"created_at": _test("$less_than", 30)},
    ),
    Template(
        "lapsed",
        "Lapsed",
        "Has ordered, but not in the last 180 days.",
        {"summary.orders.last_order_date": _test("$more_than", 180)},
    ),
    Template(
        "one-time",
        "One-time buyers",
        "Exactly one order so far.",
        {"summary.orders.total_count": _test("$is", 1)},
    ),
    Template(
        "vip",
        "VIP by spend",
        "Spent 1,000 or more in your currency within a year.",
        {
            "summary.orders.total_amount": _test(
                "$more_than_equal", 100_000, window={"last_days": 365}
            )
        },
    ),
    Template(
        "birthday",
        "Birthday this month",
        "The birthday lies in this month, of any year.",
        {"birthdate": _test("$this_month")},
    ),
    Template(
        "abandoned",
        "Abandoned cart",
        "Left a cart within 30 days, and ordered nothing in them.",
        {
            "events.cart_abandoned.count": _test("$more_than", 0, window={"last_days": 30}),
            "summary.orders.total_count": _test("$is", 0, window={"last_days": 30}),
        },
    ),
    Template(
        "never-redeemed",
        "Never redeemed",
        "Buys, but has never used a voucher with success.",
        {
            "summary.orders.total_count": _test("$more_than", 0),
            "summary.redemptions.total_succeeded": _test("$is", 0),
        },
    ),
    Template(
        "near-threshold",
        "Near a threshold",
        "At most 100 points short of 1,000 loyalty points.",
        {"loyalty.points": {"conditions": {"$more_than_equal": [900], "$less_than": [1_000]}}},
    ),
    Template(
        "referrers",
        "Referrers",
        "Brought at least one other customer.",
        {"loyalty.referred_customers": _test("$more_than_equal", 1)},
    ),
    Template(
        "failing",
        "Frequent but failing",
        "Tried three vouchers or more, and two or more of them failed.",
        {
            "summary.redemptions.total_redeemed": _test("$more_than_equal", 3),
            "summary.redemptions.total_failed": _test("$more_than_equal", 2),
        },
    ),
)

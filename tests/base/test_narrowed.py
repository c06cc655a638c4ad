"""`window` and `where`: only some of the records behind a field count."""

import pytest

from engine.base import profiles
from engine.base.answers import why
from engine.filters.expression import Condition, Window
from engine.filters.resolve import resolve_condition
from engine.segments import library
from tests.bases import Base

AMOUNT = "summary.orders.total_amount"
ORDERS = (
    "Id,Customer_source_id,Status,Amount,Discount_amount,Created_at,metadata.channel\n"
    "a,ann,PAID,100,10,2026-10-31T09:30:00Z,web\n"
    "b,ann,FULFILLED,200,,2026-10-20,Caf\u00e9\n"
    "c,bob,PAID,300,,2026-11-03,web\n"
    "d,bob,CANCELED,400,,2026-10-31,web\n"
)


@pytest.fixture
def shop(base):
    """Two customers with four orders."""
    return base.filled(fill)


def fill(base):
    base.csv(ORDERS, kind="orders")


def who(base: Base, test, field=AMOUNT, **narrowed):
    answer = base.answer({field: {"conditions": test, **narrowed}})
    sources = answer.profile.customers["source_id"]
    return sources.filter(answer.mask).to_list()


WINDOWS = (
    ({"last_days": 2}, [], ()),  # 48 h ago exactly is out
    ({"last_days": 3}, [90], ("ann",)),  # what is later than now is out too
    ({"from": "2026-10-20", "to": "2026-10-31"}, [200], ("ann",)),
    ({"from": "2026-11-03"}, [300], ("bob",)),
    ({"to": "2026-10-20"}, [], ()),
)


@pytest.mark.parametrize(("window", "sums", "names"), WINDOWS)
def test_a_window_counts_only_the_records_of_that_time(shop, window, sums, names):
    assert list(names) == who(shop, {"$has_value": True}, window=window)
    assert list(names) == (who(shop, {"$is": sums}, window=window) if sums else [])


WHERES = (
    ({"metadata.channel": {"conditions": {"$is": ["web"]}}}, {"ann": 90, "bob": 300}),
    ({"metadata.channel": {"conditions": {"$is": ["Cafe\u0301"]}}}, {"ann": 200}),
    ({"metadata.channel": {"conditions": {"$is_not": ["web"]}}}, {"ann": 200}),
    ({"amount": {"conditions": {"$more_than": [100]}}}, {"ann": 200, "bob": 300}),
    ({"total_amount": {"conditions": {"$is": [90]}}}, {"ann": 90}),
    ({"status": {"conditions": {"$is": ["CANCELED"]}}}, {}),  # does not bring them back
    ({"metadata.nobody": {"conditions": {"$has_value": True}}}, {}),
)


@pytest.mark.parametrize(("where", "sums"), WHERES)
def test_where_counts_only_the_records_that_fit(shop, where, sums):
    assert list(sums) == who(shop, {"$has_value": True}, where=where)
    for name, total in sums.items():
        assert name in who(shop, {"$is": [total]}, where=where)


def test_the_window_slides_with_the_clock(shop):
    week = {"last_days": 7}

    assert who(shop, {"$has_value": True}, window=week) == ["ann"]
    shop.later(days=2)
    assert who(shop, {"$has_value": True}, window=week) == ["ann", "bob"]
    shop.later(days=5)
    assert who(shop, {"$has_value": True}, window=week) == ["bob"]


def test_the_explanation_shows_the_narrowed_value(shop):
    condition = {"conditions": {"$more_than": [100]}, "window": {"last_days": 7}}
    group = library.understood(shop.workbench, {AMOUNT: condition})
    ann, bob = (why(shop.workbench.profile(), group, shop.workbench.clock(), name).children[0]
                for name in ("ann", "bob"))  # fmt: skip

    assert (ann.verdict, ann.shown) == (False, "0.90")
    assert (bob.verdict, bob.shown) == (False, "no orders to count")


def test_one_filter_may_narrow_one_field_in_two_ways(shop):
    two = [{AMOUNT: {"conditions": {"$is": [total]}, "window": {"from": day}}}
           for total, day in ((90, "2026-10-31"), (290, "2026-10-20"))]  # fmt: skip
    answer = shop.answer({"$groups": two})

    assert answer.mask.to_list() == [True, False]


def test_events_and_redemptions_can_be_narrowed(base):
    base.csv(
        "Event,Customer_source_id,Created_at,metadata.cart\nv,ann,2026-10-01,5\nv,ann,2026-11-01,9\n",
        kind="events",
    )
    base.csv(
        "Id,Customer_source_id,Voucher_code,Campaign,Result,Gift_amount\n"
        "r1,ann,x,Spring,SUCCESS,5\nr2,ann,y,,SUCCESS,7\n",
        kind="redemptions",
    )
    big = {"metadata.cart": {"conditions": {"$more_than": [5]}}}
    redeemed = "summary.redemptions.gift.redeemed_amount"

    assert who(base, {"$is": [1]}, "events.v.count", where=big) == ["ann"]
    assert who(base, {"$is": [1]}, "events.v.count", window={"last_days": 7}) == ["ann"]
    spring = {"campaign": {"conditions": {"$starts_with": ["Sp"]}}}
    assert who(base, {"$is": [5]}, redeemed, where=spring) == ["ann"]
    assert who(base, {"$is": [7]}, redeemed, where={**spring, "$not": True}) == ["ann"]


def test_only_the_last_narrowed_values_are_kept(shop, monkeypatch):
    monkeypatch.setattr(profiles, "MOST", 2)
    shop.csv("Source_id,Name\nann,Ann\n")  # another state, so another profile
    profile, clock = shop.workbench.profile(), shop.workbench.clock()
    first, second, third = (
        resolve_condition(
            Condition(AMOUNT, (), window=Window(last_days=days)), profile.catalogue, clock.zone
        ).subject
        for days in (1, 2, 3)
    )
    kept = {each: profile.narrowed(each, clock) for each in (first, second, first, third)}

    assert profile.narrowed(first, clock) is kept[first]
    assert profile.narrowed(second, clock) is not kept[second]
    assert profile.narrowed(second, clock).to_list() == kept[second].to_list()

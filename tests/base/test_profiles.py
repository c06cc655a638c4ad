"""What a profile takes over from the state before it, and what it makes anew."""

import pytest

from engine.base.kinds.registry import KINDS
from engine.evaluation import column_cache

ROMANS = {"address.city": {"conditions": {"$is": ["Rome"]}}}
LARGE = {"loyalty.points": {"conditions": {"$more_than": [5]}}}


@pytest.fixture
def shop(base):
    base.csv("Source_id,City,Loyalty_points\na,Rome,9\nb,Oslo,9\n")
    assert [base.answer(each).count for each in (ROMANS, LARGE)] == [1, 2]
    return base


def prepared(profile, path):
    return profile.column(profile.catalogue.field(path))


def status(profile):
    return profile.activity.column("orders", KINDS["orders"].where["status"])


def test_an_edit_leaves_what_was_made_of_other_columns(shop):
    before = shop.workbench.profile()
    shop.later(minutes=1).csv("Source_id,City\nb,Rome\n")
    after = shop.workbench.profile()

    assert [shop.answer(each).count for each in (ROMANS, LARGE)] == [2, 2]
    assert prepared(after, "loyalty.points") is prepared(before, "loyalty.points")
    assert prepared(after, "address.city") is not prepared(before, "address.city")


def test_of_few_customers_nothing_is_taken_over_once_others_came(shop):
    before = shop.workbench.profile()
    shop.later(minutes=1).csv("Source_id,City,Loyalty_points\nc,Rome,9\n")
    after = shop.workbench.profile()

    assert [shop.answer(each).count for each in (ROMANS, LARGE)] == [2, 3]
    assert prepared(after, "loyalty.points") is not prepared(before, "loyalty.points")


def test_of_many_customers_what_came_is_put_behind_the_others(base, monkeypatch):
    monkeypatch.setattr(column_cache, "FEWEST", 0)
    rows = [f"{place},{city}" for place, city in enumerate(["Rome", "Oslo"] * 9)]
    base.csv("\n".join(["Source_id,City", *rows]))
    before = prepared(base.workbench.profile(), "address.city")
    base.later(minutes=1).csv("Source_id,City\n0,Oslo\nnew,Rome\n")
    after = prepared(base.workbench.profile(), "address.city")

    assert base.answer(ROMANS).count == 9
    assert after.storage.categories is before.storage.categories


def test_of_many_orders_what_came_is_put_behind_the_others(base, monkeypatch):
    monkeypatch.setattr(column_cache, "FEWEST", 0)
    base.csv("Source_id\na\nb\n")
    rows = [f"{place},a,PAID" for place in range(20)]
    base.csv("\n".join(["id,customer_source_id,status", *rows]), kind="orders")
    paid = {"summary.orders.total_count": {
        "where": {"status": {"conditions": {"$is": ["PAID"]}}}, "conditions": {"$more_than": [0]},
    }}  # fmt: skip
    assert base.answer(paid).count == 1
    before = status(base.workbench.profile())
    base.later(minutes=1).csv("id,customer_source_id,status\n20,b,PAID\n", kind="orders")
    after = status(base.workbench.profile())

    assert base.answer(paid).count == 2
    assert after.storage.categories is before.storage.categories

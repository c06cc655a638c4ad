"""What a profile takes over from the state before it, and what it makes anew."""

import pytest

ROMANS = {"address.city": {"conditions": {"$is": ["Rome"]}}}
LARGE = {"loyalty.points": {"conditions": {"$more_than": [5]}}}


@pytest.fixture
def shop(base):
    base.csv("Source_id,City,Loyalty_points\na,Rome,9\nb,Oslo,9\n")
    assert [base.answer(each).count for each in (ROMANS, LARGE)] == [1, 2]
    return base


def prepared(profile, path):
    return profile.column(profile.catalogue.field(path))


def test_an_edit_leaves_what_was_made_of_other_columns(shop):
    before = shop.workbench.profile()
    shop.later(minutes=1).csv("Source_id,City\nb,Rome\n")
    after = shop.workbench.profile()

    assert [shop.answer(each).count for each in (ROMANS, LARGE)] == [2, 2]
    assert prepared(after, "loyalty.points") is prepared(before, "loyalty.points")
    assert prepared(after, "address.city") is not prepared(before, "address.city")


def test_nothing_is_taken_over_once_customers_came(shop):
    before = shop.workbench.profile()
    shop.later(minutes=1).csv("Source_id,City,Loyalty_points\nc,Rome,9\n")
    after = shop.workbench.profile()

    assert [shop.answer(each).count for each in (ROMANS, LARGE)] == [2, 3]
    assert prepared(after, "loyalty.points") is not prepared(before, "loyalty.points")

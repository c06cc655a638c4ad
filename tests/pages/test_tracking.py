"""A redemption recorded by hand and rolled back: validated first, shown with what it moved."""

import pytest

from engine.redemptions.attempt import attempt
from engine.redemptions.redeem import redeem
from engine.redemptions.vouchers import create_voucher, find_voucher
from engine.segments import library
from tests.pages.conftest import button, drawn, opened, seed, words

BUYERS = {
    "junction": "and",
    "summary.orders.total_count": {"conditions": {"$more_than": [0]}},
}
TEN = {"discount": {"type": "AMOUNT", "amount_off": 1000}}


@pytest.fixture
def shop(empty):
    return empty.filled(issue)


def issue(base):
    seed(base)
    library.create(base.workbench, "Buyers", BUYERS)
    create_voucher(base.workbench, {**TEN, "code": "TEN", "redemption": {"quantity": 1}})
    create_voucher(base.workbench, {**TEN, "code": "OFF", "active": False})
    create_voucher(base.workbench, {"code": "CARD", "gift": {"amount": 5000}})


def clicked(at, label):
    return drawn(button(at, label).click().run())


def labels(at):
    return [each.label for each in at.button]


def figures(at):
    return {metric.label: metric.value for metric in at.metric}


def asked(*codes, who="ann", cents=30.0):
    """The form, filled in and validated."""
    at = opened("redemptions", do="record")
    at.text_input(key="redeem-customer").set_value(who)
    at.multiselect(key="redeem-codes").set_value(list(codes))
    at.number_input(key="redeem-amount").set_value(cents)
    return clicked(drawn(at.run()), "Validate")


def test_nothing_is_recorded_before_redeem_and_then_the_totals_follow(shop):
    at = asked("TEN", "CARD")
    assert figures(at) == {"Order": "30.00 EUR", "Discount": "30.00 EUR", "To pay": "0.00 EUR"}
    assert "TEN · applies · takes off 10.00 EUR" in words(at).replace("*", "")
    assert "CARD · applies · takes off 20.00 EUR" in words(at).replace("*", "")
    assert 0 == find_voucher(shop.workbench, "TEN").redeemed

    at = clicked(at, "Redeem")
    said = words(at)
    assert "Redeemed `TEN`, `CARD`. 0.00 EUR were paid." in said
    assert "TEN · succeeded" in said
    assert "0 → **1**" in said
    assert "Buyers" in said
    assert "Everything about this voucher" in [link.proto.label for link in at.get("page_link")]
    assert 1 == find_voucher(shop.workbench, "TEN").redeemed
    assert 3000 == find_voucher(shop.workbench, "CARD").balance


def test_the_undo_of_a_redemption_leaves_no_trace_in_the_log(shop):
    at = clicked(clicked(asked("TEN"), "Redeem"), "Undo")

    assert "Undone" in words(at)
    assert 0 == find_voucher(shop.workbench, "TEN").redeemed


@pytest.mark.usefixtures("shop")
def test_a_code_that_does_not_apply_says_why_and_cannot_be_redeemed():
    at = asked("TEN", "OFF", "NONE")
    said = words(at).replace("*", "")

    assert "OFF · The voucher OFF is disabled" in said
    assert "NONE · No voucher has the code NONE" in said
    assert "TEN · applies" in said
    assert "Redeem" not in labels(at)


@pytest.mark.usefixtures("shop")
def test_a_search_that_nobody_is_chosen_from_redeems_for_nobody():
    at = asked("TEN", who="example")  # four match
    assert "Choose one of the matches, or empty the search" in words(at)
    assert "Redeem" not in labels(at)

    at.text_input(key="redeem-customer").set_value("")
    assert "Redeem" in labels(clicked(drawn(at.run()), "Validate"))


@pytest.mark.usefixtures("shop")
def test_what_is_changed_has_to_be_validated_again():
    at = asked("TEN")
    assert "Redeem" in labels(at)
    at.number_input(key="redeem-amount").set_value(5.0)

    assert "Redeem" not in labels(drawn(at.run()))


@pytest.mark.usefixtures("shop")
def test_items_are_filled_in_row_by_row():
    at = opened("redemptions", do="record")
    at.multiselect(key="redeem-codes").set_value(["TEN"])
    at.segmented_control(key="redeem-order").set_value("Items")
    at = drawn(at.run())
    at.text_input(key="redeem-items-Product-0").set_value("shoe")
    at.number_input(key="redeem-items-Quantity-0").set_value(2.0)
    at.number_input(key="redeem-items-Price of one (EUR)-0").set_value(12.5)
    at = drawn(at.run())
    at.text_input(key="redeem-items-Product-1").set_value("sock")
    at.number_input(key="redeem-items-Price of one (EUR)-1").set_value(3.0)
    at = clicked(drawn(at.run()), "Validate")

    assert figures(at) == {"Order": "28.00 EUR", "Discount": "10.00 EUR", "To pay": "18.00 EUR"}
    assert ["shoe", "sock"] == list(at.dataframe[0].value["Item"])


def test_a_redemption_is_rolled_back_with_a_reason_once(shop):
    at = clicked(asked("TEN"), "Redeem")
    assert "say why it is rolled back" in words(clicked(at, "Roll back now"))
    at.text_input(key="rollback-reason").set_value("Returned")
    at = clicked(drawn(at.run()), "Roll back now")
    said = words(at)

    assert "TEN · rolled back" in said
    assert "CANCELED" in said
    assert "Returned" in said
    assert "Left segment" in said
    assert "Roll back now" not in labels(at)
    assert 0 == find_voucher(shop.workbench, "TEN").redeemed

    clicked(at, "Undo")
    assert 1 == find_voucher(shop.workbench, "TEN").redeemed


def test_somebody_who_was_faster_is_seen_and_the_code_is_not_redeemed_again(shop):
    at = asked("TEN")
    redeem(shop.workbench, attempt(["TEN"], customer="w-1", order={"amount": 2000}))
    at = clicked(at, "Redeem")

    assert 1 == find_voucher(shop.workbench, "TEN").redeemed
    assert "The voucher TEN was redeemed 1 of 1 times" in words(at).replace("*", "")


@pytest.mark.usefixtures("shop")
def test_the_timeline_of_the_customer_leads_to_the_redemption():
    at = clicked(asked("TEN"), "Redeem")
    found = at.query_params["redemption"]  # one value, or a list of one
    key = found if isinstance(found, str) else found[0]
    rows = opened("customers", customer="w-4", part="Timeline").dataframe[0].value

    assert f"/redemptions?redemption={key}" in list(rows["More"])

"""The vouchers page: created with every fault at its field, edited, filled up; campaigns, codes."""

import pytest

from engine.redemptions.attempt import attempt
from engine.redemptions.campaigns import campaign_codes, campaigns, create_campaign
from engine.redemptions.redeem import redeem
from engine.redemptions.vouchers import create_voucher, find_voucher
from engine.segments import library
from tests.pages.conftest import button, drawn, errors, opened, seed, words
from tests.pages.test_customers import BERLIN

TEN = {"code": "TEN", "discount": {"type": "AMOUNT", "amount_off": 1000}}
CARD = {"code": "CARD", "gift": {"amount": 5000}}


@pytest.fixture
def shop(empty):
    return empty.filled(issue)


def issue(base):
    seed(base)
    library.create(base.workbench, "In Berlin", BERLIN)
    create_voucher(base.workbench, {**TEN, "redemption": {"quantity": 3}})
    create_voucher(base.workbench, CARD)
    redeem(base.workbench, attempt(["TEN"], customer="w-1", order={"amount": 2500}))


def clicked(at, label):
    return drawn(button(at, label).click().run())


def figures(at):
    return {metric.label: metric.value for metric in at.metric}


def voucher(base, code):
    return find_voucher(base.workbench, code)


@pytest.mark.usefixtures("shop")
def test_one_voucher_says_what_it_gives_and_what_was_made_of_it():
    at = opened("vouchers", voucher="TEN")

    assert "TEN · 10.00 EUR off" in words(at)
    assert figures(at) == {
        "Redeemed": "1",
        "Orders": "1",
        "Discount given": "10.00 EUR",
        "Revenue": "15.00 EUR",
    }
    assert "of 3" == at.metric[0].delta
    assert "Everybody" in words(at)


def test_a_voucher_is_disabled_and_the_undo_enables_it(shop):
    at = clicked(opened("vouchers", voucher="TEN"), "Disable")
    assert not voucher(shop, "TEN").terms.active
    assert "disabled" in words(at)

    clicked(at, "Undo")
    assert voucher(shop, "TEN").terms.active


def test_balance_is_added_to_a_gift_card_and_too_little_cannot_be_left(shop):
    at = opened("vouchers", voucher="CARD")
    at.number_input(key="balance-CARD").set_value(12.5)
    at = clicked(drawn(at.run()), "Add")
    assert 6250 == voucher(shop, "CARD").balance
    assert figures(at)["Balance"] == "62.50 EUR"

    at.number_input(key="balance-CARD").set_value(-100.0)
    assert "62.50" in words(clicked(drawn(at.run()), "Add"))
    assert 6250 == voucher(shop, "CARD").balance


def test_every_fault_of_a_new_voucher_stands_at_its_field(shop):
    at = opened("vouchers", do="voucher")
    at.segmented_control(key="terms-voucher-kind").set_value("PERCENT")
    at = drawn(at.run())
    at.number_input(key="terms-voucher-discount.percent_off-PERCENT").set_value(120.0)
    at.number_input(key="terms-voucher-redemption_limit-PERCENT").set_value(0)
    at.text_input(key="new-code").set_value("HALF")
    said = words(clicked(drawn(at.run()), "Create voucher"))

    assert "Enter how many per cent are taken off, from 0 to 100." in said
    assert "Enter 1 or more, or leave it empty for no limit." in said
    assert "2 fields need another value" in said

    at.number_input(key="terms-voucher-discount.percent_off-PERCENT").set_value(50.0)
    at.number_input(key="terms-voucher-redemption_limit-PERCENT").set_value(None)
    at.number_input(key="terms-voucher-minimum_amount-PERCENT").set_value(20.0)
    at.multiselect(key="terms-voucher-segments-PERCENT").set_value(
        [library.find(shop.workbench, "In Berlin").id]
    )
    at = clicked(drawn(at.run()), "Create voucher")

    made = voucher(shop, "HALF").terms
    assert (50, 2000, 1) == (int(made.discount.off), made.minimum, len(made.segments))
    assert "HALF · 50% off" in words(at)
    assert "Members of In Berlin" in words(at)


@pytest.mark.parametrize(
    ("kind", "typed", "gives"),
    [
        ("AMOUNT", {"discount.amount_off": 5.0}, "5.00 EUR off"),
        ("PERCENT", {"discount.percent_off": 12.5, "discount.amount_limit": 9.0},
         "12.5% off, at most 9.00"),
        ("FIXED", {"discount.fixed_amount": 20.0}, "20.00 EUR for the order"),
        ("UNIT", {"discount.unit_off": 2.0, "discount.unit_type": "shoe"}, "2 × shoe free"),
        ("GIFT_VOUCHER", {"value": 30.0}, "Gift card of 30.00 EUR"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("shop")
def test_each_kind_of_voucher_is_created_and_told(kind, typed, gives):
    at = opened("vouchers", do="voucher")
    at.segmented_control(key="terms-voucher-kind").set_value(kind)
    at = drawn(at.run())
    for path, value in typed.items():
        key = f"terms-voucher-{path}-{kind}"
        (at.text_input if isinstance(value, str) else at.number_input)(key=key).set_value(value)
    at.text_input(key="new-code").set_value("NEW")
    at = clicked(drawn(at.run()), "Create voucher")

    assert f"NEW · {gives}" in words(at)


def test_an_edit_writes_what_differs_alone(shop):
    at = clicked(opened("vouchers", voucher="TEN"), "Edit")
    at.number_input(key="terms-TEN-customer_limit-AMOUNT").set_value(2)
    at.number_input(key="terms-TEN-redemption_limit-AMOUNT").set_value(None)
    clicked(drawn(at.run()), "Save changes")

    terms = voucher(shop, "TEN").terms
    assert (None, 2, 1000) == (terms.limit, terms.customer_limit, int(terms.discount.off))


def test_a_campaign_draws_codes_of_a_pattern(shop):
    at = opened("vouchers", do="campaign")
    at.text_input(key="campaign-name").set_value("Spring")
    at.number_input(key="terms-campaign-discount.amount_off-AMOUNT").set_value(5.0)
    at.text_input(key="campaign-pattern").set_value("SP-###")
    at.number_input(key="campaign-count").set_value(12)
    at = clicked(drawn(at.run()), "Create campaign")

    codes = campaign_codes(shop.workbench, "Spring")["code"]
    assert 12 == len(codes)
    assert codes.str.contains("^SP-...$").all()
    assert "Spring · 5.00 EUR off" in words(at)
    assert figures(at)["Codes"] == "12"

    at.number_input(key="more-codes").set_value(3)
    assert figures(clicked(drawn(at.run()), "Add codes"))["Codes"] == "15"


def test_more_codes_than_can_be_made_are_told_and_none_is_made(shop):
    at = opened("vouchers", do="campaign")
    at.text_input(key="campaign-name").set_value("Spring")
    at.number_input(key="terms-campaign-discount.amount_off-AMOUNT").set_value(5.0)
    at.number_input(key="campaign-count").set_value(-1)
    clicked(at, "Create campaign")
    assert "codes at once, got -1" in errors(at)[0]
    assert not campaigns(shop.workbench)


def test_personal_codes_are_one_for_each_member_of_a_segment(shop):
    at = opened("vouchers", do="campaign")
    at.text_input(key="campaign-name").set_value("Ours")
    at.number_input(key="terms-campaign-discount.amount_off-AMOUNT").set_value(5.0)
    at.segmented_control(key="campaign-how").set_value("One for each member of a segment")
    at = drawn(at.run())
    segment = library.find(shop.workbench, "In Berlin").id
    at = drawn(at.selectbox(key="campaign-segment").set_value(segment).run())
    assert "3 codes, one for each member now" in words(at)
    at = clicked(at, "Create campaign")

    assert {"w-2", "w-3", "w-4"} == set(campaign_codes(shop.workbench, "Ours")["source_id"])
    assert "For the members of In Berlin" in words(at)


def test_every_fault_of_a_new_campaign_stands_at_its_field(shop):
    at = clicked(opened("vouchers", do="campaign"), "Create campaign")
    said = words(at)
    assert "Enter a name." in said
    assert "Enter how much is taken off, 0 or more." in said
    assert "2 fields need another value: see above." in said

    at.segmented_control(key="campaign-how").set_value("One for each member of a segment")
    said = words(clicked(drawn(at.run()), "Create campaign"))
    assert "Choose a segment: each of its members gets a code" in said
    assert [] == campaigns(shop.workbench)


def test_a_campaign_that_only_a_voucher_names_cannot_be_opened(shop):
    create_voucher(shop.workbench, {**TEN, "code": "FALL", "campaign": "Autumn"})
    at = opened("vouchers", voucher="FALL")
    assert "Autumn" in words(at)
    assert "Open the campaign" not in [each.label for each in at.button]

    create_campaign(shop.workbench, "Autumn", {"discount": TEN["discount"]})
    assert "Autumn" in words(clicked(opened("vouchers", voucher="FALL"), "Open the campaign"))


def test_a_pattern_without_a_sign_to_draw_is_told_and_nothing_is_made(shop):
    at = opened("vouchers", do="campaign")
    at.text_input(key="campaign-name").set_value("Spring")
    at.text_input(key="campaign-pattern").set_value("SPRING")
    said = words(clicked(drawn(at.run()), "Create campaign"))

    assert "Enter how much is taken off, 0 or more." in said
    assert [] == campaigns(shop.workbench)


def test_the_campaigns_are_listed(shop):
    create_campaign(shop.workbench, "Summer", {"discount": TEN["discount"]}, 4)
    rows = opened("vouchers", part="Campaigns").dataframe[0].value.to_dict("records")

    assert [("Summer", "10.00 EUR off", 4, 0)] == [
        (row["Campaign"], row["Gives"], row["Codes"], row["Redeemed"]) for row in rows
    ]


@pytest.mark.usefixtures("shop")
def test_the_list_says_how_many_a_search_leaves():
    at = opened("vouchers", **{"voucher-search": "CAR"})

    assert "1 of 2 vouchers" in words(at).replace("*", "")


@pytest.mark.usefixtures("shop")
def test_a_search_that_finds_no_voucher_is_cleared():
    at = opened("vouchers", **{"voucher-search": "nothing at all"})
    assert "0 of 2 vouchers" in words(at).replace("*", "")
    clicked(at, "Clear search and filters")
    assert "2 of 2 vouchers" in words(at).replace("*", "")


@pytest.mark.usefixtures("seeded")
def test_a_shop_without_vouchers_is_told_what_to_do():
    assert "No vouchers yet" in words(opened("vouchers"))

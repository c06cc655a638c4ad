"""Validation: what codes would come to; it changes nothing and creates nobody."""

from datetime import timedelta

from engine.customers.merging import merge
from engine.customers.orders import save_order
from engine.customers.timeline import timeline
from engine.redemptions.validation import to_object
from engine.segments import library
from engine.store.results.validations import validations_of
from tests.redemptions.counter import GUIDE, HALF

ROMANS = {"address.city": {"conditions": {"$is": ["Rome"]}}}


def failures(found):
    return [one.failure and one.failure.key for one in found.verdicts.codes]


def test_a_code_alone_is_enough_to_ask(counter):
    counter.voucher("TEN")
    counter.voucher("HALF", HALF)
    counter.voucher("CARD", gift={"amount": 500})
    found = counter.validate("TEN", "HALF", "CARD")

    assert found.valid
    assert found.basket is None
    assert found.tracking_id.startswith("track_")
    assert to_object(found)["order"] is None


def test_the_guides_client_side_validation(counter):
    counter.voucher("uWaf3gVG")
    items = [
        {"sku_id": "sku_dSbRQfbyUMyHnt", "quantity": "1"},
        {"product_id": "prod_anJ03RZZq74z4v", "quantity": "1"},
    ]
    found = counter.validate("uWaf3gVG", order={"amount": "200000", "items": items})
    shown = to_object(found)

    assert shown["valid"]
    assert shown["codes"] == [
        {
            "code": "uWaf3gVG",
            "applicable": True,
            "discount": {"type": "AMOUNT", "effect": "APPLY_TO_ORDER"},
            "discount_amount": 1000,
        }
    ]
    assert {
        name: shown["order"][name] for name in ("amount", "discount_amount", "total_amount")
    } == {
        "amount": 200000,
        "discount_amount": 1000,
        "total_amount": 199000,
    }
    assert [item["quantity"] for item in shown["order"]["items"]] == [1, 1]
    assert shown["customer_id"] is None


def test_nothing_changes_and_nobody_is_created(counter):
    counter.voucher("TEN")
    before = counter.workbench.profile().change
    counter.validate("TEN", "NOPE", **GUIDE)

    assert counter.workbench.profile().change == before
    assert counter.base.rows("id") == []


def test_each_code_says_why_not_and_the_order_is_that_of_the_others(counter):
    counter.voucher("TEN")
    counter.voucher("OFF", active=False)
    found = counter.validate("TEN", "OFF", "NOPE", amount=3000)

    assert not found.valid
    assert failures(found) == [None, "voucher_disabled", "not_found"]
    assert found.basket.total == 2000
    assert [one.get("failure", {}).get("key") for one in to_object(found)["codes"]] == [
        None,
        "voucher_disabled",
        "not_found",
    ]


def test_up_to_thirty_codes_each_of_what_the_one_before_left(counter):
    codes = [f"C{number}" for number in range(30)]
    for code in codes:
        counter.voucher(code, HALF)
    found = counter.validate(*codes, amount=100_000)

    assert [one.taken for one in found.verdicts.codes][:4] == [50_000, 25_000, 12_500, 6_250]
    assert found.basket.total == 0


def test_the_order_comes_back_item_by_item(counter):
    each = {"type": "PERCENT", "percent_off": 10, "effect": "APPLY_TO_ITEMS"}
    counter.voucher("EACH", {"discount": each})
    items = [{"product_id": "a", "quantity": 2, "price": 150}, {"product_id": "b", "amount": 75}]
    order = to_object(counter.validate("EACH", order={"items": items}))["order"]

    assert order == {
        "amount": 375,
        "discount_amount": 0,
        "items_discount_amount": 38,
        "total_discount_amount": 38,
        "total_amount": 337,
        "items": [
            {"product_id": "a", "price": 150, "amount": 300, "quantity": 2,
             "discount_amount": 30, "subtotal_amount": 270},
            {"product_id": "b", "amount": 75, "quantity": 1,
             "discount_amount": 8, "subtotal_amount": 67},
        ],
    }  # fmt: skip


def test_segments_are_asked_of_the_profile_as_it_is_given(counter):
    library.create(counter.workbench, "Romans", ROMANS)
    library.create(counter.workbench, "Never bought", {
        "summary.orders.total_count": {"conditions": {"$is": [0]}}})  # fmt: skip
    library.create(counter.workbench, "New Romans", {
        "segments": {"conditions": {"$is": ["Romans"]}},
        "name": {"conditions": {"$has_value": True}}})  # fmt: skip
    counter.voucher("ROME", segments=["Romans"])
    counter.voucher("FIRST", segments=["Never bought"])
    counter.voucher("BOTH", segments=["New Romans"])
    counter.base.csv("Source_id,City\na,Rome\n")
    counter.base.csv("Id,Customer_source_id,Status,Amount\no,a,PAID,5\n", kind="orders")
    roman = {"source_id": "new", "name": "Nea", "address": {"city": "Rome"}}

    def ask(**who):
        return failures(counter.validate("ROME", "FIRST", "BOTH", **who))

    no = "customer_rules_violated"
    assert ask(customer=roman) == [None, None, None]
    assert ask(customer={"source_id": "new"}) == [no, None, no]
    assert ask(who="a") == [None, no, no]
    assert ask(customer={"source_id": "a", "name": "Ann"}) == [None, no, None]
    assert ask(tracking_id="a visitor, who is in no segment") == [no, no, no]
    assert ask() == ["missing_customer"] * 3


def test_a_static_segment_holds_nobody_who_is_not_there(counter):
    counter.base.csv("Source_id\na\n")
    library.create_static(counter.workbench, "Friends", ["a"])
    counter.voucher("FRIEND", segments=["Friends"])

    assert failures(counter.validate("FRIEND", who="a")) == [None]
    assert failures(counter.validate("FRIEND", who="b")) == ["customer_rules_violated"]


def test_a_segment_that_is_gone_lets_nobody_in(counter):
    library.create(counter.workbench, "Romans", ROMANS)
    counter.voucher("ROME", segments=["Romans"])
    library.delete(counter.workbench, "Romans")

    assert failures(counter.validate("ROME", who="a")) == ["customer_rules_violated"]


def test_a_customer_has_one_tracking_id_and_a_visitor_keeps_it(counter):
    counter.voucher("TEN")
    counter.base.csv("Source_id\na\n")
    [key] = counter.base.column("id")
    first = counter.validate("TEN", who="a")
    again = counter.validate("TEN", customer={"id": key})
    visitor = counter.validate("TEN", tracking_id="me@home")

    assert first.tracking_id == again.tracking_id
    assert first.customer_id == again.customer_id == key
    assert counter.validate("TEN", tracking_id=visitor.tracking_id).tracking_id == (
        visitor.tracking_id
    )
    assert visitor.customer_id is None
    assert counter.validate("TEN").tracking_id != counter.validate("TEN").tracking_id


def test_a_stored_order_is_asked_as_it_is_stored(counter):
    counter.voucher("HALF", HALF)
    save_order(counter.workbench, {"source_id": "o1", "amount": 4000})
    found = counter.validate("HALF", order={"source_id": "o1", "amount": 1})

    assert found.basket.total == 2000
    assert to_object(found)["order"]["status"] == "CREATED"
    assert failures(counter.validate("HALF", order={"id": "ord_no"})) == ["invalid_order"]


def test_who_has_asked_for_what_is_kept_by_tracking_id(counter):
    counter.voucher("TEN")
    token = counter.validate("TEN", "NOPE", amount=500).tracking_id
    counter.validate("TEN", tracking_id=token)
    counter.validate("TEN", who="somebody else")
    with counter.workbench.store.read() as connection:
        kept = validations_of(connection, [token])

    assert [(one.code, one.failure_code, one.amount) for one in kept] == [
        ("TEN", None, 500),
        ("NOPE", "not_found", 500),
        ("TEN", None, None),
    ]
    assert counter.base.rows("id") == []


def test_with_secure_redemption_who_validated_redeems(counter):
    counter.voucher("TEN")
    counter.voucher("HALF", HALF)
    counter.workbench.configure(secure_redemption=True)
    token = counter.validate("TEN").tracking_id

    assert counter.refused("TEN", who="a") == ["invalid_customer"]
    assert counter.refused("TEN", "HALF", tracking_id=token, amount=9) == ["invalid_customer"] * 2
    assert counter.refused("TEN", who="a", tracking_id=token) == []
    assert counter.base.column("source_id") == ["a"]


def asked_by(counter, source_id):
    """The validations in a customer's timeline, newest first."""
    profile = counter.workbench.profile()
    position = profile.customers["source_id"].to_list().index(source_id)
    moments = timeline(counter.workbench, profile, position)
    return [one for one in moments if one.kind == "validation"]


def test_the_timeline_tells_a_validation_with_its_codes_their_result_and_the_reason(counter):
    counter.voucher("TEN")
    counter.voucher("OFF", active=False)
    counter.base.csv("Source_id,Name\na,Ann\nb,Bob\n")
    counter.validate("TEN", "OFF", amount=3000, who="a")
    counter.base.later(seconds=1)
    counter.validate("TEN", who="a")
    later, first = asked_by(counter, "a")

    assert "Validated TEN, OFF · not valid" == first.what
    assert ("TEN: 10.00 EUR off", "OFF: the voucher OFF is disabled") == first.details
    assert first.at == later.at - timedelta(seconds=1)
    assert ("Validated TEN · valid", ()) == (later.what, later.details)
    assert first.record != later.record
    assert asked_by(counter, "b") == []


def test_validations_by_id_alone_are_those_of_the_customer(counter):
    counter.voucher("TEN")
    known = counter.redeem("TEN", customer={"name": "Nameless", "tracking_id": "t"}).customer_id
    counter.validate("TEN", customer={"id": known})
    counter.validate("TEN", customer={"tracking_id": "t"})
    profile = counter.workbench.profile()
    moments = timeline(counter.workbench, profile, profile.ids.to_list().index(known))

    assert 2 == len([one for one in moments if one.kind == "validation"])


def test_a_visitors_validations_follow_over_two_merges(counter):
    counter.voucher("TEN")
    counter.validate("TEN", tracking_id="before anybody")
    counter.redeem("TEN", tracking_id="before anybody", amount=5000)
    counter.validate("TEN", tracking_id="before anybody")
    counter.redeem("TEN", tracking_id="before anybody", who="ann", amount=5000)
    counter.base.csv("Source_id,Name\nbob,Bob\n")
    assert 2 == len(asked_by(counter, "ann"))
    merge(counter.workbench, "bob", "ann")

    assert 2 == len(asked_by(counter, "bob"))

"""Redeeming: everything in one change, or a failure and nothing else."""

from datetime import timedelta

import pytest

from engine.changes.log import log
from engine.changes.undo import undo
from engine.customers.orders import save_order
from engine.errors import ConflictError, NotFoundError, UsageError
from engine.redemptions import campaigns
from engine.redemptions.vouchers import edit_voucher, enable_voucher
from engine.segments import library
from engine.store.check import faults
from tests.bases import NOW, value
from tests.redemptions.counter import GUIDE, HALF, Counter, asked

ROMANS = {"address.city": {"conditions": {"$is": ["Rome"]}}}


def test_the_guides_redemption_byte_for_byte(counter):
    counter.voucher("Testing7fjWdr")
    answer = counter.redeem("Testing7fjWdr", **GUIDE)
    customer = counter.base.customer("[email protected]")
    [order] = counter.workbench.profile().activity.records("orders").to_dicts()

    assert answer.succeeded
    assert answer.customer_id == customer["id"]
    assert (customer["name"], customer["email"]) == ("Alice Morgan", "[email protected]")
    assert customer["metadata"] == GUIDE["customer"]["metadata"]
    assert customer["summary"]["orders"]["total_amount"] == 19050
    assert customer["summary"]["redemptions"]["total_succeeded"] == 1
    assert (order["status"], order["amount"], order["discount_amount"], order["total_amount"]) == (
        *("PAID", 20050, 1000),
        19050,
    )
    assert [(one["product_id"], one["sku_id"], one["quantity"]) for one in order["items"]] == [
        ("prod_anJ03RZZq74z4v", None, 2.0),
        (None, "sku_0KtP4rvwEECQ2U", 1.0),
    ]
    assert counter.records(
        "redemptions", "id", "voucher_code", "order_id", "order_amount", "discount_amount"
    ) == [(answer.entries[0].id, "Testing7fjWdr", order["id"], 20050, 1000)]
    assert counter.records("redemptions", "channel") == [(counter.workbench.actor.door,)]
    names = counter.workbench.profile().catalogue.records["redemptions"]
    assert list(names) == ["locale"]


def test_all_of_it_is_one_change_which_an_undo_takes_back(counter):
    counter.voucher("TEN")
    counter.base.csv("Source_id,City\nann,Rome\n")
    library.create(counter.workbench, "Buyers", {"summary.orders.total_count": {
        "conditions": {"$more_than": [0]}}})  # fmt: skip
    before = counter.workbench.profile().change
    counter.redeem("TEN", **GUIDE)
    after = counter.workbench.profile().change
    entered = counter.base.who("segments", "$is", "Buyers")
    [line] = log(counter.workbench, most=1).lines
    undo(counter.workbench, line.number)

    assert after == before + 1
    assert entered == ["[email protected]"]
    assert (line.cause, line.touched) == (
        "redemption",
        {"orders": 1, "redemptions": 1, "customers": 1},
    )
    assert counter.base.column("source_id") == ["ann"]
    assert counter.records("orders", "id") == counter.records("redemptions", "id") == []
    assert counter.use("TEN") == (0, None)
    assert counter.base.who("segments", "$is", "Buyers") == []


def test_a_null_in_the_customer_is_not_sent(counter):
    counter.voucher("TEN")
    counter.base.csv("Source_id,Name,City,size\nann,Ann,Rome,3\n")
    sent = {"source_id": "ann", "name": None, "address": None, "metadata": {"size": None}}
    counter.redeem("TEN", customer=sent)

    assert counter.base.rows("name", "address_city") == [("Ann", "Rome")]
    assert value(counter.base, "ann", "metadata.size") == 3


TERMS = {
    "unknown": (None, {}, "not_found"),
    "disabled": ({"active": False}, {}, "voucher_disabled"),
    "not yet": (
        {"start_date": (NOW + timedelta(days=1)).isoformat()},
        {},
        "voucher_not_active",
    ),
    "expired": (
        {"expiration_date": (NOW - timedelta(days=1)).isoformat()},
        {},
        "voucher_expired",
    ),
    "per cent of nothing": (HALF, {"order": None}, "missing_amount"),
    "items that are not there": (
        {"discount": {"type": "AMOUNT", "amount_off": 1, "effect": "APPLY_TO_ITEMS"}},
        {},
        "missing_order_items",
    ),
    "too little": ({"minimum_amount": 20051}, {}, "order_rules_violated"),
    "a least amount of no order": ({"minimum_amount": 1}, {"order": None}, "missing_amount"),
    "nobody, of a limit each": ({"customer_limit": 1}, {"customer": None}, "missing_customer"),
    "nobody, of a segment": ({"segments": ["Romans"]}, {"customer": None}, "missing_customer"),
    "not in the segment": ({"segments": ["Romans"]}, {}, "customer_rules_violated"),
    "somebody else": ({"holder": "cust_other"}, {}, "customer_rules_violated"),
    "more than the card has": ({"gift": {"amount": 5}}, {"credits": 6}, "gift_amount_exceeded"),
    "an empty card": ({"gift": {"amount": 0}}, {}, "gift_amount_exceeded"),
    "a card without an order": ({"gift": {"amount": 5}}, {"order": None}, "missing_amount"),
    "more than is to be paid": (
        {"gift": {"amount": 99999}},
        {"credits": 20051},
        "invalid_amount",
    ),
}


@pytest.mark.parametrize("case", TERMS)
def test_a_refusal_is_recorded_and_nothing_else_changes(counter, case):
    terms, request, key = TERMS[case]
    library.create(counter.workbench, "Romans", ROMANS)
    counter.base.csv("Source_id,Name\nann,Ann\n")
    if terms is not None:
        counter.voucher("CODE", **terms)
    customer = {"source_id": "ann", "name": "Anna"}
    sent = {"customer": customer, "order": {"amount": 20050}, **request}
    use = None if terms is None else counter.use("CODE")
    answer = counter.redeem("CODE", **sent)
    [entry] = answer.entries
    known = sent["customer"] is not None

    assert not answer.succeeded
    assert (entry.failure_code, entry.code, entry.result) == (key, "CODE", "FAILURE")
    assert entry.id.startswith("rf_")
    assert entry.failure_message
    assert counter.records("redemptions", "id", "failure_code", "status", "gift_amount") == [
        (entry.id, key, "FAILED", None)
    ]
    assert counter.records("redemptions", "customer_row") == [(0 if known else None,)]
    assert counter.base.rows("source_id", "name") == [("ann", "Ann")]
    assert counter.records("orders", "id") == []
    assert terms is None or counter.use("CODE") == use
    assert answer.customer_id == (counter.base.column("id")[0] if known else None)
    assert faults(counter.workbench.store) == []
    if known:
        assert counter.summary("ann")["redemptions"]["total_failed"] == 1


def test_a_failure_of_nobody_known_is_nobodys(counter):
    counter.base.csv("Source_id\nann\n")
    counter.redeem("NOPE", who="stranger")
    records = counter.workbench.profile().activity.records("redemptions")

    assert records.select("customer_row", "failure_code").rows() == [(None, "not_found")]
    assert records["tracking_id"][0].startswith("track_")
    assert counter.base.column("source_id") == ["ann"]
    assert counter.base.who("summary.redemptions.total_failed", "$is", 0) == ["ann"]


def test_a_code_is_used_as_often_as_it_may_be(counter):
    counter.voucher("TWO", redemption={"quantity": 2})
    answers = [counter.redeem("TWO", who=who) for who in "abc"]

    assert [answer.succeeded for answer in answers] == [True, True, False]
    assert answers[2].failed[0].failure_code == "quantity_exceeded"
    assert counter.use("TWO") == (2, None)


def test_one_customer_uses_it_as_often_as_one_may(counter):
    counter.voucher("ONCE", customer_limit=1)

    assert counter.refused("ONCE", who="a") == []
    assert counter.refused("ONCE", who="a") == ["redemption_rules_violated"]
    assert counter.refused("ONCE", who="b") == []


def test_imported_redemptions_count(counter):
    counter.voucher("TWO", redemption={"quantity": 2}, customer_limit=1)
    counter.base.csv(
        "Id,Customer_source_id,Voucher_code,Result\nr1,a,TWO,SUCCESS\n", kind="redemptions"
    )

    assert counter.refused("TWO", who="a") == ["redemption_rules_violated"]
    assert counter.refused("TWO", who="b") == []
    assert counter.refused("TWO", who="c") == ["quantity_exceeded"]


def test_only_members_redeem_by_what_they_are_with_this_call(counter):
    library.create(counter.workbench, "Romans", ROMANS)
    counter.voucher("ROME", segments=["Romans"])
    new = {"source_id": "new", "address": {"city": "Rome"}}
    counter.base.csv("Source_id,City\na,Oslo\nb,Rome\n")

    assert counter.refused("ROME", who="a") == ["customer_rules_violated"]
    assert counter.refused("ROME", who="b") == []
    assert counter.refused("ROME", customer=new) == []
    assert counter.refused("ROME", customer={"source_id": "a", "address": {"city": "Rome"}}) == []
    assert counter.base.rows("source_id", "address_city") == [
        ("a", "Rome"),
        ("b", "Rome"),
        ("new", "Rome"),
    ]


def test_a_gift_card_pays_until_it_is_empty(counter):
    counter.voucher("CARD", gift={"amount": 5000})
    first = counter.redeem("CARD", who="a", amount=3000)
    part = counter.redeem("CARD", who="a", amount=3000, credits=500)
    rest = counter.redeem("CARD", who="b", amount=9000)

    assert [one.entries[0].amount for one in (first, part, rest)] == [3000, 500, 1500]
    assert [one.order["total_amount"] for one in (first, part, rest)] == [0, 2500, 7500]
    assert counter.use("CARD") == (3, 0)
    assert counter.refused("CARD", who="a", amount=1) == ["gift_amount_exceeded"]
    assert counter.summary("a")["redemptions"]["gift"] == {
        "redeemed_amount": 3500,
        "amount_to_go": 0,
    }


def test_several_codes_are_redeemed_in_their_order_or_none(counter):
    counter.voucher("TEN")
    counter.voucher("HALF", HALF)
    counter.voucher("CARD", gift={"amount": 400})
    done = counter.redeem("HALF", "TEN", "CARD", who="a", amount=3000)
    refused = counter.redeem("TEN", "NOPE", "CARD", who="a", amount=3000)

    assert done.succeeded
    assert [one.discount_amount for one in done.entries] == [1500, 1000, 400]
    assert done.order["total_amount"] == 100
    assert {one.redemption for one in done.entries} == {done.parent}
    assert [(one.code, one.failure_code) for one in refused.entries] == [
        ("NOPE", "not_found"),
        ("CARD", "gift_amount_exceeded"),
    ]
    assert counter.use("TEN") == (1, None)
    assert counter.summary("a")["redemptions"]["total_succeeded"] == 3


def test_units_that_are_added_stand_in_the_order(counter):
    unit = {"type": "UNIT", "unit_off": 1, "unit_type": "mug", "effect": "ADD_NEW_ITEMS"}
    counter.voucher("MUG", {"discount": unit})
    items = [{"product_id": "mug", "quantity": 1, "price": 700}]
    answer = counter.redeem("MUG", who="a", order={"items": items})
    [(stored, amount, total)] = counter.records("orders", "items", "amount", "total_amount")

    assert (answer.order["amount"], answer.order["items_discount_amount"]) == (1400, 700)
    assert [(one["product_id"], one["quantity"], one["amount"]) for one in stored] == [
        ("mug", 1.0, 700),
        ("mug", 1.0, 700),
    ]
    assert (amount, total) == (1400, 700)


def test_a_stored_order_counts_as_it_is_stored(counter):
    counter.voucher("HALF", HALF)
    counter.voucher("TEN")
    save_order(
        counter.workbench, {"source_id": "o1", "amount": 4000, "customer": {"source_id": "a"}}
    )
    first = counter.redeem("HALF", order={"source_id": "o1", "amount": 1})
    second = counter.redeem("TEN", who="a", order={"id": first.order["id"]})

    assert counter.records("orders", "source_id", "status", "amount", "discount_amount") == [
        ("o1", "PAID", 4000, 3000)
    ]
    assert (first.order["total_amount"], second.order["total_amount"]) == (2000, 1000)
    assert counter.summary("a")["orders"]["total_amount"] == 1000
    assert first.customer_id == second.customer_id


def test_an_order_that_cannot_be_used_is_a_failure(counter):
    counter.voucher("TEN")
    save_order(counter.workbench, {"source_id": "o1", "amount": 4000, "status": "CANCELED"})
    save_order(counter.workbench, {"source_id": "o2", "amount": 1, "customer": {"source_id": "a"}})

    assert counter.refused("TEN", who="a", order={"source_id": "o1"}) == ["invalid_order"]
    assert counter.refused("TEN", who="a", order={"id": "ord_nowhere"}) == ["invalid_order"]
    assert counter.refused("TEN", who="b", order={"source_id": "o2"}) == ["invalid_order"]
    assert counter.refused("TEN", who="a", order={"source_id": "o2"}) == []


def test_a_voucher_obeys_its_campaign(counter):
    library.create(counter.workbench, "Romans", ROMANS)
    campaigns.create_campaign(
        counter.workbench, "Spring", {**HALF, "segments": ["Romans"], "minimum_amount": 100}, 1
    )
    [code] = campaigns.campaign_codes(counter.workbench, "Spring")["code"]
    roman = {"source_id": "r", "address": {"city": "Rome"}}

    assert counter.refused(code, who="a", amount=500) == ["customer_rules_violated"]
    assert counter.refused(code, customer=roman, amount=99) == ["order_rules_violated"]
    assert counter.refused(code, customer=roman, amount=100) == []
    campaigns.edit_campaign(counter.workbench, "Spring", {"active": False})
    assert counter.refused(code, customer=roman, amount=100) == ["voucher_disabled"]
    past = (NOW - timedelta(days=1)).isoformat()
    campaigns.edit_campaign(counter.workbench, "Spring", {"active": True, "expiration_date": past})
    assert counter.refused(code, customer=roman, amount=100) == ["voucher_expired"]


def test_what_does_not_fit_is_told_all_at_once_and_is_no_attempt(counter):
    order = {"amount": "1.5", "status": "LOST", "items": [{"quantity": "many", "price": -1}, 3]}
    with pytest.raises(UsageError) as told:
        asked("A", "A", customer=7, order=order, metadata=[])

    assert [issue.path for issue in told.value.issues] == [
        "$.codes[1]",
        "$.customer",
        "$.order.items[1]",
        "$.order.items[0].price",
        "$.order.items[0].quantity",
        "$.order.amount",
        "$.order.status",
        "$.metadata",
    ]
    with pytest.raises(UsageError, match="1 to 30 codes"):
        asked(*(f"c{number}" for number in range(31)))
    with pytest.raises(NotFoundError):
        counter.redeem("A", customer={"id": "cust_nobody"})
    assert counter.records("redemptions", "id") == []


def test_the_same_key_gives_the_first_answer_again(counter):
    counter.voucher("TWO", redemption={"quantity": 2})
    first = counter.redeem("TWO", who="a", key="k1")
    again = counter.redeem("TWO", who="a", key="k1")
    refused = counter.redeem("NOPE", who="a", key="k2")
    counter.voucher("NOPE")

    assert (first.replayed, again.replayed) == (False, True)
    assert again.entries == first.entries
    assert counter.use("TWO") == (1, None)
    assert counter.redeem("NOPE", who="a", key="k2").entries == refused.entries
    with pytest.raises(ConflictError, match="another request"):
        counter.redeem("TWO", who="b", key="k1")


def test_a_key_is_free_again_when_what_it_did_is_undone(counter):
    counter.voucher("TWO", redemption={"quantity": 2})
    counter.redeem("TWO", who="a", key="k1")
    [line] = log(counter.workbench, most=1).lines
    undo(counter.workbench, line.number)
    again = counter.redeem("TWO", who="a", key="k1")

    assert not again.replayed
    assert counter.use("TWO") == (1, None)


def test_a_change_of_the_voucher_counts_at_once(counter):
    counter.voucher("TEN")
    enable_voucher(counter.workbench, "TEN", active=False)
    disabled = counter.refused("TEN", who="a")
    enable_voucher(counter.workbench, "TEN")
    edit_voucher(counter.workbench, "TEN", HALF)

    assert disabled == ["voucher_disabled"]
    assert counter.redeem("TEN", who="a", amount=1000).order["total_amount"] == 500


def test_counters_are_those_of_another_process_too(counter, workspace):
    counter.voucher("ONE", redemption={"quantity": 1})
    other = Counter(type(counter.base)(workspace))
    other.redeem("ONE", who="a")
    refused = counter.refused("ONE", who="b")
    other.base.close()

    assert refused == ["quantity_exceeded"]


def test_a_customer_without_any_key_is_a_new_one_and_without_anything_nobody(counter):
    counter.voucher("TEN")
    named = counter.redeem("TEN", customer={"name": "Only a name"}, amount=2000)
    nobody = counter.redeem("TEN", customer={}, amount=2000)

    assert counter.base.rows("name", "source_id") == [("Only a name", None)]
    assert named.customer_id == counter.base.column("id")[0]
    assert nobody.succeeded
    assert nobody.customer_id is None
    assert counter.records("redemptions", "customer_row") == [(0,), (None,)]
    assert counter.records("orders", "customer_row", "total_amount") == [(0, 1000), (None, 1000)]
    assert counter.use("TEN") == (2, None)
    assert faults(counter.workbench.store) == []


def test_a_visitor_who_gets_a_name_by_redeeming_keeps_what_was_before(counter):
    counter.voucher("TEN")
    token = counter.validate("TEN").tracking_id
    first = counter.redeem("TEN", tracking_id=token, amount=1500)
    second = counter.redeem("TEN", who="ann", tracking_id=token, amount=2500)
    [line] = log(counter.workbench, most=1).lines
    summary = counter.summary("ann")
    undo(counter.workbench, line.number)

    assert first.tracking_id == second.tracking_id == token
    assert summary["redemptions"]["total_succeeded"] == 2
    assert summary["orders"]["total_amount"] == 2000
    assert second.customer_id != first.customer_id
    assert counter.use("TEN") == (1, None)
    assert counter.base.rows("source_id", "anonymous") == [(token, True)]

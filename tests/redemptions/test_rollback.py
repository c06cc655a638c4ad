"""Rolling back: the use, the balance and the order come back; twice is refused and recorded."""

from datetime import timedelta

import pytest

from engine.changes.log import log
from engine.changes.undo import preview, undo
from engine.errors import NotFoundError, UsageError
from engine.redemptions.failures import FAILURES, failure
from engine.segments import library
from tests.redemptions.counter import HALF

SUMMARY = ("total_redeemed", "total_succeeded", "total_rolled_back", "total_rollback_succeeded")


def counts(counter, who):
    found = counter.summary(who)["redemptions"]
    return [found.get(name) for name in SUMMARY]


def test_a_rollback_gives_back_the_use_the_balance_and_the_money(counter):
    buyers = {"summary.orders.total_count": {"conditions": {"$more_than": [0]}}}
    counter.voucher("CARD", gift={"amount": 5000}, redemption={"quantity": 1})
    library.create(counter.workbench, "Buyers", buyers)
    done = counter.redeem("CARD", who="a", amount=3000)
    back = counter.roll_back(done.entries[0].id, "wrong order")
    [entry] = back.entries

    assert back.succeeded
    assert entry.id.startswith("rr_")
    assert (entry.amount, entry.redemption, entry.reason) == (
        *(-3000, done.entries[0].id),
        "wrong order",
    )
    assert counter.use("CARD") == (0, 5000)
    assert counter.records("redemptions", "status", "object", "gift_amount", "reason") == [
        ("ROLLED_BACK", "redemption", 3000, None),
        ("SUCCEEDED", "redemption_rollback", -3000, "wrong order"),
    ]
    assert counter.records("orders", "status", "amount", "discount_amount", "total_amount") == [
        ("CANCELED", 3000, None, None)
    ]
    assert counts(counter, "a") == [1, 1, 1, 1]
    assert counter.base.who("segments", "$is", "Buyers") == []
    assert counter.summary("a")["redemptions"]["gift"] == {
        "redeemed_amount": 0,
        "amount_to_go": 5000,
    }
    assert counter.redeem("CARD", who="b", amount=100).succeeded


def test_twice_is_refused_and_the_refusal_is_a_record(counter):
    counter.voucher("TEN")
    done = counter.redeem("TEN", who="a", amount=3000).entries[0].id
    counter.roll_back(done)
    before = counter.use("TEN")
    again = counter.roll_back(done, "once more")
    [entry] = again.entries

    assert not again.succeeded
    assert entry.id.startswith("rrf_")
    assert entry.failure_code == "already_rolled_back"
    assert (counter.use("TEN"), before) == ((0, None), (0, None))
    assert counter.summary("a")["redemptions"]["total_rollback_failed"] == 1
    assert counts(counter, "a") == [1, 1, 2, 1]


def test_all_of_several_codes_are_rolled_back_by_the_id_they_share(counter):
    counter.voucher("TEN")
    counter.voucher("CARD", gift={"amount": 700})
    done = counter.redeem("TEN", "CARD", who="a", amount=3000)
    back = counter.roll_back(done.parent)

    assert [one.code for one in back.entries] == ["TEN", "CARD"]
    assert back.order["status"] == "CANCELED"
    assert (counter.use("TEN"), counter.use("CARD")) == ((0, None), (0, 700))
    assert not counter.roll_back(done.parent).succeeded


def test_one_of_several_codes_leaves_the_order_to_the_others(counter):
    counter.voucher("TEN")
    counter.voucher("CARD", gift={"amount": 700})
    done = counter.redeem("TEN", "CARD", who="a", amount=3000)
    counter.roll_back(done.entries[1].id)

    assert counter.records("orders", "status", "discount_amount", "total_amount") == [
        ("PAID", 1000, 2000)
    ]
    assert counter.roll_back(done.parent).entries[0].code == "TEN"
    assert counter.records("orders", "status") == [("CANCELED",)]
    assert counter.summary("a")["redemptions"]["total_rolled_back"] == 2


def test_what_has_failed_or_is_too_old_or_anothers_is_refused(counter):
    counter.voucher("TEN")
    failed = counter.redeem("NOPE", who="a").entries[0].id
    done = counter.redeem("TEN", who="a").entries[0].id

    def refused(key, **more):
        return counter.roll_back(key, **more).failed[0].failure_code

    assert refused(failed) == "invalid_redemption"
    assert refused(done, customer_id="cust_other") == "invalid_customer"
    counter.base.later(days=93)
    assert refused(done) == "rollback_period_exceeded"
    assert counter.use("TEN") == (1, None)


def test_the_last_day_of_three_months_still_counts(counter):
    counter.voucher("TEN")
    counter.base.now = counter.base.now.replace(month=11, day=30)
    done = counter.redeem("TEN", who="a").entries[0].id
    counter.base.now = counter.base.now.replace(year=2027, month=2, day=28) - timedelta(seconds=1)

    assert counter.roll_back(done).succeeded


def test_an_unknown_one_or_a_rollback_is_no_redemption(counter):
    counter.voucher("TEN")
    back = counter.roll_back(counter.redeem("TEN", who="a").entries[0].id).entries[0].id

    with pytest.raises(NotFoundError):
        counter.roll_back("r_nowhere")
    with pytest.raises(UsageError, match="a rollback of one"):
        counter.roll_back(back)
    assert len(counter.records("redemptions", "id")) == 2


def test_the_same_key_gives_the_first_answer_again(counter):
    counter.voucher("TEN")
    done = counter.redeem("TEN", who="a").entries[0].id
    first = counter.roll_back(done, key="k")

    assert counter.roll_back(done, key="k").entries == first.entries
    assert len(counter.records("redemptions", "id")) == 2


def test_a_rollback_is_undone_and_then_the_redemption(counter):
    counter.voucher("HALF", HALF, redemption={"quantity": 1})
    done = counter.redeem("HALF", who="a", amount=500)
    paid = counter.records("orders", "status", "discount_amount", "total_amount")
    counter.roll_back(done.entries[0].id)
    [back, first] = log(counter.workbench, most=2).lines
    undo(counter.workbench, back.number)
    restored = counter.records("orders", "status", "discount_amount", "total_amount")
    used = counter.use("HALF")
    told = preview(counter.workbench, first.number)
    undo(counter.workbench, first.number)

    assert restored == paid == [("PAID", 250, 250)]
    assert used == (1, None)
    assert told.conflicts == ()
    assert counter.use("HALF") == (0, None)
    assert counter.records("redemptions", "id") == counter.records("orders", "id") == []


FACTS = {
    **dict.fromkeys(("code", "what", "whom", "why", "order", "redemption", "at"), "x"),
    **dict.fromkeys(("limit", "amount", "balance", "times"), 3),
}


@pytest.mark.parametrize("key", FAILURES)
def test_every_reason_is_a_sentence(key):
    found = failure(key, **FACTS)

    assert "{" not in found.message
    assert found.message[0].islower() or found.message[0] == "x"
    assert found.reason == FAILURES[key].reason

"""Redemptions and gift cards, and what they come to for each customer."""

from engine.store.check import faults
from engine.workspace.tracking import tokens
from tests.bases import counts, reasons, value

SUMMARY = "summary.redemptions."
HEADER = "Id,Customer_source_id,Date,Voucher_code,Result,Status,Object,Gift_amount\n"
CARDS = "Code,Voucher Type,Value\ncard,GIFT_VOUCHER,1000\nother,GIFT_VOUCHER,500\n"


def redeem(base, *lines):
    return base.csv(HEADER + "\n".join(lines) + "\n", kind="redemptions")


def test_attempts_are_counted_by_their_result_and_rollbacks_apart(base):
    redeem(
        base,
        "r1,ann,2026-10-01,v,SUCCESS,SUCCEEDED,redemption,",
        "r2,ann,2026-10-02,v,SUCCESS,ROLLED_BACK,redemption,",
        "r3,ann,2026-10-03,v,FAILURE,FAILED,,",
        "rr1,ann,2026-10-04,v,SUCCESS,SUCCEEDED,redemption_rollback,",
        "rr2,ann,2026-10-05,v,FAILURE,FAILED,redemption_rollback,",
    )
    parts = ("redeemed", "succeeded", "failed", "rolled_back", "rollback_succeeded",
             "rollback_failed")  # fmt: skip

    assert [value(base, "ann", f"{SUMMARY}total_{part}") for part in parts] == [3, 2, 1, 2, 1, 1]
    assert base.who(SUMMARY + "last_redemption_date", "$is", "2026-10-03") == ["ann"]


def test_a_counter_has_a_value_where_a_record_of_its_source_exists(base):
    redeem(base, "r1,ann,,v,FAILURE,,,", "rr1,bob,,v,SUCCESS,,redemption_rollback,")

    assert base.who(SUMMARY + "total_succeeded", "$has_value") == ["ann"]
    assert base.who(SUMMARY + "total_succeeded", "$is", 0) == ["ann", "bob"]
    assert base.who(SUMMARY + "total_rolled_back", "$has_value") == ["bob"]


def test_the_status_alone_says_the_result(base):
    base.csv("Customer_source_id,Status\nann,ROLLED_BACK\nann,FAILED\n", kind="redemptions")

    assert value(base, "ann", SUMMARY + "total_succeeded") == 1
    assert value(base, "ann", SUMMARY + "total_failed") == 1


def test_gift_amounts_leave_out_what_was_rolled_back_and_still_have_a_value(base):
    redeem(
        base,
        "r1,ann,,card,SUCCESS,SUCCEEDED,,300",
        "r2,ann,,card,SUCCESS,ROLLED_BACK,,200",
        "r3,bob,,card,SUCCESS,ROLLED_BACK,,100",
        "r4,eve,,card,FAILURE,FAILED,,100",
        "r5,joe,,v,SUCCESS,SUCCEEDED,,",
    )

    assert value(base, "ann", SUMMARY + "gift.redeemed_amount") == 300
    assert value(base, "bob", SUMMARY + "gift.redeemed_amount") == 0
    assert base.who(SUMMARY + "gift.redeemed_amount", "$has_value") == ["ann", "bob"]
    assert base.who(SUMMARY + "gift.redeemed_amount", "$is", 0) == ["bob", "eve", "joe"]


def test_the_amount_to_go_is_what_everybody_left_on_the_cards_used(base):
    redeem(
        base,
        "r1,ann,,card,SUCCESS,SUCCEEDED,,300",
        "r2,ann,,card,SUCCESS,SUCCEEDED,,100",
        "r3,bob,,card,SUCCESS,ROLLED_BACK,,50",
        "r4,bob,,other,SUCCESS,SUCCEEDED,,500",
        "r5,eve,,unknown,SUCCESS,SUCCEEDED,,500",
    )
    before = [value(base, name, SUMMARY + "gift.amount_to_go") for name in ("ann", "bob", "eve")]
    base.csv(CARDS, kind="vouchers")
    after = [value(base, name, SUMMARY + "gift.amount_to_go") for name in ("ann", "bob", "eve")]
    redeem(base, "r6,joe,,card,SUCCESS,SUCCEEDED,,600")

    assert before == [0, 0, 0]
    assert after == [600, 600, 0]
    assert value(base, "ann", SUMMARY + "gift.amount_to_go") == 0


def test_a_tracking_id_alone_makes_or_joins_an_anonymous_profile(base):
    text = "Id,Tracking_id,Result\nr1,track_1,SUCCESS\nr2,track_1,SUCCESS\nr3,track_2,SUCCESS\n"
    first = base.csv(text, kind="redemptions")
    again = base.csv("Id,Tracking_id,Result\nr4,track_1,SUCCESS\n", kind="redemptions")
    profile = base.workbench.profile()
    counted = profile.values(profile.catalogue.field(SUMMARY + "total_redeemed"))

    assert (first.customers_created, again.customers_created) == (2, 0)
    assert counted.to_list() == [3, 1]
    assert base.column("source_id") == [tokens(base.workbench).of(f"track_{n}") for n in (1, 2)]
    assert base.column("anonymous") == [True, True]
    assert faults(base.workbench.store) == []


def test_a_redemption_of_nobody_is_rejected(base):
    run = base.csv("Id,Result\nr1,SUCCESS\n", kind="redemptions")

    assert counts(run) == (0, 0, 0, 0, 1)
    assert reasons(base, run) == [
        "expected a Customer_id, a Customer_source_id or a Tracking_id, got none of them"
    ]


def test_a_redemption_without_a_date_happened_at_the_import(base):
    base.csv("Customer_source_id,Result\nann,SUCCESS\n", kind="redemptions")

    assert base.who(SUMMARY + "last_redemption_date", "$today") == ["ann"]


def test_the_shape_of_the_api_is_read(base):
    base.json(
        {
            "id": "r1",
            "object": "redemption",
            "date": "2026-10-01T10:00:00Z",
            "customer": {"source_id": "ann", "metadata": {"a": 1}},
            "voucher": {"code": "Testing7fjWdr"},
            "gift": {"amount": 300},
            "order": {"id": "o1", "amount": 20050},
            "result": "SUCCESS",
            "status": "SUCCEEDED",
            "metadata": {"locale": "en-GB"},
        },
        kind="redemptions",
    )
    (row,) = base.workbench.profile().activity.records("redemptions").to_dicts()

    assert (row["voucher_code"], row["gift_amount"]) == ("Testing7fjWdr", 300)
    assert (row["order_id"], row["order_amount"]) == ("o1", 20050)


def test_vouchers_are_merged_by_their_code(base):
    base.csv(CARDS, kind="vouchers")
    same = base.csv(CARDS, kind="vouchers")
    nameless = base.csv("Code,Value\n,5\n", kind="vouchers")

    assert counts(same) == (0, 0, 2, 0, 0)
    assert reasons(base, nameless) == ["expected a Code, got nothing"]

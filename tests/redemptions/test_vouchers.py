"""Vouchers one by one."""

import pytest

from engine.changes.log import log
from engine.changes.undo import undo
from engine.errors import ConflictError, NotFoundError, UsageError
from engine.redemptions.terms import OFF, voucher_terms
from engine.redemptions.vouchers import (
    add_balance,
    create_voucher,
    delete_voucher,
    edit_voucher,
    find_voucher,
    to_object,
    vouchers,
)
from engine.segments import library
from tests.redemptions.counter import HALF


def test_a_voucher_is_shown_as_it_was_created(counter):
    library.create(counter.workbench, "Romans", {"address.city": {"conditions": {"$is": ["Rome"]}}})
    made = counter.voucher(
        "HALF",
        {"discount": {"type": "PERCENT", "percent_off": 12.5, "amount_limit": 900}},
        start_date="2026-01-01",
        expiration_date="2026-12-31T12:00:00Z",
        redemption={"quantity": 3},
        customer_limit=1,
        segments=["Romans"],
        minimum_amount=500,
        category="Spring",
        metadata={"shop": "Rome"},
    )
    [segment] = library.saved(counter.workbench)

    assert to_object(made) == to_object(find_voucher(counter.workbench, "HALF"))
    assert to_object(made) == {
        "code": "HALF",
        "type": "DISCOUNT_VOUCHER",
        "active": True,
        "start_date": "2026-01-01T00:00:00Z",
        "expiration_date": "2026-12-31T12:00:00Z",
        "discount": {"type": "PERCENT", "percent_off": 12.5, "amount_limit": 900},
        "category": "Spring",
        "redemption_limit": 3,
        "customer_limit": 1,
        "segments": [segment.id],
        "minimum_amount": 500,
        "created_at": "2026-11-02T09:30:00Z",
        "metadata": {"shop": "Rome"},
        "redemption": {"quantity": 3, "redeemed_quantity": 0},
        "object": "voucher",
    }


def test_a_code_is_drawn_where_none_is_given(counter):
    first, second = (create_voucher(counter.workbench, HALF).terms.name for _ in range(2))

    assert first != second
    assert len(first) == len(second) == 8


def test_what_does_not_fit_is_told_all_at_once(counter):
    wrong = {
        "code": "X",
        "discount": {"type": "PERCENT", "percent_off": 120, "effect": "ADD_NEW_ITEMS"},
        "redemption": {"quantity": 0},
        "start_date": "2026-02-01",
        "expiration_date": "2026-01-01",
        "segments": ["nope"],
        "minimum_amount": -1,
    }
    with pytest.raises(UsageError) as told:
        create_voucher(counter.workbench, wrong)

    assert [issue.path for issue in told.value.issues] == [
        "$.segments",
        "$.discount.effect",
        "$.discount.percent_off",
        "$.minimum_amount",
        "$.redemption_limit",
        "$.expiration_date",
    ]
    assert list(vouchers(counter.workbench)) == []


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({}, "$.discount.type"),
        ({"discount": {"type": "LOTTERY"}}, "$.discount.type"),
        ({"discount": {"type": "AMOUNT"}}, "$.discount.amount_off"),
        ({"discount": {"type": "UNIT", "unit_off": 1}}, "$.discount.unit_type"),
        ({"type": "GIFT_VOUCHER"}, "$.gift.amount"),
        ({"type": "LOYALTY_CARD"}, "$.type"),
    ],
)
def test_a_voucher_says_what_it_gives(counter, document, path):
    with pytest.raises(UsageError) as told:
        create_voucher(counter.workbench, {"code": "X", **document})

    assert path in [issue.path for issue in told.value.issues]


def test_a_code_is_there_once(counter):
    counter.voucher("TEN")
    with pytest.raises(ConflictError, match="with the code `TEN`"):
        counter.voucher("TEN")


def test_an_edit_keeps_what_it_does_not_give_and_a_null_clears(counter):
    counter.voucher("TEN", redemption={"quantity": 3}, customer_limit=1)
    edited = edit_voucher(counter.workbench, "TEN", {"customer_limit": None, "metadata": {"a": 1}})
    [line] = log(counter.workbench, most=1).lines
    undo(counter.workbench, line.number)
    back = find_voucher(counter.workbench, "TEN")

    assert (edited.terms.limit, edited.terms.customer_limit) == (3, None)
    assert edited.document["metadata"] == {"a": 1}
    assert (back.terms.limit, back.terms.customer_limit) == (3, 1)
    with pytest.raises(UsageError, match="at most 100"):
        edit_voucher(
            counter.workbench, "TEN", {"discount": {"type": "PERCENT", "percent_off": 101}}
        )
    with pytest.raises(NotFoundError):
        edit_voucher(counter.workbench, "NOPE", {})


def test_an_edit_that_changes_nothing_leaves_no_trace(counter):
    counter.voucher("TEN", customer_limit=1)
    before = counter.workbench.profile().change
    edit_voucher(counter.workbench, "TEN", {"customer_limit": 1})

    assert counter.workbench.profile().change == before


def test_a_balance_goes_up_and_never_below_what_was_spent(counter):
    counter.voucher("CARD", gift={"amount": 1000})
    counter.voucher("TEN")
    counter.redeem("CARD", who="a", amount=700)

    assert add_balance(counter.workbench, "CARD", 500).balance == 800
    assert add_balance(counter.workbench, "CARD", -800).balance == 0
    assert counter.summary("a")["redemptions"]["gift"]["amount_to_go"] == 0
    with pytest.raises(UsageError, match=r"at most 0\.00"):
        add_balance(counter.workbench, "CARD", -1)
    with pytest.raises(UsageError, match="which is none"):
        add_balance(counter.workbench, "TEN", 5)


def test_a_voucher_created_again_under_its_code_has_the_uses_from_before(counter):
    counter.voucher("ONCE", redemption={"quantity": 1})
    counter.redeem("ONCE", who="a", amount=700)
    delete_voucher(counter.workbench, "ONCE")
    counter.voucher("ONCE", redemption={"quantity": 1})

    assert counter.use("ONCE") == (1, None)
    assert counter.refused("ONCE", who="b", amount=700) == ["quantity_exceeded"]


def test_vouchers_of_files_give_what_their_value_says(counter):
    counter.base.csv(
        "Code,Voucher Type,Discount Type,Value\n"
        "A,DISCOUNT_VOUCHER,AMOUNT,1000\nP,DISCOUNT_VOUCHER,PERCENT,10%\nG,GIFT_CARD,,500\n"
        "L,LOYALTY_CARD,,\n",
        kind="vouchers",
    )

    def pays(code):
        return counter.redeem(code, who="a", amount=2000).order["total_amount"]

    assert [pays(code) for code in "APGL"] == [1000, 1800, 1500, 2000]


@pytest.mark.parametrize("kind", OFF)
def test_what_a_discount_gives_stands_in_its_own_column_or_in_the_value(counter, kind):
    name = OFF[kind].removeprefix("discount_")
    unit = {"unit_type": "mug"} if kind == "UNIT" else {}
    own = counter.voucher("OWN", {"discount": {"type": kind, name: 7, **unit}})
    counter.base.csv(f"Code,Discount Type,Value\nVALUE,{kind},7\n", kind="vouchers")
    stored = find_voucher(counter.workbench, "VALUE")

    assert own.terms.discount.off == stored.terms.discount.off == 7
    assert voucher_terms(own.terms.record) == own.terms


def test_the_list_is_that_of_a_campaign_where_one_is_asked_for(counter):
    counter.voucher("A", campaign="Spring")
    counter.voucher("B")
    names = [view.terms.name for view in vouchers(counter.workbench, "Spring")]

    assert names == ["A"]
    assert [view.terms.name for view in vouchers(counter.workbench)] == ["A", "B"]

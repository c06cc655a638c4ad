"""Orders come in, and what they come to for each customer."""

import pytest

from engine.store.check import faults
from tests.bases import counts, reasons, value

SUMMARY = "summary.orders."
HEADER = "Id,Customer_source_id,Status,Amount,Discount_amount,Created_at\n"


def test_an_unknown_source_id_makes_a_customer_created_at_the_import(base):
    run = base.csv(HEADER + "o1,ann,PAID,1000,,2026-10-01\n", kind="orders")

    assert counts(run) == (1, 0, 0, 0, 0)
    assert run.customers_created == 1
    assert base.rows("source_id", "created_at", "updated_at") == [("ann", base.now, None)]
    assert base.who(SUMMARY + "total_amount", "$is", 1000) == ["ann"]
    assert faults(base.workbench.store) == []


def test_an_unknown_id_and_nobody_at_all_reject_their_rows(base):
    text = "Id,Customer_id,Customer_source_id,Status\no1,cust_x,,PAID\no2,,,PAID\no3,,ann,PAID\n"
    run = base.csv(text, kind="orders")

    assert counts(run) == (1, 0, 0, 0, 2)
    assert reasons(base, run) == [
        "no customer has the Id `cust_x`: import the customer first",
        "expected a Customer_id or a Customer_source_id, got neither",
    ]


def test_a_rejected_row_makes_no_customer(base):
    base.csv("Id,Source_id,Customer_source_id\no1,s1,ann\n", kind="orders")
    run = base.csv("Id,Source_id,Customer_source_id\no1,s2,bob\n", kind="orders")

    assert counts(run) == (0, 0, 0, 0, 1)
    assert base.column("source_id") == ["ann"]


def test_only_paid_and_fulfilled_orders_count(base):
    statuses = ("CREATED", "PAID", "CANCELED", "FULFILLED", "")
    lines = [f"o{place},ann,{status},100,,2026-10-01" for place, status in enumerate(statuses)]
    base.csv(HEADER + "\n".join([*lines, "o9,bob,CREATED,100,,2026-10-01"]), kind="orders")

    assert value(base, "ann", SUMMARY + "total_count") == 2
    assert base.who(SUMMARY + "total_count", "$is", 0) == ["bob"]
    assert base.who(SUMMARY + "total_count", "$has_value") == ["ann"]


def test_amounts_are_after_discounts_and_the_mean_rounds_half_up(base):
    base.csv(HEADER + "a,ann,PAID,100,10,2026-10-01\nb,ann,PAID,95,,2026-10-02\n", kind="orders")

    assert value(base, "ann", SUMMARY + "total_amount") == 185
    assert value(base, "ann", SUMMARY + "average_amount") == 93
    base.json({"id": "a", "total_amount": 1}, kind="orders")
    assert value(base, "ann", SUMMARY + "total_amount") == 96


def test_the_last_order_at_one_instant_is_the_one_with_the_greater_id(base):
    base.csv(
        HEADER + "a,ann,PAID,1,,2026-10-02\nb,ann,PAID,2,,2026-10-02\nc,ann,PAID,3,,2026-10-01\n",
        kind="orders",
    )

    assert value(base, "ann", SUMMARY + "last_order_amount") == 2
    assert base.who(SUMMARY + "first_order_date", "$is", "2026-10-01") == ["ann"]
    assert base.who(SUMMARY + "last_order_date", "$is", "2026-10-02") == ["ann"]


def test_an_order_is_merged_and_may_move_to_another_customer(base):
    base.csv(HEADER + "a,ann,PAID,100,,2026-10-01\n", kind="orders")
    same = base.later(hours=1).csv("Id,Status\na,PAID\n", kind="orders")
    before = value(base, "ann", SUMMARY + "total_count")  # summed before the order moves
    moved = base.csv("Id,Customer_source_id\na,bob\n", kind="orders")

    assert counts(same) == (0, 0, 1, 0, 0)
    assert counts(moved) == (0, 1, 0, 0, 0)
    assert before == 1
    assert value(base, "ann", SUMMARY + "total_count") is None
    assert value(base, "bob", SUMMARY + "total_amount") == 100
    assert base.rows("updated_at") == [(None,), (None,)]


@pytest.mark.parametrize(("cell", "cents"), [("12.50", 1250), ("12,5", 1250), ("-1.00", -100)])
def test_money_with_a_decimal_mark_is_currency_and_becomes_cents(base, cell, cents):
    run = base.csv(f'Customer_source_id,Status,Amount\nann,PAID,"{cell}"\n', kind="orders")

    assert value(base, "ann", SUMMARY + "total_amount") == cents
    assert any("has decimals, so its amounts are currency" in note["text"] for note in run.notes)


@pytest.mark.parametrize("cell", ["12.50", "12,5", "-1.00"])
def test_a_decimal_mark_where_the_mapping_says_cents_is_refused_with_the_way_out(base, cell):
    mapping = {"columns": {"Amount": {"field": "amount", "unit": "cents"}}}
    run = base.csv(f'Customer_source_id,Amount\nann,"{cell}"\n', mapping, kind="orders")
    (reason,) = reasons(base, run)

    assert f"expected whole cents without a decimal mark, got `{cell}`" in reason
    assert '"unit": "currency"' in reason


def test_money_in_currency_is_converted_where_the_mapping_says_so(base):
    mapping = {"columns": {"Amount": {"field": "amount", "unit": "currency"}}}
    text = 'Customer_source_id,Status,Amount\nann,PAID,12.5\nann,PAID,"3,07"\nann,PAID,-1\n'
    base.csv(text, mapping, kind="orders")

    assert value(base, "ann", SUMMARY + "total_amount") == 1250 + 307 - 100
    mapping = {"columns": {"amount": {"field": "amount", "unit": "currency"}}}
    order = {"customer": {"source_id": "bob"}, "status": "PAID", "amount": 0.1}
    base.json(order, mapping=mapping, kind="orders")
    assert value(base, "bob", SUMMARY + "total_amount") == 10


def test_an_order_without_a_key_is_new_every_time(base):
    text = "Customer_source_id,Status,Amount\nann,PAID,1\nann,PAID,1\n"
    base.csv(text, kind="orders")
    run = base.csv(text, kind="orders")

    assert counts(run) == (2, 0, 0, 0, 0)
    assert value(base, "ann", SUMMARY + "total_count") == 4


def test_flat_and_nested_spellings_are_the_same(base):
    base.json(
        {"id": "a", "customer": {"source_id": "ann"}, "status": "PAID", "amount": 1},
        {"id": "b", "customer_source_id": "ann", "status": "PAID", "amount": 2},
        kind="orders",
    )

    assert value(base, "ann", SUMMARY + "total_amount") == 3


def test_metadata_of_orders_is_not_metadata_of_customers(base):
    base.csv("Customer_source_id,metadata.color\nann,red\n", kind="orders")
    catalogue = base.workbench.profile().catalogue

    assert dict(catalogue.metadata) == {}
    assert set(catalogue.records["orders"]) == {"color"}


def test_a_row_without_a_customer_is_rejected_unless_a_row_above_has_made_the_order(base):
    run = base.json(
        {"id": "late", "amount": 1}, {"id": "late", "customer_source_id": "a", "amount": 2},
        {"id": "early", "customer_source_id": "b", "amount": 3}, {"id": "early", "amount": 4},
        kind="orders",
    )  # fmt: skip

    assert counts(run) == (2, 0, 0, 1, 1)
    assert base.workbench.profile().activity.records("orders")["amount"].to_list() == [2, 4]

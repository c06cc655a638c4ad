"""A fact is derived once: segments, lists, sums and files say the same of a record."""

import pytest

from engine.base.kinds.orders import COUNTING, STATUSES
from engine.base.kinds.registry import KINDS
from engine.base.records import records_of
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.insights.trends import figures
from engine.lists.selection import Selection, selected
from tests.bases import counts, value
from tests.fields import RECORD_ROWS

COUNT = "summary.orders.total_count"


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.json(
        {"id": "o1", "customer_source_id": "a", "status": "PAID", "amount": 1000,
         "discount_amount": 100},
        {"id": "o2", "customer_source_id": "b", "status": "PAID", "amount": 1000,
         "discount_amount": 100, "total_amount": 850},
        {"id": "o3", "customer_source_id": "b", "status": "CREATED", "items": [{"amount": 900}]},
        kind="orders",
    )  # fmt: skip
    base.json(
        {"id": "r1", "customer_source_id": "a", "status": "SUCCEEDED"},
        {"id": "r2", "customer_source_id": "b", "result": "FAILURE"},
        {"id": "r3", "customer_source_id": "b", "status": "ROLLED_BACK"},
        kind="redemptions",
    )


def listed(base, table, field, operand):
    """How many of a list a filter leaves."""
    wanted = {field: {"conditions": {"$is": [operand]}}}
    return selected(base.workbench, Selection(filter=wanted), table).count


@pytest.mark.parametrize(("total", "customers", "orders"), [(900, 1, 2), (850, 1, 1), (1000, 0, 0)])
def test_the_total_is_one_number_in_a_segment_and_in_the_list(shop, total, customers, orders):
    where = {"total_amount": {"conditions": {"$is": [total]}}}

    assert shop.answer({COUNT: {"conditions": {"$is": [1]}, "where": where}}).count == customers
    assert listed(shop, "orders", "total_amount", total) == orders


def test_the_result_is_one_word_in_a_segment_and_in_the_list(shop):
    where = {"result": {"conditions": {"$is": ["SUCCESS"]}}}
    tried = {"summary.redemptions.total_redeemed": {"conditions": {"$is": [1]}, "where": where}}

    assert shop.answer(tried).count == 2
    assert listed(shop, "redemptions", "result", "SUCCESS") == 2


@pytest.mark.parametrize("row", RECORD_ROWS, ids=lambda row: f"{row.table} {row.path}")
def test_where_reads_what_the_list_shows(shop, row):
    profile = shop.workbench.profile()
    records = records_of(profile, row.table)
    [shown] = [each for each in KINDS[row.table].list_fields.values() if each.column == row.column
               and each.table == row.table]  # fmt: skip
    column = profile.activity.column(row.table, row)

    assert column.plain.to_list() == records.values(shown).to_list()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_what_follows_from_the_others_goes_out_and_comes_in_unchanged(shop, form):
    for table in ("orders", "redemptions"):
        target = shop.folder.with_name(f"{table}.{form}")
        export_records(shop.workbench, Order(what=table, format=form), target, force=True)
        again = shop.later(minutes=1).bring(target, kind=table)

        assert counts(again) == (0, 0, 3, 0, 0)


def test_a_total_that_was_not_given_follows_the_amount_also_after_a_file_gave_it_back(shop):
    shop.later(minutes=1).json({"id": "o1", "total_amount": 900}, kind="orders")
    shop.later(minutes=1).json({"id": "o1", "amount": 2000}, kind="orders")
    assert value(shop, "a", "summary.orders.total_amount") == 1900

    shop.later(minutes=1).json({"id": "o1", "total_amount": 1}, kind="orders")
    shop.later(minutes=1).json({"id": "o1", "amount": 3000}, kind="orders")
    assert value(shop, "a", "summary.orders.total_amount") == 1


@pytest.mark.parametrize("status", STATUSES)
def test_one_rule_says_which_orders_count(base, status):
    base.json({"id": "o", "customer_source_id": "a", "status": status, "amount": 5}, kind="orders")
    profile, counting = base.workbench.profile(), int(status in COUNTING)
    found = {each.measure.label: each.total for each in figures(profile, base.workbench.clock())}

    assert value(base, "a", COUNT) == (counting or None)
    assert (found["Orders"], found["Revenue"]) == (counting, 5 * counting)

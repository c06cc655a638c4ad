"""One order is saved by itself, with its customer."""

import pytest

from engine.changes.log import log
from engine.changes.undo import undo
from engine.customers.orders import save_order
from engine.errors import ConflictError, NotFoundError, UsageError
from engine.store.check import faults
from tests.bases import value

ITEMS = [{"product_id": "p", "quantity": "2", "price": "150"}, {"sku_id": "s", "amount": 75}]


def orders(base, *columns):
    return base.workbench.profile().activity.records("orders").select(columns).rows()


def test_an_order_is_created_with_its_customer_in_one_change(base):
    customer = {"source_id": "a", "name": "Ann"}
    sent = {"source_id": "o1", "items": ITEMS, "customer": customer, "metadata": {"shop": "Rome"}}
    answer = save_order(base.workbench, sent)
    [line] = log(base.workbench, most=1).lines
    [(key, status, row, items)] = orders(base, "id", "status", "customer_row", "items")

    assert (answer.id, answer.created, answer.changed) == (key, True, True)
    assert (status, row) == ("CREATED", 0)
    assert [(one["quantity"], one["price"], one["amount"]) for one in items] == [
        (2.0, 150, None),
        (None, None, 75),
    ]
    assert (line.cause, line.touched) == ("order", {"orders": 1, "customers": 1})
    assert base.rows("source_id", "name") == [("a", "Ann")]


def test_a_status_moves_the_summaries_and_the_undo_moves_them_back(base):
    save_order(base.workbench, {"source_id": "o1", "amount": 500, "customer": {"source_id": "a"}})
    before = value(base, "a", "summary.orders.total_amount")
    save_order(base.workbench, {"source_id": "o1", "status": "PAID"})
    paid = value(base, "a", "summary.orders.total_amount")
    [line] = log(base.workbench, most=1).lines
    undo(base.workbench, line.number)

    assert (before, paid) == (None, 500)
    assert orders(base, "status") == [("CREATED",)]
    assert value(base, "a", "summary.orders.total_amount") is None


def test_what_is_not_given_stays_and_the_same_again_changes_nothing(base):
    first = save_order(base.workbench, {"source_id": "o1", "amount": 500, "metadata": {"a": 1}})
    again = save_order(base.workbench, {"id": first.id, "amount": "500", "metadata": None})
    other = save_order(base.workbench, {"id": first.id, "customer": {"source_id": "b"}})

    assert (again.id, again.created, again.changed) == (first.id, False, False)
    assert other.changed
    assert orders(base, "amount", "customer_row") == [(500, 0)]
    assert faults(base.workbench.store) == []


def test_what_does_not_fit_is_told_all_at_once(base):
    sent = {"amount": -1, "status": "LOST", "items": [{"quantity": "x"}], "customer": 3}
    with pytest.raises(UsageError) as told:
        save_order(base.workbench, sent)
    with pytest.raises(NotFoundError):
        save_order(base.workbench, {"id": "ord_nowhere", "amount": 1})

    assert [issue.path for issue in told.value.issues] == [
        "$.customer",
        "$.order.items[0].quantity",
        "$.order.amount",
        "$.order.status",
    ]
    assert orders(base, "id") == []


def test_two_keys_of_two_orders_are_a_contradiction(base):
    first = save_order(base.workbench, {"source_id": "o1", "amount": 1})
    save_order(base.workbench, {"source_id": "o2", "amount": 1})
    with pytest.raises(ConflictError, match="of two orders"):
        save_order(base.workbench, {"id": first.id, "source_id": "o2"})


def test_an_order_of_nobody_is_nobodys(base):
    save_order(base.workbench, {"amount": 5})

    assert orders(base, "customer_row", "amount") == [(None, 5)]
    assert base.rows("id") == []

"""A customer is removed: gone from lists and segments, back by an undo; their orders stay."""

import pytest

from engine.base.records import records_of
from engine.changes.log import log
from engine.changes.undo import undo
from engine.customers.deletion import delete_customer
from engine.errors import NotFoundError
from engine.segments import history, library

ROME = {"address.city": {"conditions": {"$is": ["Rome"]}}}


@pytest.mark.parametrize("way", ["id", "source_id"])
def test_a_customer_is_gone_and_comes_back_by_an_undo(base, way):
    segment = library.create(base.workbench, "Rome", ROME)
    base.csv("Source_id,City\na,Rome\nb,Oslo\n")
    base.csv("Id,Customer_source_id,Status\no1,a,PAID\n", kind="orders")
    before = base.rows("id", "source_id", "address_city")
    gone = delete_customer(base.workbench, before[0][0] if way == "id" else "a")
    rows = base.rows("source_id")
    moves = [(one.direction, one.cause) for one in history.entries(base.workbench, segment)]
    orders = records_of(base.workbench.profile(), "orders")
    undo(base.workbench, log(base.workbench).lines[0].number)

    assert before[0][0] == gone
    assert [("b",)] == rows
    assert [("entered", "import"), ("left", "deletion")] == moves
    assert (1, [None]) == (orders.total, orders.owners().to_list())
    assert before == base.rows("id", "source_id", "address_city")
    assert 1 == library.members(base.workbench, segment).count


def test_nobody_cannot_be_removed(base):
    base.csv("Source_id\na\n")
    delete_customer(base.workbench, "a")
    lines = log(base.workbench).total

    for name in ("a", "b", ""):
        with pytest.raises(NotFoundError):
            delete_customer(base.workbench, name)
    assert lines == log(base.workbench).total

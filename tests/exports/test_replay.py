"""An export carried out again: identical, or what moved."""

import pytest

from engine.errors import NotFoundError
from engine.exports.contents import settled
from engine.exports.formats import FORMATS
from engine.exports.order import Order
from engine.exports.replay import LineDifference, order_of, replay
from engine.exports.run import export_records, log, stored_file

ORDERS = "Id,Customer_source_id,Amount\no1,a,100\no2,b,200\n"


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.csv("Source_id,Name\na,Ann\nb,Bob\n")
    base.csv(ORDERS, kind="orders")


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("what", ["customers", "orders"])
def test_the_same_data_give_the_same_bytes(shop, form, what):
    run = export_records(shop.workbench, Order(what=what, format=form))
    again = replay(shop.later(days=3).workbench, run.id)

    assert (again.identical, again.difference) == (True, None)
    assert (again.now.rows, again.now.change) == (2, run.change)


def test_what_moved_is_told_line_by_line(shop):
    run = export_records(
        shop.workbench, Order(headers="fields", what="orders", fields=("id", "amount"))
    )
    shop.csv("Id,Customer_source_id,Amount\no2,b,250\no3,b,300\n", kind="orders")
    again = replay(shop.workbench, run.id)

    assert not again.identical
    assert again.difference == LineDifference(1, 2, ("o2,200",), ("o2,250", "o3,300"))
    assert (again.run.rows, again.now.rows) == (2, 3)


def test_a_replay_keeps_the_order_and_leaves_nothing(shop):
    asked = Order(
        what="orders", fields=("amount", "id"), sort="-amount", limit=1, delimiter=";", bom=True
    )
    run = export_records(shop.workbench, asked)
    replay(shop.workbench, run.id)

    assert order_of(run) == settled(shop.workbench, asked)
    assert log(shop.workbench) == [run]
    assert list((shop.folder / "exports").iterdir()) == [stored_file(shop.workbench, run.id)]


def test_columns_that_came_later_are_no_part_of_a_replay(shop):
    run = export_records(shop.workbench, Order())
    shop.csv("Source_id,size\nc,5\n")
    again = replay(shop.workbench, run.id)

    assert again.now.fields == tuple(run.parameters["fields"])
    assert (again.difference.left, again.difference.entered) == (0, 1)


@pytest.mark.parametrize("meddled", ["gone", "edited"])
def test_without_the_first_file_only_the_numbers_are_compared(shop, meddled):
    target = shop.folder.with_name("out.csv")
    run = export_records(shop.workbench, Order(), target)
    shop.csv("Source_id\nc\n")
    if meddled == "gone":
        target.unlink()
    else:
        target.write_text("something else")
    again = replay(shop.workbench, run.id)

    assert (again.identical, again.difference, again.now.rows) == (False, None, 3)


def test_nothing_else_can_be_replayed(shop):
    with pytest.raises(NotFoundError, match="`exp_nope`"):
        replay(shop.workbench, "exp_nope")

"""Kinds come and go with their rows; a workspace follows."""

from dataclasses import replace

from engine.base.kinds import orders
from engine.base.kinds.registry import KINDS, RECORD_TABLES
from engine.imports.columns.table import TABLES
from engine.lists.listings import LISTINGS
from engine.store.check import faults
from tests.base.kinds.tickets import TICKETS, known
from tests.bases import Base, counts, value

TICKET = "Id,Customer_source_id,Topic\nt1,ann,late\n"


def test_all_that_follows_from_a_kind_comes_and_goes_with_its_row():
    before = list(KINDS)
    with known(TICKETS):
        assert [*before, "tickets"] == list(LISTINGS) == list(TABLES) == list(RECORD_TABLES)

    assert before == list(LISTINGS) == list(TABLES) == list(RECORD_TABLES)


def test_orders_of_an_older_program_take_items(workspace):
    plain = tuple(replace(column, derived=None) for column in orders.KIND.columns)
    with known(replace(orders.KIND, parts=None, columns=plain, sources=())):
        old = Base(workspace)
        old.csv("Id,Customer_source_id,Status,Amount\no1,ann,PAID,5\n", kind="orders")
        old.close()
    new = Base(workspace).later(minutes=1)
    assert value(new, "ann", "summary.orders.total_amount") == 5
    item = {"product_id": "hat", "amount": 7}
    more = {"id": "o2", "customer_source_id": "ann", "status": "PAID", "items": [item]}
    assert counts(new.json({"id": "o1", "items": [item]}, more, kind="orders")) == (1, 1, 0, 0, 0)
    assert value(new, "ann", "summary.orders.total_amount") == 12
    new.close()


def test_a_record_without_a_key_is_known_by_its_content_parts_and_all(base):
    reply = {"author": "me", "text": "sorry"}
    with known(replace(TICKETS, without_key="content")):
        base = Base(base.folder)
        ticket = {"customer_source_id": "ann", "opened_at": "2026-10-01", "replies": [reply]}
        assert counts(base.json(ticket, {**ticket, "replies": []}, kind="tickets"))[0] == 2
        assert counts(base.later(minutes=1).json(ticket, kind="tickets")) == (0, 0, 1, 0, 0)
        base.close()


def test_an_older_workspace_gets_the_table_of_a_new_kind_and_an_older_program_leaves_it(workspace):
    old = Base(workspace)
    old.csv("Source_id\nann\n")
    old.close()
    with known(TICKETS):
        new = Base(workspace).later(minutes=1)
        assert counts(new.csv(TICKET, kind="tickets")) == (1, 0, 0, 0, 0)
        assert faults(new.workbench.store) == []
        new.close()
    again = Base(workspace).later(minutes=2)
    assert counts(again.csv("Source_id\neve\n")) == (1, 0, 0, 0, 0)
    again.close()
    with known(TICKETS):
        newer = Base(workspace).later(minutes=3)
        assert newer.workbench.profile().activity.records("tickets")["topic"].to_list() == ["late"]
        newer.close()

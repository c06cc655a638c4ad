"""Kinds come and go with their rows; a workspace follows."""

from engine.imports.table import TABLES
from engine.kinds.registry import KINDS, RECORD_TABLES
from engine.listings import LISTINGS
from engine.store.check import faults
from tests.bases import Base, counts
from tests.kinds.tickets import TICKETS, known

TICKET = "Id,Customer_source_id,Topic\nt1,ann,late\n"


def test_all_that_follows_from_a_kind_comes_and_goes_with_its_row():
    before = list(KINDS)
    with known(TICKETS):
        assert [*before, "tickets"] == list(LISTINGS) == list(TABLES) == list(RECORD_TABLES)

    assert before == list(LISTINGS) == list(TABLES) == list(RECORD_TABLES)


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

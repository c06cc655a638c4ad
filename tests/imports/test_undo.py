"""Undo of imports: what the change sets not undone would have made of the records."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.base.answers import answer
from engine.base.kinds.registry import RECORD_TABLES
from engine.changes.log import log
from engine.changes.undo import number_of_import, preview, undo
from engine.customers.deletion import delete_customer
from engine.errors import ConflictError
from engine.imports.metadata_types import settle
from engine.redemptions.vouchers import delete_voucher
from engine.segments import library
from engine.segments.history import entries
from engine.store.check import faults
from tests.bases import Base, value
from tests.memberships.law import check, stored
from tests.memberships.test_law import FIRST, files
from tests.strategies import examples

ROME = {"address.city": {"conditions": {"$is": ["Rome"]}}}


def previewed(base, run):
    """What undoing an import would do."""
    return preview(base.workbench, number_of_import(base.workbench, run.id))


def records(base):
    """Every living record of every table, without the change set that wrote it last."""
    profile = base.workbench.profile()
    return {
        name: sorted(profile.records(table).drop("change").rows(named=True), key=lambda r: r["row"])
        for name, table in RECORD_TABLES.items()
    }


def without_names(found):
    """The records without values that are null: a column may have come since."""
    return {
        name: [{key: value for key, value in row.items() if value is not None} for row in rows]
        for name, rows in found.items()
    }


def test_the_earlier_value_comes_back(base):
    base.csv("Source_id,City\na,Oslo\n")
    moved = base.later(minutes=1).csv("Source_id,City,size\na,Rome,3\nb,Rome,4\n")
    library.create(base.workbench, "Romans", ROME)
    done = base.later(minutes=1).undo(moved)

    assert base.rows("source_id", "address_city", "updated_at") == [("a", "Oslo", None)]
    assert (done.deleted, done.changed, done.conflicts) == ({"customers": 1}, {"customers": 1}, ())
    assert library.members(base.workbench, library.find(base.workbench, "Romans")).count == 0
    check(base)


def test_a_later_value_stays_until_its_import_is_undone_too(base):
    base.csv("Source_id,City\nx,1\n")
    first = base.later(minutes=1).csv("Source_id,City\nx,2\n")
    second = base.later(minutes=1).csv("Source_id,City\nx,3\n")
    told = previewed(base, first)
    [conflict] = base.undo(first).conflicts

    assert (conflict,) == told.conflicts
    assert (conflict.record, conflict.path) == ("x", "address.city")
    assert (conflict.later, conflict.earlier) == ("3", "1")
    assert base.column("address_city") == ["3"]
    base.undo(second)
    assert base.column("address_city") == ["1"]


def test_a_later_value_that_is_the_earlier_one_is_no_conflict(base):
    base.csv("Source_id,City\nx,1\n")
    first = base.later(minutes=1).csv("Source_id,City\nx,2\n")
    base.later(minutes=1).csv("Source_id,City\nx,1\n")

    assert previewed(base, first).conflicts == ()
    base.undo(first)
    assert base.column("address_city") == ["1"]


def test_the_earlier_value_can_be_taken(base):
    base.csv("Source_id,City\nx,1\n")
    first = base.later(minutes=1).csv("Source_id,City\nx,2\n")
    base.later(minutes=1).csv("Source_id,City\nx,3\n")
    base.undo(first, previewed(base, first).conflicts)

    assert base.column("address_city") == ["1"]


def test_customers_whom_activity_created_disappear_with_it_unless_others_need_them(base):
    order = {"customer_source_id": "new", "status": "PAID", "amount": 5}
    first = base.json({"id": "o1", **order}, kind="orders")
    second = base.later(minutes=1).json({"id": "o2", **order}, kind="orders")
    base.undo(first)

    assert base.rows("source_id", "created_at") == [("new", second.at)]
    base.undo(second)
    assert base.rows("source_id") == []
    base.csv("Source_id\nnew\n")
    assert base.column("row") == [1]


def test_a_customer_whom_another_import_named_stays_though_the_order_has_moved_on(base):
    people = base.csv("Source_id,Name\nnew,Ann\n")
    order = {"id": "o1", "status": "PAID", "amount": 5}
    named = base.later(minutes=1).json({**order, "customer_source_id": "new"}, kind="orders")
    moved = base.later(minutes=1).json({"id": "o1", "customer_source_id": "b"}, kind="orders")
    base.undo(people)

    assert base.rows("source_id", "name", "created_at")[0] == ("new", None, named.at)
    base.undo(moved)
    assert base.rows("source_id") == [("new",)]
    assert value(base, "new", "summary.orders.total_count") == 1
    base.undo(named)
    assert base.rows("source_id") == []


def test_a_customer_goes_with_the_last_record_whoever_the_record_came_with(base):
    runs = [
        base.later(minutes=1).csv(
            f"Id,Customer_source_id,Status\no,{who},{status}\n", kind="orders"
        )
        for who, status in (("eve", "CREATED"), ("eve", "PAID"), ("bob", "PAID"))
    ]
    first, second, third = runs
    base.later(minutes=1).undo(first)
    base.later(minutes=1).undo(third)  # nobody says any more whose the order is: it stays bob's

    assert base.rows("source_id") == [("bob",)]
    base.later(minutes=1).undo(second)
    assert base.rows("source_id") == []


def test_an_import_is_undone_once(base):
    run = base.csv("Source_id\na\n")
    again = base.csv("Source_id\na\n")
    base.undo(run)

    with pytest.raises(ConflictError, match="is undone already"):
        base.undo(run)
    with pytest.raises(ConflictError, match="changed nothing"):
        base.undo(again)


def test_a_customer_that_an_undo_removes_leaves_with_that_cause(base):
    run = base.csv("Source_id,City\na,Rome\n")
    made = library.create(base.workbench, "Romans", ROME)
    base.undo(run)

    told = [(one.name, one.direction, one.cause) for one in entries(base.workbench, made)]
    assert told == [("a", "entered", "definition"), ("a", "left", "undo")]


@settings(
    phases=[Phase.generate],
    max_examples=examples(5, fuzzed=200),
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(files, max_size=2), st.lists(files, min_size=1, max_size=4), st.randoms())
def test_imports_undone_in_any_order_leave_the_start(before, history, chance):
    with TemporaryDirectory() as folder:
        base = Base.new(Path(folder) / "workspace")
        base.json(FIRST)
        for kind, rows in before:
            base.later(minutes=1).json(*rows, kind=kind)
        library.create(
            base.workbench, "scores", {"loyalty.points": {"conditions": {"$is": [1, 2]}}}
        )
        library.create(
            base.workbench, "buyers", {"summary.orders.total_count": {"conditions": {"$is": [0]}}}
        )
        start, members = without_names(records(base)), stored(base)
        runs = [base.later(minutes=1).json(*rows, kind=kind) for kind, rows in history]
        chance.shuffle(runs)
        for run in runs:
            if run.change is not None:
                base.later(minutes=1).undo(run)
                check(base)
                assert faults(base.workbench.store) == []

        assert start == without_names(records(base))
        assert members == stored(base)
        base.close()


def catalogue(base):
    """Every field that filters and settings know."""
    profile = base.workbench.profile()
    known = profile.catalogue
    return profile.snapshot.names, known.metadata, known.events, known.records


BRINGS = {
    "customers": "Source_id,size,tags\na,1,x\nb,2,y\n",
    "orders": "Customer_source_id,Status,Metadata.shop\na,PAID,north\n",
    "events": "Customer_source_id,Event,Created_at,metadata.page\na,seen,2026-01-01,home\n",
}


@pytest.mark.parametrize("kind", BRINGS)
def test_an_import_taken_back_leaves_no_field_that_was_not_there_before(base, kind):
    base.csv("Source_id,Name,size\na,Ann,1\n")
    before = catalogue(base)
    run = base.later(minutes=1).csv(BRINGS[kind], kind=kind)
    brought = set(catalogue(base)[0]) - set(before[0])
    told = previewed(base, run)
    done = base.later(minutes=1).undo(run)

    assert brought
    assert {".".join(name) for name in brought} == set(told.fields) == set(done.fields)
    assert catalogue(base) == before


def test_a_name_that_is_gone_takes_the_type_that_comes_next(base):
    base.undo(base.csv("Source_id,size\na,1\n"))
    base.csv("Source_id,size\na,large\n")

    assert base.who("metadata.size", "$is", "large") == ["a"]


def test_a_name_that_another_import_brought_as_well_goes_with_the_last_of_them(base):
    first = base.csv("Source_id,size\na,1\n")
    second = base.later(minutes=1).csv("Source_id,size\nb,2\n")

    assert base.later(minutes=1).undo(first).fields == ()
    assert base.who("metadata.size", "$is", 2) == ["b"]
    assert base.later(minutes=1).undo(second).fields == ("metadata.size",)


def test_a_name_settled_by_hand_stays(base):
    run = base.csv("Source_id,size\na,1\n")
    settle(base.workbench, "metadata", "size", "string", many=False)

    assert base.undo(run).fields == ()
    assert ("metadata", "size") in catalogue(base)[0]


ASKS = {
    "customers": ({"metadata.size": {"conditions": {"$is": [1]}}}, "metadata.tags"),
    "orders": (
        {
            "summary.orders.total_count": {
                "conditions": {"$more_than": [0]},
                "where": {"metadata.shop": {"conditions": {"$is": ["north"]}}},
            }
        },
        None,
    ),
    "events": ({"events.seen.count": {"conditions": {"$more_than": [0]}}}, "events.metadata.page"),
}


@pytest.mark.parametrize("edited", [False, True], ids=["its filter", "an earlier version of it"])
@pytest.mark.parametrize("kind", ASKS)
def test_a_name_that_a_segment_reads_stays_so_that_it_knows_who_was_in(base, kind, edited):
    asked, goes = ASKS[kind]
    run = base.csv(BRINGS[kind], kind=kind)
    made = library.create(base.workbench, "readers", asked)
    at = base.now
    assert base.answer(asked).count == 1
    if edited:
        library.edit(base.workbench, made.id, raw=ROME)

    assert base.later(minutes=1).undo(run).fields == ((goes,) if goes else ())
    assert len(entries(base.workbench, made)) == 2
    profile, clock = base.workbench.state(at)
    assert answer(profile, library.understood(base.workbench, asked), clock).count == 1


def test_a_filter_may_ask_for_a_name_that_is_gone(base):
    base.undo(base.csv("Source_id,size\na,1\nb,2\n"))
    base.csv("Source_id\na\n")

    assert base.who("metadata.size", "$is", 1) == []
    assert base.who("metadata.size", "$is_unknown") == ["a"]


# What takes a key from a record, and what gives it to another one since.
TAKEN = {
    "a deleted customer": (
        lambda bench: delete_customer(bench, "a"),
        lambda base: base.csv("Source_id,Name\na,Bea\n"),
        "another customer has the source_id `a`",
    ),
    "a deleted voucher": (
        lambda bench: delete_voucher(bench, "TEN"),
        lambda base: base.csv("Code,Voucher Type,Value\nTEN,GIFT_VOUCHER,500\n", kind="vouchers"),
        "another voucher has the id `TEN`",
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_nothing_comes_back_under_a_key_that_another_record_has_by_now(base, case):
    takes, gives, told = TAKEN[case]
    base.csv("Source_id,Name\na,Ann\n")
    base.csv("Code,Voucher Type,Value\nTEN,GIFT_VOUCHER,500\n", kind="vouchers")
    takes(base.workbench)
    taken = log(base.workbench).lines[0].number
    run = gives(base)
    with pytest.raises(ConflictError, match=re.escape(told)):
        preview(base.workbench, taken)
    with pytest.raises(ConflictError, match=re.escape(told)):
        undo(base.workbench, taken)
    assert base.workbench.faults() == []
    undo(base.workbench, number_of_import(base.workbench, run.id))
    undo(base.workbench, taken)

    assert base.rows("source_id", "name") == [("a", "Ann")]
    assert base.workbench.faults() == []

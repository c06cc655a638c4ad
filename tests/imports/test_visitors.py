"""Tracking ids in files: whom each means, and visitors who turn out to be customers."""

import pytest

from engine.imports.keyless import tracked
from engine.store.check import faults
from engine.workspace.tracking import tokens
from tests.bases import value
from tests.customers.conftest import People
from tests.customers.test_histories_law import state

HEADER = "Id,Customer_source_id,Tracking_id,Result\n"
COUNT = "summary.redemptions.total_redeemed"


@pytest.fixture
def people(base):
    return People(base)


def redeem(base, *rows):
    base.later(seconds=1)
    return base.csv(HEADER + "".join(f"{row},SUCCESS\n" for row in rows), kind="redemptions")


def owners(people):
    """Whose each redemption is: the source id, or the sign of a visitor."""
    profile = people.bench.profile()
    names = {
        row: "visitor" if anonymous else source
        for row, source, anonymous in profile.customers.select(
            "row", "source_id", "anonymous"
        ).iter_rows()
    }
    records = profile.activity.records("redemptions")
    return {one: names[row] for one, row in records.select("id", "customer_row").iter_rows()}


def test_a_tracking_id_that_comes_with_a_customer_merges_its_visitor(people):
    redeem(people.base, "r1,,t1", "r2,,t1", "r3,,t2")
    run = redeem(people.base, "r4,ann,t1")

    assert run.customers_created == 1
    assert owners(people) == {"r1": "ann", "r2": "ann", "r3": "visitor", "r4": "ann"}
    assert value(people.base, "ann", COUNT) == 3
    assert faults(people.bench.store) == []


def test_an_undo_of_the_import_unmerges(people):
    redeem(people.base, "r1,,t1", "r2,,t1")
    before = state(people.bench)
    run = redeem(people.base, "r3,ann,t1", "r2,,")
    people.base.later(seconds=1)
    people.base.undo(run)

    assert state(people.bench) == before


def test_an_undo_of_the_earlier_file_leaves_the_customer_the_later_one(people):
    first = redeem(people.base, "r1,,t1")
    redeem(people.base, "r2,ann,t1")
    people.base.later(seconds=1)
    people.base.undo(first)

    assert owners(people) == {"r2": "ann"}


def test_all_rows_of_a_tracking_id_are_those_of_its_customer(people):
    redeem(people.base, "r1,,t1", "r2,ann,t1", "r3,,t1")

    assert owners(people) == dict.fromkeys(("r1", "r2", "r3"), "ann")
    assert len(people.all()) == 1


def test_of_two_customers_with_one_tracking_id_the_first_is_meant(people):
    redeem(people.base, "r1,,t1")
    redeem(people.base, "r2,ann,t1", "r3,bob,t1")

    assert owners(people) == {"r1": "ann", "r2": "ann", "r3": "bob"}


def test_a_customer_who_is_named_keeps_a_row_with_the_trail_of_another(people):
    redeem(people.base, "r1,ann,t1")
    redeem(people.base, "r2,bob,t1")

    assert owners(people) == {"r1": "ann", "r2": "bob"}


def test_a_tracking_id_alone_means_the_customer_it_came_with(people):
    redeem(people.base, "r1,ann,t1")
    run = redeem(people.base, "r2,,t1")

    assert run.customers_created == 0
    assert owners(people) == {"r1": "ann", "r2": "ann"}


def test_rows_that_name_nobody_follow_the_merge(people):
    redeem(people.base, "r1,,t1", "r2,,t1")
    redeem(people.base, "r3,ann,t1", "r1,,")

    assert owners(people) == dict.fromkeys(("r1", "r2", "r3"), "ann")


def test_files_and_live_calls_mean_the_same_visitor(people):
    redeem(people.base, "r1,,t1")
    token = tokens(people.bench).of("t1")

    assert not people.event(tracking_id="t1").created
    assert not people.event(tracking_id=token).created
    redeem(people.base, f"r2,,{token}")
    ann = people.upsert("t1", source_id="ann")
    assert ann.merged == 1
    assert owners(people) == {"r1": "ann", "r2": "ann"}
    redeem(people.base, "r3,,t1")
    assert owners(people)["r3"] == "ann"


def test_a_visitor_of_an_earlier_program_is_joined_and_known_for_one(people):
    earlier = tracked(people.base.workbench.profile().ids.clear().extend_constant("t1", 1), "cust_")
    people.base.csv(f"Id,Created_at\n{earlier[0]},2026-01-01\n")
    redeem(people.base, "r1,,t1")

    assert people.base.column("id") == list(earlier)
    assert people.all() == [(tokens(people.bench).of("t1"), True)]
    redeem(people.base, "r2,ann,t1")
    assert owners(people) == {"r1": "ann", "r2": "ann"}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("customers", "Source_id,City\nann,Oslo\n"),
        ("orders", "Id,Customer_source_id,Status,Amount\no1,ann,PAID,5\n"),
    ],
)
def test_a_source_id_in_a_file_merges_the_visitor_of_its_token(people, kind, text):
    token = tokens(people.bench).of("ann")
    event = people.event(tracking_id=token, metadata={"n": 1})
    people.upsert(token, metadata={"seen": "home"}, address={"city": "Rome", "state": "Lazio"})
    before = state(people.bench)
    people.base.later(seconds=1)
    run = people.base.csv(text, kind=kind)

    assert people.all() == [("ann", None)]
    assert people.owners("events") == {event.id: people.base.column("id")[0]}
    customer = people.base.customer("ann")
    assert customer["metadata"] == {"seen": "home"}
    assert customer["address"] == {"city": "Oslo" if kind == "customers" else "Rome",
                                   "state": "Lazio"}  # fmt: skip
    people.base.later(seconds=1)
    people.base.undo(run)
    assert state(people.bench) == before


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("customers", "Source_id,City\nann,Oslo\n"),
        ("orders", "Id,Customer_source_id,Status,Amount\no1,ann,PAID,5\n"),
    ],
)
def test_a_source_id_in_a_file_is_the_customer_of_its_token_who_has_told_a_name(people, kind, text):
    event = people.event(tracking_id=tokens(people.bench).of("ann"), name="Ann")
    before = state(people.bench)
    people.base.later(seconds=1)
    run = people.base.csv(text, kind=kind)

    assert people.base.rows("source_id", "name", "anonymous") == [("ann", "Ann", None)]
    assert people.owners("events") == {event.id: people.base.column("id")[0]}
    assert faults(people.bench.store) == []
    people.base.later(seconds=1)
    people.base.undo(run)
    assert state(people.bench) == before


def test_an_email_names_the_customer_of_a_tracking_id(people):
    address = "ann" + "@" + "shop.pl"
    redeem(people.base, "r1,,t1")
    people.base.csv(
        f"Id,Customer email,Tracking_id,Result\nr2,{address},t1,SUCCESS\n", kind="redemptions"
    )

    assert owners(people) == {"r1": address, "r2": address}


def test_who_is_rejected_merges_nobody(people):
    redeem(people.base, "r1,,t1")
    text = "Id,Customer_id,Tracking_id,Result\nr2,cust_unknown,t1,SUCCESS\n"
    run = people.base.csv(text, kind="redemptions")

    assert run.rejected == 1
    assert owners(people) == {"r1": "visitor"}


def test_many_tracking_ids_come_to_the_same_as_few(people):
    rows = [f"r{place},,t{place % 300}" for place in range(600)]
    redeem(people.base, *rows)
    redeem(people.base, *(f"s{place},c{place},t{place}" for place in range(0, 300, 2)))

    found = owners(people)
    assert all(found[f"r{place}"] == f"c{place}" for place in range(0, 300, 2))
    assert all(found[f"r{place}"] == "visitor" for place in range(1, 300, 2))
    assert len(people.all()) == 300
    assert faults(people.bench.store) == []


def test_the_first_names_of_a_merged_profile_stay_in_files_of_customers(people):
    redeem(people.base, "r1,,t1")
    visitor = people.base.column("id")[0]
    redeem(people.base, "r2,ann,t1")
    run = people.base.csv(f"Id,Name\n{visitor},Ann\n")

    assert (run.created, run.updated) == (0, 1)
    assert people.base.rows("source_id", "name") == [("ann", "Ann")]

"""Two customers become one: no record is lost, both ids lead to the one, and undo takes it back."""

import pytest

from engine.changes.log import log
from engine.changes.undo import undo
from engine.customers.merging import merge, preview
from engine.customers.timeline import timeline
from engine.errors import NotFoundError, UsageError
from engine.segments import library
from engine.store.check import faults
from engine.store.results.moves import moves_of
from tests.bases import value
from tests.customers.test_histories_law import state
from tests.memberships.law import check

TOTAL = "summary.orders.total_amount"


@pytest.fixture
def twins(people):
    """Ann with a source id, and her profile without one; each with an order and an event."""
    ann = people.upsert(source_id="ann", name="Ann", phone="1", metadata={"a": 1})
    other = people.upsert(email="ann at home", name="Anna", metadata={"a": 2, "b": 3})
    people.base.csv(
        f"Customer_id,Id,Status,Amount\n{ann.id},o1,PAID,100\n{other.id},o2,PAID,250\n",
        kind="orders",
    )
    people.event(id=other.id)
    return people, ann.id, other.id


def test_whoever_has_a_source_id_stays_and_blanks_are_filled(twins):
    people, ann, other = twins
    told = merge(people.bench, other, ann)

    assert (told.stays, told.goes, told.records) == (ann, other, {"orders": 1, "events": 1})
    customer = people.base.customer("ann")
    assert (customer["name"], customer["phone"], customer["email"]) == ("Ann", "1", "ann at home")
    assert customer["metadata"] == {"a": 1, "b": 3}


def test_no_record_is_lost_and_summaries_follow(twins):
    people, ann, other = twins
    merge(people.bench, ann, other)

    assert {*people.owners("orders").values(), *people.owners("events").values()} == {ann}
    assert value(people.base, "ann", TOTAL) == 350
    assert value(people.base, "ann", "events.view.count") == 1
    assert faults(people.bench.store) == []


def test_a_choice_goes_before_the_rule(twins):
    people, ann, other = twins
    merge(people.bench, ann, other, {"name": "second", "metadata.a": "second", "email": "first"})

    customer = people.base.customer("ann")
    assert (customer["name"], customer["metadata"]["a"]) == ("Anna", 2)
    assert "email" not in customer  # hers was blank, and she was chosen


def test_the_source_id_may_be_chosen(people):
    people.upsert(source_id="ann", name="Ann")
    people.upsert(source_id="anna", name="Anna")
    merge(people.bench, "ann", "anna", {"source_id": "second"})

    assert people.base.column("source_id") == ["anna"]
    assert people.upsert(source_id="ann", phone="7").source_id == "anna"


def test_both_ids_lead_to_the_one_in_files_too(twins):
    people, ann, other = twins
    merge(people.bench, ann, other)
    people.base.csv(f"Customer_id,Id,Status,Amount\n{other},o3,PAID,50\n", kind="orders")

    assert people.owners("orders")["o3"] == ann
    assert people.upsert(id=other, phone="2").id == ann


def test_an_email_leads_to_the_one_whatever_its_case_in_files_too(people):
    first, *others = (name + "@" + "shop.pl" for name in ("Ann", "ann", "ANN", "aNN"))
    people.upsert(source_id="a")
    people.upsert(source_id=first)
    merge(people.bench, "a", first)
    stays = people.upsert(source_id=others[0], phone="7").id
    people.base.csv(f"Source_id,City\n{others[1]},Rome\n")
    people.base.csv(f"Customer_source_id,Id,Status\n{others[2]},o,PAID\n", kind="orders")

    assert people.base.rows("source_id", "phone", "address_city") == [("a", "7", "Rome")]
    assert people.owners("orders") == {"o": stays}


def test_an_undo_leaves_what_was_before(twins):
    people, ann, other = twins
    before = state(people.bench)
    people.base.later(seconds=1)
    merge(people.bench, ann, other, {"name": "second"})
    undo(people.bench, log(people.bench, most=1).lines[0].number)

    assert state(people.bench) == before
    assert people.upsert(id=other, phone="2").id == other


def test_whom_the_one_has_referred_the_other_has_referred(people):
    for source, referrer in (("ann", None), ("anna", None), ("bob", "anna"), ("ann2", "ann")):
        people.upsert(source_id=source, referrer=referrer)
    merge(people.bench, "ann", "anna")

    assert value(people.base, "ann", "loyalty.referred_customers") == 2


def test_members_move_because_of_the_merge_and_of_the_deletion(twins):
    people, ann, other = twins
    rich = library.create(people.bench, "Rich", {TOTAL: {"conditions": {"$more_than": [200]}}})
    people.base.later(seconds=1)
    merge(people.bench, ann, other)

    with people.bench.store.read() as connection:
        moves = moves_of(connection, rich.id)
    assert [(one.cause, len(one.entered), len(one.left)) for one in moves] == [
        ("definition", 1, 0),
        ("merge", 1, 0),
        ("deletion", 0, 1),
    ]
    check(people.base)


def test_the_timeline_tells_the_merge_and_what_came_with_it(twins):
    people, ann, other = twins
    merge(people.bench, ann, other)
    told = timeline(people.bench, people.bench.profile(), 0)

    merged = [one for one in told if one.kind == "merged"]
    assert [(one.what, one.because) for one in merged] == [(f"Merged with {other}", "merge")]
    assert merged[0].details == ("Name: Anna", "E-mail: ann at home")
    assert [one.kind for one in told].count("order") == 2


def test_a_preview_shows_both_side_by_side_and_writes_nothing(twins):
    people, ann, other = twins
    before = people.bench.profile().change
    told = preview(people.bench, ann, other, {"phone": "second"})

    shown = {one.path: (one.first, one.second, one.kept, one.differs) for one in told.fields}
    assert shown["name"] == ("Ann", "Anna", "first", True)
    assert shown["email"] == ("no value", "“ann at home”", "second", False)
    assert shown["phone"] == ("1", "no value", "second", False)
    assert shown["metadata.a"] == ("1", "2", "first", True)
    assert (told.change, people.bench.profile().change) == (None, before)


def test_one_customer_by_two_names_is_not_merged(twins):
    people, ann, _ = twins
    with pytest.raises(UsageError, match="expected two customers, got one by two names"):
        merge(people.bench, ann, "ann")
    with pytest.raises(NotFoundError):
        merge(people.bench, "ann", "nobody")


def test_choices_that_are_none_are_told_at_once(twins):
    people, ann, other = twins
    with pytest.raises(UsageError) as raised:
        merge(people.bench, ann, other, {"nme": "first", "phone": "mine", "created_at": "first"})

    assert [issue.path for issue in raised.value.issues] == [
        "$.keep.nme", "$.keep.phone", "$.keep.created_at"
    ]  # fmt: skip


def test_a_visitor_does_not_take_the_place_of_a_customer(people):
    people.upsert(email="ann at home")
    visitor = people.event(tracking_id="t1").customer_id

    with pytest.raises(UsageError, match="is a visitor without a name"):
        merge(people.bench, "ann at home", visitor, {"source_id": "second"})
    merge(people.bench, visitor, "ann at home")
    assert people.all() == [(None, None)]


def test_merges_follow_each_other_and_are_undone_in_any_order(people):
    for source in ("a", "b", "c"):
        people.upsert(source_id=source)
        people.event(source_id=source)
    start = state(people.bench)
    people.base.later(seconds=1)
    merge(people.bench, "b", "a")
    merge(people.bench, "c", "b")

    assert people.upsert(source_id="a").source_id == "c"
    second, first = (line.number for line in log(people.bench, most=2).lines)
    undo(people.bench, first)
    assert people.base.column("source_id") == ["a", "c"]
    undo(people.bench, second)
    assert state(people.bench) == start

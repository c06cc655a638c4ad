"""Any event of anybody is recorded, and becomes fields of filters."""

import pytest

from engine.changes.log import log
from engine.changes.undo import undo
from engine.errors import UsageError
from tests.bases import value


def test_an_event_creates_its_customer_and_names_fields(people):
    told = people.event("cart abandoned", metadata={"items": 2}, source_id="ann", name="Ann")

    assert (told.created, told.customer_source_id) == (True, "ann")
    assert value(people.base, "ann", "events.cart abandoned.count") == 1
    where = {"metadata.items": {"conditions": {"$is": [2]}}}
    asked = {"conditions": {"$is": [1]}, "where": where}
    assert people.base.answer({"events.cart abandoned.count": asked}).count == 1


def test_each_event_is_one_more(people):
    for _ in range(3):
        people.event(source_id="ann")

    assert value(people.base, "ann", "events.view.count") == 3


def test_events_of_a_visitor_become_those_of_the_customer(people):
    first = people.event(tracking_id="t1")
    told = people.event(tracking_id="t1", source_id="ann")

    assert told.created
    assert people.owners("events") == dict.fromkeys((first.id, told.id), told.customer_id)
    assert value(people.base, "ann", "events.view.count") == 2


def test_an_undo_takes_the_customer_and_the_names_too(people):
    before = people.bench.profile().snapshot.names
    people.event("seen", metadata={"n": 1}, source_id="ann")
    undo(people.bench, log(people.bench, most=1).lines[0].number)

    assert people.bench.profile().snapshot.names == before
    assert people.all() == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 301, "two\nlines"])
def test_a_name_has_1_to_300_characters_on_one_line(people, name):
    with pytest.raises(UsageError, match="1 to 300 characters on one line"):
        people.event(name, source_id="ann")


def test_a_name_of_300_characters_is_one(people):
    people.event("x" * 300, source_id="ann")

    assert value(people.base, "ann", f"events.{'x' * 300}.count") == 1


def test_all_faults_are_told_at_once(people):
    with pytest.raises(UsageError) as raised:
        people.event("", metadata=[1])

    assert [issue.path for issue in raised.value.issues] == ["$.event", "$.metadata", "$.customer"]

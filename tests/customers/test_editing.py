"""Customers are created and edited by hand; what changes is told before and after."""

import pytest

from engine.changes.log import log
from engine.changes.undo import undo
from engine.customers.editing import create, edit
from engine.customers.field_texts import written_document
from engine.errors import ConflictError, NotFoundError, UsageError


def moves(told):
    return [str(one) for one in told.differences]


def test_a_customer_is_created_with_what_is_given(people):
    told = create(people.bench, {"source_id": "ann", "name": "Ann", "metadata": {"tier": "gold"}})

    assert told.created
    assert [move for move in moves(told) if "Created at" not in move] == [
        "Source ID: no value → ann",
        "Name: no value → Ann",
        "metadata.tier: no value → gold",
    ]
    assert log(people.bench, most=1).lines[0].cause == "edit"


def test_whom_there_is_already_is_not_created(people):
    people.upsert(source_id="ann")

    with pytest.raises(ConflictError, match="there is a customer `ann` already"):
        create(people.bench, {"source_id": "ann", "name": "Ann"})
    with pytest.raises(UsageError, match="a new customer is given an id"):
        create(people.bench, {"id": "cust_1", "name": "Ann"})
    with pytest.raises(UsageError, match="at least one field"):
        create(people.bench, {"name": None})


def test_an_edit_changes_what_is_given_and_clears_what_is_null(people):
    ann = people.upsert(source_id="ann", name="Ann", phone="1", metadata={"a": 1, "b": 2})
    told = edit(people.bench, "ann", {"name": "Anna", "phone": None, "metadata": {"a": None}})

    assert moves(told) == [
        "Name: Ann → Anna", "Phone: 1 → no value", "metadata.a: 1 → no value"
    ]  # fmt: skip
    assert (told.id, told.created) == (ann.id, False)
    assert people.base.customer("ann")["metadata"] == {"b": 2}


def test_an_edit_to_the_same_changes_nothing(people):
    people.upsert(source_id="ann", name="Ann", birthdate="1980-01-31", metadata={"a": [1, 2]})
    before = len(log(people.bench).lines)
    same = {"name": "Ann", "birthdate": "1980-01-31", "phone": None, "metadata": {"a": [1, 2]}}
    told = edit(people.bench, "ann", same)

    assert (told.change, told.differences) == (None, ())
    assert len(log(people.bench).lines) == before


def test_an_edit_is_undone_with_the_names_that_it_brought(people):
    people.upsert(source_id="ann", name="Ann")
    before = people.base.customer("ann"), dict(people.bench.profile().snapshot.names)
    people.base.later(seconds=1)
    edit(people.bench, "ann", {"name": "Anna", "metadata": {"tier": "gold"}})
    told = undo(people.bench, log(people.bench, most=1).lines[0].number)

    after = people.base.customer("ann"), dict(people.bench.profile().snapshot.names)
    assert after == before
    assert told.fields == ("metadata.tier",)


def test_nobody_is_edited_under_an_unknown_name(people):
    with pytest.raises(NotFoundError, match="no customer has the id or source id `ann`"):
        edit(people.bench, "ann", {"name": "Ann"})


def test_a_source_id_is_given_once(people):
    nameless = people.upsert(email="ann at home")
    people.upsert(source_id="bob")

    assert edit(people.bench, nameless.id, {"source_id": "ann"}).source_id == "ann"
    with pytest.raises(ConflictError, match="a source id never changes: expected `ann`"):
        edit(people.bench, "ann", {"source_id": "anna"})
    with pytest.raises(ConflictError, match="belongs to"):
        edit(people.bench, "ann", {"source_id": "bob"})


def test_texts_are_read_by_the_type_of_their_field(people):
    tags = {"tags": ["a", "b"], "points": 5, "vip": True, "size": {"shoe": 5, "hat": 7}}
    people.upsert(source_id="ann", metadata=tags)
    profile = people.bench.profile()
    texts = {
        "city": "Rome",
        "loyalty.points": "7",
        "birthdate": "1980-01-31",
        "metadata.tags": "c; d",
        "metadata.points": "2.5",
        "metadata.vip": "false",
        "metadata.size.shoe": "6",
        "metadata.new": "12",
        "metadata.word": "twelve",
    }

    assert written_document(profile, texts, ["phone", "metadata.size.hat"], 0) == {
        "address.city": "Rome",
        "loyalty.points": 7,
        "birthdate": "1980-01-31",
        "phone": None,
        "metadata": {
            "tags": ["c", "d"],
            "points": 2.5,
            "vip": False,
            "size": {"shoe": 6, "hat": None},
            "new": 12,
            "word": "twelve",
        },
    }


def test_what_lasts_cannot_be_emptied(people):
    people.upsert(source_id="ann", name="Ann")
    before = people.base.customer("ann")
    told = edit(people.bench, "ann", {"created_at": None, "source_id": None})

    assert (told.change, people.base.customer("ann")) == (None, before)
    with pytest.raises(UsageError) as raised:
        written_document(people.bench.profile(), {}, ["created_at", "source_id"], 0)
    assert [issue.path for issue in raised.value.issues] == ["created_at", "source_id"]


def test_texts_that_do_not_fit_are_told_at_once(people):
    people.upsert(source_id="ann", metadata={"points": 5})
    texts = {
        "metadata.points": "many",
        "birthdate": "1980-02-30",
        "loyalty.points": "2.5",
        "adress.city": "Rome",
        "summary.orders.total_count": "1",
        "updated_at": "2020-01-01",
    }

    with pytest.raises(UsageError) as raised:
        written_document(people.bench.profile(), texts)
    assert [issue.path for issue in raised.value.issues] == list(texts)
    assert raised.value.issues[3].suggestion == "address.city"

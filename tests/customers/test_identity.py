"""Who is meant: an id before a source id before a tracking id, raw or as a token."""

import pytest

from engine.customers.merging import merge
from engine.errors import AmbiguousTrackingIdError, NotFoundError, UsageError
from engine.workspace.tracking import tokens

EMAIL = "ann" + "@" + "shop.pl"


def test_an_id_goes_before_a_source_id(people):
    ann = people.upsert(source_id="ann", name="Ann")
    people.upsert(source_id="bob", name="Bob")

    told = people.upsert(id=ann.id, source_id="bob", name="Anna")

    assert (told.id, told.source_id) == (ann.id, "ann")
    assert people.base.column("name") == ["Anna", "Bob"]


def test_an_unknown_id_is_nobody(people):
    with pytest.raises(NotFoundError, match="no customer has the id `cust_x`"):
        people.upsert(id="cust_x", name="Ann")


def test_a_source_id_goes_before_a_tracking_id(people):
    people.upsert("t1")
    told = people.upsert("t1", source_id="ann")

    assert (told.source_id, told.merged) == ("ann", 1)
    assert people.all() == [("ann", None)]


def test_a_tracking_id_and_its_token_are_the_same_visitor(people):
    token = tokens(people.bench).of("t1")
    first = people.upsert("t1")

    assert people.upsert(token).id == first.id
    assert people.upsert(source_id=token).id == first.id
    assert people.all() == [(token, True)]


def test_a_source_id_and_its_token_are_the_same_customer(people):
    ann = people.upsert(source_id=EMAIL, name="Ann")
    token = tokens(people.bench).of(EMAIL)

    assert people.upsert(token, phone="1").id == ann.id
    assert people.upsert(EMAIL.upper(), phone="1").id == ann.id
    assert people.upsert(token, source_id=EMAIL).id == ann.id


def test_a_token_of_a_customer_who_comes_later_is_that_customers(people):
    token = tokens(people.bench).of("ann")
    visitor = people.event(tracking_id=token)
    ann = people.upsert(source_id="ann")

    assert ann.merged == 1
    assert people.all() == [("ann", None)]
    assert people.owners("events") == {visitor.id: ann.id}


def test_a_token_leads_to_the_customer_it_came_with(people):
    ann = people.upsert("t1", source_id="ann")

    assert people.upsert("t1", phone="1").id == ann.id
    assert people.all() == [("ann", None)]


def test_the_tracking_id_of_another_customer_is_ambiguous(people):
    people.upsert("t1", source_id="ann")
    bob = people.upsert(source_id="bob")

    for document in ({"source_id": "bob"}, {"source_id": "eve"}, {"id": bob.id}):
        with pytest.raises(AmbiguousTrackingIdError) as raised:
            people.upsert("t1", **document)
        assert raised.value.key == "ambiguous_tracking_id"
        assert "belongs to `ann`" in raised.value.message


@pytest.mark.parametrize("told", [{}, {"email": EMAIL}, {"name": "Ann", "phone": "1"}])
@pytest.mark.parametrize("trail", ["t1", "ann"])
@pytest.mark.parametrize("known", [False, True])
def test_a_token_and_a_source_id_are_one_customer(people, known, trail, told):
    """Whatever the visitor has told before: until then nobody knew them by a key."""
    if known:
        people.upsert(source_id="ann", description="known")
    token = tokens(people.bench).of(trail)
    view = people.event(tracking_id=token, **told)
    ann = people.upsert(token, source_id="ann")

    assert people.owners("events") == {view.id: ann.id}
    assert people.all() == [("ann", None)]
    assert told.items() <= people.base.customer("ann").items()
    assert people.upsert(token, phone="2").id == ann.id
    with pytest.raises(AmbiguousTrackingIdError, match="belongs to `ann`"):
        people.upsert(token, source_id="eve")


def test_a_source_id_is_the_customer_of_its_token_who_has_told_a_name(people):
    people.upsert(tokens(people.bench).of("ann"), email=EMAIL)
    ann = people.upsert(source_id="ann", phone="1")

    assert people.base.rows("source_id", "email", "phone") == [("ann", EMAIL, "1")]
    assert ann.merged == 1


def test_a_token_that_somebody_has_by_a_merge_is_theirs(people):
    """Whom a visitor was merged into by hand goes by a token alone, too."""
    visitor = people.upsert(tokens(people.bench).of("ann"))
    known = people.upsert("t1", email=EMAIL)
    merge(people.bench, visitor.id, known.id)
    people.upsert(source_id="ann", phone="1")

    assert people.base.rows("source_id", "email", "phone") == [("ann", EMAIL, "1")]


def test_a_token_that_led_to_another_customer_brings_nobody_in(people):
    eve = people.upsert(tokens(people.bench).of("ann"), source_id="eve")
    ann = people.upsert(source_id="ann")

    assert ann.id != eve.id
    assert ann.merged == 0


def test_two_without_a_key_are_not_merged_by_a_token(people):
    """Neither is known for the other: both have told an e-mail."""
    ann = people.upsert(email=EMAIL)
    people.upsert("t1", name="Bob")

    with pytest.raises(AmbiguousTrackingIdError):
        people.upsert("t1", id=ann.id)
    assert people.upsert("t1", id=ann.id, source_id="ann").merged == 1


def test_two_visitors_at_once_are_ambiguous(people):
    first, second = (tokens(people.bench).of(one) for one in ("t1", "t2"))

    with pytest.raises(AmbiguousTrackingIdError):
        people.upsert(first, source_id=second)


def test_source_ids_that_are_emails_are_the_same_without_case(people):
    ann = people.upsert(source_id=EMAIL.title())

    assert people.upsert(source_id=EMAIL).id == ann.id
    assert people.base.column("source_id") == [EMAIL.title()]


@pytest.mark.parametrize("value", ["", "  ", 7, ["ann"]])
def test_what_is_no_text_names_nobody(people, value):
    with pytest.raises(UsageError, match="the customer cannot be found"):
        people.upsert(source_id=value)


def test_many_look_ups_find_the_same_as_few(people):
    """Behind the first few an index is asked, which follows what is written."""
    made = [people.upsert(source_id=f"one {place}", name="x").id for place in range(30)]
    again = [people.upsert(source_id=f"one {place}", name="y").id for place in range(30)]

    assert made == again
    people.base.csv("Source_id,Name\none 3,z\nnew,z\n")
    assert people.upsert(source_id="one 3", phone="1").id == made[3]
    assert not people.upsert(source_id="new", phone="1").created


def test_both_ids_of_a_merged_profile_lead_to_the_one(people):
    visitor = people.upsert("t1")
    ann = people.upsert("t1", source_id="ann")

    assert people.upsert(id=visitor.id, phone="1").id == ann.id
    assert people.upsert(source_id=str(visitor.source_id)).id == ann.id

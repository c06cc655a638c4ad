"""Customers by hand: created, edited with the changes shown, merged by choice, given events."""

import pytest

from engine.customers.editing import upsert
from engine.customers.events import record_event
from tests.pages.conftest import button, drawn, opened, words


def clicked(at, label):
    return drawn(button(at, label).click().run())


def key(base, source_id="w-1"):
    return base.customer(source_id)["id"]


def test_an_edit_shows_each_change_before_it_is_saved_and_the_undo_takes_it_back(seeded):
    at = clicked(opened("customers", customer="w-1"), "Edit")
    at.text_input(key=f"field-{key(seeded)}-email").set_value("new@example.com")
    at.number_input(key=f"field-{key(seeded)}-loyalty.points").set_value(750.0)
    at.date_input(key=f"field-{key(seeded)}-birthdate").set_value(None)
    at.selectbox(key=f"field-{key(seeded)}-metadata.vip").set_value("false")
    at.multiselect(key=f"field-{key(seeded)}-metadata.brands").set_value(["Armani", "Ecco; Geox"])
    at = drawn(at.run())
    said = words(at).replace("*", "")
    assert "zaz@example.com → new@example.com" in said
    assert "700 → 750" in said
    assert "1990-02-28 → no value" in said
    assert seeded.customer("w-1")["email"] == "zaz@example.com"

    at = clicked(at, "Save")
    found = seeded.customer("w-1")
    assert "Saved 5 changes." in words(at)
    assert ("new@example.com", 750, None) == (
        found["email"], found["loyalty"]["points"], found.get("birthdate")
    )  # fmt: skip
    assert {"vip": False, "brands": ["Armani", "Ecco; Geox"], "size": 38} == found["metadata"]

    clicked(at, "Undo")
    assert seeded.customer("w-1")["email"] == "zaz@example.com"


def test_a_field_that_nobody_has_is_added(seeded):
    at = opened("customers", customer="w-4", do="edit")
    at.multiselect(key=f"added-{key(seeded, 'w-4')}").set_value(["size", "tier"])
    at = drawn(at.run())
    at.number_input(key=f"field-{key(seeded, 'w-4')}-metadata.size").set_value(41.0)
    at.text_input(key=f"field-{key(seeded, 'w-4')}-metadata.tier").set_value("gold")
    clicked(drawn(at.run()), "Save")

    assert {"size": 41, "tier": "gold"}.items() <= seeded.customer("w-4")["metadata"].items()


def test_a_customer_is_created_once(seeded):
    for told in ("Created.", "There is a customer"):
        at = clicked(opened("customers"), "Create a customer")
        at.text_input(key="field-new-customer-name").set_value("Nina")
        at.text_input(key="field-new-customer-source_id").set_value("n-1")
        at = clicked(drawn(at.run()), "Create customer")
        assert told in words(at)

    assert "Nina" == seeded.customer("n-1")["name"]
    assert 5 == seeded.workbench.profile().total


def test_two_customers_are_merged_by_choice(seeded):
    seeded.csv("Source_id,Name,Email\nx-1,Ann B. Lee,ANN@example.com\n")
    at = clicked(opened("customers"), "Possible duplicates")
    assert "1 group with 2 customers" in words(at).replace("*", "")
    at = clicked(at, "Compare and merge")
    said = words(at).replace("*", "")
    assert "Ann B. Lee" in said
    assert "Ann Lee · ann@example.com · w-4 stays" in said
    assert {"vip", "yes"} < set(said.splitlines())  # as on the profile: no path, and no `true`
    assert "metadata." not in said

    first, second = key(seeded, "w-4"), key(seeded, "x-1")
    at.segmented_control(key=f"keep-{first}-{second}-name").set_value("second")
    at = clicked(drawn(at.run()), "Merge")

    assert "Merged: one customer now." in words(at)
    merged = seeded.customer("x-1")
    assert (first, "Ann B. Lee", "ann@example.com") == (
        merged["id"], merged["name"], merged["email"]
    )  # fmt: skip
    assert "Merged" in " ".join(timeline("w-4")["What"])


def timeline(customer):
    return opened("customers", customer=customer, part="Timeline").dataframe[0].value


def test_an_event_is_recorded_with_what_belongs_to_it(seeded):
    record_event(seeded.workbench, "visited_shop", {"source_id": "w-3"})
    at = clicked(opened("customers", customer="w-2"), "Record an event")
    assert at.title[0].value.startswith("Record an event · ")
    form = f"event-{key(seeded, 'w-2')}"
    at.selectbox(key=f"{form}-name").set_value("visited_shop")
    at.text_input(key=f"{form}-Detail-0").set_value("minutes")
    at.text_input(key=f"{form}-Value-0").set_value("12")
    at = clicked(drawn(at.run()), "Record event")

    assert "Recorded `visited_shop`." in words(at)
    assert "minutes: 12" in " ".join(timeline("w-2")["Details"])
    assert ["w-2", "w-3"] == seeded.who("events.visited_shop.count", "$more_than", 0)


def test_visitors_are_shown_on_request(seeded):
    upsert(seeded.workbench, {}, "a-visitor")
    at = opened("customers")
    assert "4 of 4 customers" in words(at).replace("*", "")

    at = drawn(at.toggle(key="visitors").set_value(True).run())
    assert "5 of 5 customers" in words(at).replace("*", "")


@pytest.mark.usefixtures("seeded")
def test_without_a_visitor_there_is_no_switch():
    assert [] == list(opened("customers").toggle)


@pytest.mark.usefixtures("seeded")
def test_nobody_twice_says_so():
    assert "Nobody shares" in words(opened("customers", do="duplicates"))


@pytest.mark.usefixtures("seeded")
def test_what_is_no_e_mail_is_marked_before_it_is_saved():
    at = opened("customers", customer="w-4", do="edit")
    key = next(one.key for one in at.text_input if one.key and one.key.endswith("-email"))
    assert "This is no e-mail" not in words(at)
    at.text_input(key=key).set_value("not an email")
    assert "This is no e-mail such as ann@example.com." in words(drawn(at.run()))

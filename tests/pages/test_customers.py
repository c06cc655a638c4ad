"""The customers page: searched, sorted, filtered and turned; one customer with every reason."""

import pytest

from engine import library, samples
from tests.pages.conftest import drawn, opened, words

BERLIN = {"junction": "and", "address.city": {"conditions": {"$is": ["Berlin"]}}}
NAME = "<b>*x*_ $a$ :material/x:"


def found(at):
    """The source ids in the table."""
    return list(at.dataframe[0].value["source_id"])


@pytest.mark.usefixtures("seeded")
def test_the_newest_customers_come_first():
    at = opened("customers")

    assert ["w-4", "w-3", "w-2", "w-1"] == found(at)
    assert "4 of 4 customers" in words(at).replace("*", "")


@pytest.mark.usefixtures("seeded")
def test_a_search_looks_into_names_and_keys_in_any_case():
    at = opened("customers")
    for text, ids in {"ANN": ["w-4"], "太郎": ["w-2"], "w-3": ["w-3"], "$a$": ["w-3"]}.items():
        assert ids == found(drawn(at.text_input(key="search").set_value(text).run()))

    drawn(at.text_input(key="search").set_value("nobody").run())
    assert [] == found(at)
    assert "Nobody fits" in words(at)


@pytest.mark.usefixtures("seeded")
def test_a_search_in_the_address_is_done():
    assert ["w-4"] == found(opened("customers", search="ann"))


@pytest.mark.usefixtures("seeded")
def test_a_column_sorts_and_missing_values_come_last():
    at = opened("customers").selectbox(key="sort").set_value("-loyalty.points").run()
    assert ["w-4", "w-3", "w-1", "w-2"] == found(at)


def test_a_segment_filters(seeded):
    made = library.create(seeded.workbench, "In Berlin", BERLIN)
    at = opened("customers").selectbox(key="segment").set_value(made.id).run()

    assert ["w-4", "w-3", "w-2"] == found(drawn(at))


def many(base, number):
    base.csv("Source_id,Name\n" + "".join(f"{place:03},P{place:03}\n" for place in range(number)))


def test_pages_turn_and_a_search_begins_at_its_first(empty):
    many(empty, 120)
    at = opened("customers").selectbox(key="sort").set_value("name").run()
    at.session_state["page"] = 3
    assert 20 == len(found(drawn(at.run())))
    assert "100" == found(at)[0]

    at.text_input(key="search").set_value("P0").run()
    assert 1 == at.session_state["page"]
    assert "000" == found(drawn(at))[0]


def test_a_page_beyond_the_last_shows_the_last(empty):
    many(empty, 120)
    at = opened("customers").selectbox(key="sort").set_value("name").run()
    at.session_state["page"] = 3
    at.run()
    samples.clear(empty.workbench)
    many(empty, 60)
    drawn(at.run())

    assert (
        found(at)
        == [f"{place:03}" for place in range(60)][50 * (at.session_state["page"] - 1) :][:50]
    )


def test_one_customer_shows_every_value_and_each_reason(seeded):
    library.create(seeded.workbench, "In Berlin", BERLIN)
    outside = {"junction": "or", "address.city": {"conditions": {"$is": ["Rome"]}}, "$not": True}
    library.create(seeded.workbench, NAME, {"junction": "and", "$groups": [outside, BERLIN]})
    library.create_static(seeded.workbench, "Picked", ["w-1"])
    at = opened("customers", customer="w-3")
    said = words(at)

    assert NAME == at.title[0].value.replace("\\", "")
    assert "**" not in at.title[0].value.replace("\\*", "")
    assert "layla@example.eg" in said
    assert "whose city is Berlin · has Berlin" in said
    assert "none of" in said
    assert "A fixed list: somebody put its members in." in said
    assert {"In Berlin": True, NAME: True, "Picked": False} == {
        each.label.replace("\\", "").partition("] ")[2]: "[in]" in each.label
        for each in at.expander
    }


@pytest.mark.usefixtures("seeded")
def test_a_row_opens_its_customer_and_the_way_back_keeps_the_search():
    at = opened("customers").text_input(key="search").set_value("example").run()
    at.session_state["customers"] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    drawn(at.run())
    assert NAME == at.title[0].value.replace("\\", "")

    drawn(at.button(key="back").click().run())
    assert "example" == at.text_input(key="search").value
    assert ["w-4", "w-3", "w-2", "w-1"] == found(at)


@pytest.mark.usefixtures("seeded")
def test_a_customer_is_opened_by_an_e_mail():
    assert "Ann Lee" in words(opened("customers", customer="ann@example.com"))


def test_a_value_of_another_type_is_shown_as_it_came(seeded):
    seeded.csv("Source_id,size\nw-1,wide\n")

    assert "wide" in words(opened("customers", customer="w-1"))

"""The customers page: searched, sorted, filtered and turned; one customer with every reason."""

import pytest

from engine.segments import library
from tests.pages.conftest import button, drawn, opened, words

BERLIN = {"junction": "and", "address.city": {"conditions": {"$is": ["Berlin"]}}}
NAME = "<b>*x*_ $a$ :material/x:"


@pytest.mark.usefixtures("seeded")
def test_the_page_says_how_many_a_search_in_the_address_leaves():
    said = [words(opened("customers", **asked)) for asked in ({}, {"search": "ann"})]

    assert [
        "4 of 4 customers" in said[0].replace("*", ""),
        "1 of 4 customers" in said[1].replace("*", ""),
    ] == [True, True]


def test_one_customer_shows_every_value_and_each_reason(seeded):
    library.create(seeded.workbench, "In Berlin", BERLIN)
    outside = {"junction": "or", "address.city": {"conditions": {"$is": ["Rome"]}}, "$not": True}
    library.create(seeded.workbench, NAME, {"junction": "and", "$groups": [outside, BERLIN]})
    library.create_static(seeded.workbench, "Picked", ["w-1"])
    at = opened("customers", customer="w-3")
    for segment in library.saved(seeded.workbench):
        at.session_state[f"why-{segment.id}"] = True  # each line of the list is opened
    said = words(drawn(at.run()))

    assert NAME == at.title[0].value.replace("\\", "")
    assert "**" not in at.title[0].value.replace("\\*", "")
    assert "layla@example.eg" in said
    assert "series" not in said  # a list is shown as a list
    assert "in Berlin · has Berlin" in said
    assert "none of" in said
    assert "A fixed list: somebody put its members in." in said
    assert {"In Berlin": True, NAME: True, "Picked": False} == {
        each.label.replace("\\", "").partition("] ")[2]: "[in]" in each.label
        for each in at.expander
    }


@pytest.mark.usefixtures("seeded")
def test_a_customer_is_opened_by_an_e_mail():
    assert "Ann Lee" in words(opened("customers", customer="ann@example.com"))


def test_a_value_of_another_type_is_shown_as_it_came(seeded):
    seeded.csv("Source_id,size\nw-1,wide\n")

    assert "wide" in words(opened("customers", customer="w-1"))


@pytest.mark.usefixtures("seeded")
def test_what_a_search_leaves_is_taken_to_the_exports():
    at = opened("customers", search="ann@")
    drawn(button(at, "Export all 1").click().run())
    at.switch_page("pages/exports.py")
    at = drawn(at.run())

    assert at.selectbox(key="who").options[0] == "As in the grid of customers"
    assert "1 customers" in words(at).replace("*", "")

"""The customers page: searched, sorted, filtered and turned; one customer with every reason."""

import pytest

from engine.segments import library
from tests.pages.conftest import button, drawn, opened, words

BERLIN = {"junction": "and", "address.city": {"conditions": {"$is": ["Berlin"]}}}
NAME = "<b>*x*_ $a$ :material/x:"


@pytest.mark.parametrize(
    ("asked", "left"),
    [({}, 4), ({"search": "ann"}, 1), ({"of": "Picked"}, 2), ({"of": "no such segment"}, 4)],
)
def test_the_page_says_how_many_the_address_leaves(seeded, asked, left):
    library.create_static(seeded.workbench, "Picked", ["w-1", "w-2"])

    at = opened("customers", **asked)

    assert f"{left} of 4 customers" in words(at).replace("*", "")
    assert ("No segment is called" in words(at)) is (asked.get("of") == "no such segment")


@pytest.mark.usefixtures("seeded")
def test_a_search_that_finds_nobody_is_cleared():
    at = opened("customers", search="nobody at all")
    assert "0 of 4 customers" in words(at).replace("*", "")
    drawn(button(at, "Clear search and filters").click().run())
    assert "4 of 4 customers" in words(at).replace("*", "")
    assert "Clear search and filters" not in [each.label for each in at.button]


def test_a_view_brings_back_all_that_narrows_the_list(seeded):
    made = library.create_static(seeded.workbench, "Picked", ["w-1", "w-4"])
    at = opened("customers", search="ann", of="Picked")
    at.text_input(key="view-name").set_value("Ann")
    drawn(button(at, "Save this view").click().run())
    at.text_input(key="search").set_value("").run()
    drawn(at.selectbox(key="of").set_value(None).run())
    assert "4 of 4 customers" in words(at).replace("*", "")

    drawn(at.button(key="view-Ann").click().run())
    assert ("ann", made.id) == (at.text_input(key="search").value, at.selectbox(key="of").value)
    assert "1 of 4 customers" in words(at).replace("*", "")

    library.delete(seeded.workbench, made.id)
    at = opened("customers")
    drawn(at.button(key="view-Ann").click().run())
    assert "The segment of this view no longer exists" in words(at)


def test_one_customer_shows_every_value_and_each_reason(seeded):
    library.create(seeded.workbench, "In Berlin", BERLIN)
    outside = {"junction": "or", "address.city": {"conditions": {"$is": ["Rome"]}}, "$not": True}
    library.create(seeded.workbench, NAME, {"junction": "and", "$groups": [outside, BERLIN]})
    library.create_static(seeded.workbench, "Picked", ["w-1"])
    library.create(seeded.workbench, "Old", {"created_at": {"conditions": {"$more_than": [30]}}})
    at = opened("customers", customer="w-3")
    profile = words(at)
    at = opened("customers", customer="w-3", part="Segments")
    for segment in library.saved(seeded.workbench):
        at.session_state[f"why-{segment.id}"] = True  # each line of the list is opened
    said = words(drawn(at.run()))

    assert NAME == at.title[0].value.replace("\\", "")
    assert "**" not in at.title[0].value.replace("\\*", "")
    assert "layla@example.eg" in profile
    assert "series" not in profile  # a list is shown as a list
    assert "2020-02-01, 00:00 UTC" in profile
    assert "in Berlin · has Berlin" in said
    assert "created more than 30 days ago · has 2020-02-01, 00:00 UTC" in said
    assert "none of" in said
    assert "A fixed list: somebody put its members in." in said
    assert {"In Berlin": True, NAME: True, "Old": True, "Picked": False} == {
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
    assert "1 customer ·" in words(at).replace("*", "")


def test_the_segments_of_a_customer_are_searched_and_paged(seeded):
    for number in range(24):
        library.create_static(
            seeded.workbench, f"List {number}", ["w-1"] if number % 2 else ["w-2"]
        )
    at = opened("customers", customer="w-1", part="Segments")
    assert "In 12 of 24 segments" in words(at).replace("*", "")
    assert 10 == len(at.expander)

    at.segmented_control(key="customer-segments-side").set_value("Out")
    drawn(at.run())
    assert all("[out]" in each.label for each in at.expander)
    at.text_input(key="customer-segments-search").set_value("LIST 23")
    at.segmented_control(key="customer-segments-side").set_value("All")
    drawn(at.run())
    assert [("List 23", True)] == [
        (each.label.partition("] ")[2], "[in]" in each.label) for each in at.expander
    ]
    at.text_input(key="customer-segments-search").set_value("nothing like it")
    assert "No segment fits" in words(drawn(at.run()))


def test_the_timeline_says_because_of_what_in_the_words_of_the_log(seeded):
    library.create(seeded.workbench, "In Berlin", BERLIN)
    at = opened("customers", customer="w-2", part="Timeline")
    rows = at.dataframe[0].value.to_dict("records")

    assert {
        "What": "Entered In Berlin",
        "Because of": "Segment defined",
        "More": "",
    }.items() <= (next(row for row in rows if row["What"].startswith("Entered")).items())
    assert "- **Entered In Berlin**  \n  :small[:gray[Segment defined · " in words(at)

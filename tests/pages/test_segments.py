"""The segments page: segments saved, opened, edited, renamed, deleted."""

import pytest

from engine.segments import library
from tests.pages.builder import Builder
from tests.pages.conftest import button, drawn, errors, opened, words
from tests.pages.test_customers import BERLIN, NAME


@pytest.mark.parametrize("kind", ["auto-update", "static"])
def test_a_segment_is_saved_and_opened(seeded, kind):
    made = Builder(seeded).value("multiselect", 1, ["Berlin"]).save(NAME, kind)
    saved = library.find(seeded.workbench, NAME)

    assert kind == saved.type
    assert saved.id == made.at.query_params["segment"]
    assert NAME in words(made.at)
    seeded.later(days=36_500).csv("Source_id,City\nw-1,Berlin\n")  # the page has our clock
    assert {"auto-update": 4, "static": 3}[kind] == library.members(seeded.workbench, saved).count
    assert {"auto-update": "4", "static": "3"}[kind] == opened("segments").metric[0].value


@pytest.mark.parametrize("name", ["In Berlin", "  "])
def test_a_name_that_cannot_be_used_says_why(seeded, name):
    library.create(seeded.workbench, "In Berlin", BERLIN)
    at = Builder(seeded).value("multiselect", 1, ["Berlin"]).save(name).at

    assert errors(at)
    assert ["In Berlin"] == [row.name for row in library.saved(seeded.workbench)]


@pytest.fixture
def saved(seeded):
    """A saved segment."""
    return library.create(seeded.workbench, "In Berlin", BERLIN)


def test_a_saved_segment_is_opened_edited_and_saved(seeded, saved):
    at = opened("segments")
    assert "Customers in Berlin" in words(at)
    drawn(at.button(key=f"open-{saved.id}").click().run())
    assert "In Berlin" == at.title[0].value

    made = Builder(seeded, saved.id)
    assert button(made.at, "Save changes").disabled
    made.value("multiselect", 1, ["Warsaw"])
    drawn(button(made.at, "Save changes").click().run())
    now = library.find(seeded.workbench, saved.id)
    assert (2, ["Warsaw"]) == (now.version, now.filter["address.city"]["conditions"]["$is"])
    assert button(made.at, "Save changes").disabled


def test_a_segment_is_renamed_unless_the_name_is_taken(seeded, saved):
    library.create(seeded.workbench, "Other", BERLIN)
    at = opened("segments", segment=saved.id)
    at.text_input(key=f"name-{saved.id}").set_value("Other")
    drawn(button(at, "Rename").click().run())
    assert "the name `Other` is taken" in errors(at)[0]

    at.text_input(key=f"name-{saved.id}").set_value(NAME)
    drawn(button(at, "Rename").click().run())
    assert NAME == library.find(seeded.workbench, saved.id).name
    assert NAME in words(at)


def test_a_segment_is_deleted_after_a_second_look(seeded, saved):
    at = opened("segments", segment=saved.id)
    assert button(at, "Delete").disabled
    at.checkbox(key=f"sure-{saved.id}").set_value(True).run()
    drawn(button(at, "Delete").click().run())

    assert [] == library.saved(seeded.workbench)
    assert "No segments yet" in words(at)


def test_a_segment_that_another_tab_deleted_is_no_exception(seeded, saved):
    for label in ("Rename", "Save changes"):
        made = Builder(seeded, saved.id).value("multiselect", 1, ["Warsaw"])
        library.delete(seeded.workbench, saved.id)
        drawn(button(made.at, label).click().run())
        assert "no segment has the id" in errors(made.at)[0]
        saved = library.create(seeded.workbench, "In Berlin", BERLIN)

"""The segments page: segments saved, opened, edited, renamed, deleted."""

from datetime import timedelta

import pytest

from engine.exports.order import Order
from engine.exports.run import export_records
from engine.segments import library, tags
from tests.pages.builder import Builder
from tests.pages.conftest import SEEDED, button, drawn, errors, opened, words
from tests.pages.test_customers import BERLIN, NAME

ROME = {"address.city": {"conditions": {"$is": ["Rome"]}}}


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
    assert "Customers in Berlin" in words(opened("segments"))
    at = opened("segments", segment=saved.id)
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
    assert "The name `Other` is taken" in errors(at)[0]

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
        assert "No segment has the id" in errors(made.at)[0]
        saved = library.create(seeded.workbench, "In Berlin", BERLIN)


def named(at):
    """The names on the cards of the gallery, from the top down."""
    return [link.proto.label.strip("*") for link in at.get("page_link") if "**" in link.proto.label]


def test_the_gallery_is_searched_by_name_and_tag_and_ordered(seeded):
    bench = seeded.workbench
    for name, city in (("Berliners", "Berlin"), ("Warsaw", "Warsaw"), ("Nobody", "Rome")):
        raw = {"junction": "and", "address.city": {"conditions": {"$is": [city]}}}
        library.create(bench, name, raw)
        seeded.later(days=1)
    tags.tag(bench, "Warsaw", ["east"])
    tags.tag(bench, "Nobody", ["south"])
    seeded.later(days=1).csv("Source_id,City\nw-1,Rome\nw-9,Rome\n")
    at = opened("segments")
    assert ["Nobody", "Warsaw", "Berliners"] == named(at)
    assert "east" in words(at)

    for order, expected in (
        ("Name", ["Berliners", "Nobody", "Warsaw"]),
        ("Largest", ["Berliners", "Nobody", "Warsaw"]),
    ):
        at.selectbox(key="segments-order").set_value(order)
        assert expected == named(drawn(at.run()))
    for order in ("Most changed", "Last evaluated"):
        at.selectbox(key="segments-order").set_value(order)
        assert 3 == len(named(drawn(at.run())))
    at.multiselect(key="segments-tags").set_value(["east"])
    assert ["Warsaw"] == named(drawn(at.run()))
    at.text_input(key="segments-search").set_value("berl")
    assert "clear the search and the tags" in words(drawn(at.run()))


def test_a_segment_is_tagged_on_its_page(seeded, saved):
    at = opened("segments", segment=saved.id)
    at.multiselect(key=f"tags-{saved.id}").set_value(["spring"])
    assert "blue-badge[spring]" in "".join(each.value for each in drawn(at.run()).markdown)
    assert ("spring",) == library.find(seeded.workbench, saved.id).tags

    at.multiselect(key=f"tags-{saved.id}").set_value(["x" * 50])
    assert "at most 40 characters" in errors(drawn(at.run()))[0]


PARTS = ("Builder", "Members", "History", "Compare", "Exports")


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_a_segment_shows_its_size(seeded, saved, part):
    library.create_static(seeded.workbench, "Picked", ["w-1"])
    at = opened("segments", segment=saved.id, part=part)

    assert [] == errors(at)
    assert "3" == at.metric[0].value
    assert ("3 entered" in words(at)) is False  # its first members did not enter
    assert "0 in the last 30 days: 0 entered, 0 left" in words(at)


def test_what_moved_between_segments_is_told_by_their_names(seeded, saved):
    reads = {"segments": {"conditions": {"$is": [saved.id]}}}
    reader = library.create(seeded.workbench, "Readers", reads)
    seeded.later(minutes=1).csv("Source_id,City\nw-1,Berlin\n")
    at = opened("segments", segment=reader.id, part="History")

    moved = at.dataframe[0].value["What moved"].to_list()
    assert any(line.endswith("no value → In Berlin") for line in moved)
    assert saved.id not in "".join(moved)


@pytest.mark.parametrize("part", PARTS[1:])
def test_every_part_of_a_fixed_list_shows_its_size(seeded, part):
    made = library.create_static(seeded.workbench, "Picked", ["w-1"])
    at = opened("segments", segment=made.id, part=part)

    assert [] == errors(at)
    assert "1" == at.metric[0].value
    assert "entered" not in words(at)
    assert "As of" not in [each.label for each in at.date_input]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("static", "A static segment changes by hand alone"),
        ("passive", "A passive segment does not keep who enters and leaves."),
        ("auto-update", "Nobody has entered or left yet."),
    ],
)
def test_where_nobody_moved_the_history_says_why(seeded, kind, said):
    made = library.create(seeded.workbench, "Nobody", ROME, kind)
    assert said in words(opened("segments", segment=made.id, part="History"))


def test_the_size_of_an_edited_draft_is_told_from_that_of_the_segment(seeded, saved):
    made = Builder(seeded, saved.id).value("multiselect", 1, ["Warsaw"])
    assert ("1", True) == (made.number, "customers in this draft" in words(made.at))

    made.at.query_params["part"] = "Members"
    drawn(made.at.run())
    assert ("3", True) == (made.number, "customers in this segment" in words(made.at))


def test_the_size_is_told_as_of_another_day(saved):
    at = opened("segments", segment=saved.id)
    at.date_input(key="as-of").set_value(SEEDED.date() - timedelta(days=1))
    said = words(drawn(at.run())).replace("*", "")

    assert "0 of 0 customers" in said
    assert "at the end of 2020-05-03" in said


def test_the_exports_of_a_segment_are_listed(seeded, saved):
    bench = seeded.workbench
    assert "Nobody has exported this segment yet." in words(
        opened("segments", segment=saved.id, part="Exports")
    )
    export_records(bench, Order(segment=saved.id, fields=("name",)))
    export_records(bench, Order(fields=("name",)))
    said = words(opened("segments", segment=saved.id, part="Exports")).replace("*", "")

    assert 1 == said.count("3 customers of In Berlin")
    assert "4 customers" not in said


def test_the_exports_of_a_segment_are_listed_a_page_at_a_time(seeded, saved):
    for number in range(21):
        export_records(seeded.later(seconds=number).workbench, Order(segment=saved.id))
    at = opened("segments", segment=saved.id, part="Exports")
    first = words(at).count("customers of In Berlin")
    at.session_state[f"exports-of-{saved.id}"] = 2

    assert (20, 1) == (first, words(drawn(at.run())).count("customers of In Berlin"))

"""The overview: the way to begin, the sample, and the base in numbers."""

import pytest

from engine.samples import sample_shop
from engine.segments import library
from tests.pages.conftest import button, drawn, opened, words
from tests.pages.test_customers import BERLIN, NAME

NOTICE = "This is a sample shop."


def metrics(at):
    return {metric.label: metric.value for metric in at.metric}


@pytest.mark.usefixtures("empty")
def test_an_empty_base_offers_both_ways_to_begin():
    at = opened("overview")

    assert {"Import a CSV", "Load the sample data"} <= {each.label for each in at.button}
    assert {} == metrics(at)


@pytest.mark.usefixtures("empty")
def test_one_click_loads_the_sample_and_one_clears_it():
    at = drawn(button(opened("overview"), "Load the sample data").click().run())
    assert NOTICE in words(at)
    assert "2,000" == metrics(at)["Customers"]

    drawn(button(at, "Clear it and start empty").click().run())
    assert NOTICE not in words(at)
    assert {} == metrics(at)
    assert "Begin here" in words(at)


@pytest.mark.usefixtures("empty")
def test_the_way_to_import_leads_to_the_imports():
    at = drawn(button(opened("overview"), "Import a CSV").click().run())

    assert "Imports" == at.title[0].value


@pytest.mark.usefixtures("seeded")
def test_own_data_are_no_sample():
    assert NOTICE not in words(opened("overview"))


def test_own_data_beside_the_sample_are_no_sample(seeded):
    sample_shop.load(seeded.workbench)

    assert NOTICE not in words(opened("overview"))


def test_the_base_is_counted_exactly(seeded):
    library.create(seeded.workbench, NAME, BERLIN)
    at = opened("overview")

    assert {"Customers": "4", "Orders": "0", "Revenue, EUR": "0.00", "Redemptions": "0"} == metrics(
        at
    )
    assert "data of" in words(at)
    assert "Latest entries and exits" in words(at)


def test_segments_are_shown_by_size(seeded):
    library.create(seeded.workbench, NAME, BERLIN)
    rome = {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}
    library.create(seeded.workbench, "In Rome", rome)
    shown = [element.proto.text.replace("\\", "") for element in opened("overview").get("progress")]

    assert [f"{NAME} · 3 · 75.0%", "In Rome · 0 · 0.0%"] == shown

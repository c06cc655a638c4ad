"""The overview: the way to begin, the sample, and the base in numbers."""

from datetime import UTC, datetime, timedelta
from shutil import copytree
from urllib.parse import parse_qs

import pytest
from streamlit.proto.Metric_pb2 import Metric as MetricProto

from engine.exports.about import download_name
from engine.exports.order import Order
from engine.exports.run import export_records
from engine.filters.drafts.address import unpacked
from engine.filters.drafts.completeness import finished
from engine.filters.expression import to_json
from engine.segments import library
from pages._components.overview.figures import share
from tests.bases import Base
from tests.pages.conftest import button, drawn, literal, opened, seed, words
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
    assert 1_980 < int(metrics(at)["Customers"].replace(",", "")) <= 2_000  # by the day of the week

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


def test_own_data_beside_the_sample_are_no_sample(sample_of_today, workspace):
    base = Base(copytree(sample_of_today, workspace), datetime.now(UTC))
    assert NOTICE in words(opened("overview"))

    seed(base)
    base.close()
    assert NOTICE not in words(opened("overview"))


def test_the_base_is_counted_exactly(seeded):
    library.create(seeded.workbench, NAME, BERLIN)
    at = opened("overview")

    assert metrics(at) == {
        "Customers": "4",
        "Orders": "0",
        "Revenue": "0.00 EUR",
        "Successful redemptions": "0",
    }
    assert "data of" in words(at)
    assert "Latest entries and exits" in words(at)


def test_segments_are_shown_by_size(seeded):
    library.create(seeded.workbench, NAME, BERLIN)
    rome = {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}
    library.create(seeded.workbench, "In Rome", rome)
    shown = [element.proto.text.replace("\\", "") for element in opened("overview").get("progress")]

    assert ["3 customers · 75.0% · new", "0 customers · 0.0% · ±0"] == shown
    assert "Began with 3 customers" in words(opened("overview"))
    seeded.later(minutes=1).csv("Source_id,City\nw-2,Rome\nw-3,Rome\n")
    said = opened("overview")
    shown = [element.proto.text.replace("\\", "") for element in said.get("progress")]
    assert ["2 customers · 50.0% · +2", "1 customer · 25.0% · −2"] == shown
    assert "With the change since the last import, 2020-05-04" in words(said)
    assert "2 left · customers.csv" in words(said)


@pytest.mark.parametrize(
    ("recent", "before", "told"), [(1, 25, "-96%"), (3, 2, "+50%"), (2, 2, "as before"),
                                   (2, 0, "none before")]
)  # fmt: skip
def test_a_fall_begins_with_its_sign_which_its_colour_follows(recent, before, told):
    assert share(recent - before, before) == told


def test_a_fall_is_not_shown_as_a_rise(seeded):
    now = datetime.now(UTC)
    days = [now - timedelta(days=each) for each in (3, *range(31, 56))]
    rows = (f"Order-{place},w-1,PAID,100,{at.isoformat()}\n" for place, at in enumerate(days))
    seeded.csv("Id,Customer_source_id,Status,Amount,Created_at\n" + "".join(rows), kind="orders")
    [orders] = [each for each in opened("overview").metric if each.label == "Orders"]

    assert (orders.delta, orders.proto.color) == ("-96%", MetricProto.MetricColor.RED)


def test_each_number_leads_to_its_people(seeded):
    seeded.csv("Id,Customer_source_id,Status,Amount\no,w-1,PAID,100\n", kind="orders")
    links = {link.proto.label: link.proto for link in opened("overview").get("page_link")}

    assert {"All customers", "Who ordered", "Who spent", "Who redeemed"} <= links.keys()
    asked = parse_qs(links["Who ordered"].query_string)
    catalogue = seeded.workbench.profile().catalogue
    found = finished(unpacked(asked["draft"][0], catalogue), catalogue, seeded.workbench.zone)
    assert seeded.answer(to_json(found.group)).count == 1


@pytest.mark.usefixtures("seeded")
def test_the_tour_has_five_steps_until_it_is_dismissed_and_the_settings_bring_it_back(seeded):
    at = opened("overview")
    labels = [link.proto.label for link in at.get("page_link")]
    assert [label[0] for label in labels if " · " in label] == ["1", "2", "3", "4", "5"]
    library.create(seeded.workbench, "In Berlin", BERLIN)
    steps = {
        link.proto.label[:1]: link.proto.query_string
        for link in opened("overview").get("page_link")
    }
    assert ("part=Segments" in steps["2"], "part=History" in steps["3"]) == (True, True)

    at = drawn(button(at, "Dismiss").click().run())
    assert "A tour in five steps" not in words(at)
    assert not seeded.workbench.project.tour

    seeded.later(days=9_999).workbench.configure(tour=True)
    assert "A tour in five steps" in words(opened("overview"))


def test_days_and_amounts_are_written_as_the_settings_say(seeded):
    seeded.workbench.configure(date_format="02.11.2026", money_format="1.000,00 EUR")
    at = opened("overview")

    assert metrics(at)["Revenue"] == "0,00 EUR"
    assert "04.05.2020, 09:30 UTC" in words(at)


def test_the_latest_exports_are_called_as_their_files_are_when_taken_away(seeded):
    run = export_records(seeded.workbench, Order())
    links = opened("overview").get("page_link")

    assert download_name(run, seeded.workbench.zone) in {literal(link.label) for link in links}

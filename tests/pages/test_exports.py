"""The exports page, and the route that its download links lead to."""

import csv
import json
from codecs import BOM_UTF8

import pytest

from engine.cli.people import names
from engine.exports.draws import Holdout, Sample
from engine.exports.layout import READABLE
from engine.exports.order import Order, extract
from engine.exports.replay import order_of
from engine.exports.run import export_records, log
from engine.segments import library
from engine.workspace.views import of_exports, views
from tests.pages.asgi import get
from tests.pages.conftest import button, drawn, errors, finish_jobs, opened, words
from tests.pages.test_customers import BERLIN


def exported(at):
    """The page after its export."""
    at = button(at, "Export to CSV").click().run()
    finish_jobs()
    return drawn(at.run())


def fetched(base, run_id):
    return get(base, f"/api/exports/{run_id}")


def rows(answer, delimiter=","):
    return list(
        csv.DictReader(answer.content.decode("utf-8-sig").splitlines(), delimiter=delimiter)
    )


def links(at):
    return [element.proto.url for element in at.get("link_button")]


def test_everybody_with_every_stored_column_is_the_default(seeded):
    at = exported(opened("exports"))
    run = log(seeded.workbench)[0]
    answer = fetched(seeded, run.id)

    assert "4 customers" in words(at).replace("*", "")
    assert f"/api/exports/{run.id}" in links(at)
    assert f"Customers%20{run.at:%Y-%m-%d}.csv" in answer.headers["content-disposition"]
    assert ["w-1", "w-2", "w-3", "w-4"] == [row["Source ID"] for row in rows(answer)]
    assert "Armani;Vicini" == rows(answer)[0]["brands"]


def test_a_segment_its_columns_order_and_delimiter_are_chosen(seeded):
    made = library.create(seeded.workbench, "In Berlin", BERLIN)
    at = opened("exports", segment=made.id)
    assert made.id == at.selectbox(key="who").value

    at.multiselect(key="columns").set_value(["name", "loyalty.points"])
    at.selectbox(key="order-customers").set_value("loyalty.points")
    drawn(at.selectbox(key="delimiter-.").set_value(";").run())
    assert ["100", "900", "1200"] == list(at.dataframe[0].value["Loyalty points"])

    exported(at)
    answer = fetched(seeded, log(seeded.workbench)[0].id)
    assert ["Name", "Loyalty points"] == list(rows(answer, ";")[0])
    assert ["100", "900", "1200"] == [row["Loyalty points"] for row in rows(answer, ";")]
    assert answer.content.startswith(BOM_UTF8)  # by which Excel knows it
    assert "In Berlin" in words(at)


def test_a_file_for_readers_has_the_decimal_mark_of_the_project(seeded):
    """With a comma in numbers Excel divides cells by semicolons, and by nothing else."""
    seeded.workbench.configure(money_format="1.000,00 EUR")
    at = opened("exports")
    chosen = [at.selectbox(key=key).value for key in (f"decimal-{READABLE}", "delimiter-,")]

    assert [",", ";"] == chosen


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("limit", -1, "Expected a limit of at least 0, got -1"),
        ("sample", 0, "Expected a sample of at least 1, got 0"),
        ("holdout", 100.0, "Expected a holdout of more than 0 and less than 100 percent, got 100"),
    ],
)
def test_a_number_that_cannot_be_is_told_and_nothing_is_exported(seeded, key, value, told):
    at = opened("exports")
    at.multiselect(key="columns").set_value(["name"]).run()
    drawn(at.number_input(key=key).set_value(value).run())
    assert told in errors(at)[0].replace("`", "")
    assert not [one for one in at.button if one.label.startswith("Export to")]

    drawn(at.number_input(key=key).set_value(None).run())
    assert ["name"] == at.multiselect(key="columns").value
    assert not log(seeded.workbench)


def test_what_was_typed_last_is_in_the_file(seeded):
    at = opened("exports")
    at.number_input(key="limit").set_value(2)
    exported(at)
    assert log(seeded.workbench)[0].rows == 2


def test_the_preview_shows_the_guard_and_the_file_has_it(empty):
    empty.csv("Source_id,Name\na,=1+1\n")
    at = opened("exports")
    assert ["'=1+1"] == list(at.dataframe[0].value["Name"])

    at.toggle(key="guard").set_value(False).run()
    assert ["=1+1"] == list(at.dataframe[0].value["Name"])
    exported(at)
    assert "=1+1" == rows(fetched(empty, log(empty.workbench)[0].id))[0]["Name"]


@pytest.mark.usefixtures("seeded")
def test_no_column_is_no_export():
    at = drawn(opened("exports").multiselect(key="columns").set_value([]).run())

    assert button(at, "Export to CSV").disabled
    assert "Pick at least one column." in words(at)


@pytest.mark.usefixtures("seeded")
def test_a_list_is_no_order():
    assert "metadata.brands" not in opened("exports").selectbox(key="order-customers").options


def test_nobody_goes_out_where_the_segment_is_gone_by_the_click(seeded):
    made = library.create(seeded.workbench, "In Berlin", BERLIN)
    at = opened("exports", segment=made.id)
    library.delete(seeded.workbench, made.id)
    drawn(button(at, "Export to CSV").click().run())

    assert "No segment has the id" in errors(at)[0]
    assert not log(seeded.workbench)


def test_the_log_keeps_the_exports_of_a_segment_that_is_gone(seeded):
    made = library.create(seeded.workbench, "In Berlin", BERLIN)
    exported(opened("exports", segment=made.id))
    library.delete(seeded.workbench, made.id)

    assert "3 customers of In Berlin" in words(opened("exports")).replace("*", "")


def test_an_export_by_the_name_of_a_segment_stands_on_its_page(seeded):
    made = library.create(seeded.workbench, "In Berlin", BERLIN)
    run = export_records(seeded.workbench, Order("In Berlin", ("id",)))
    assert made.id == run.parameters["segment"]

    said = words(opened("segments", segment=made.id, part="Exports"))
    assert "3 customers of In Berlin" in said.replace("*", "")


def test_the_route_knows_no_other_file(seeded):
    for name in ("unknown", "..%2F..%2Fworkbench.db", "workbench.db"):
        assert 404 == fetched(seeded, name).status_code


def test_the_server_says_that_it_serves(seeded):
    assert {"status": "ok"} == json.loads(get(seeded, "/healthz").text)


def test_every_kind_of_record_goes_out(seeded):
    seeded.csv("Id,Customer_source_id,Amount\no1,w-1,100\n", kind="orders")
    at = opened("exports", what="orders")
    assert ["o1"] == list(at.dataframe[0].value["ID"])

    exported(at)
    run = log(seeded.workbench)[0]
    assert ("orders", 1) == (run.what, run.rows)
    assert {"ID": "o1", "Amount (EUR)": "1.00"}.items() <= rows(fetched(seeded, run.id))[0].items()


def test_a_preset_keeps_columns_in_their_order_until_it_is_deleted(seeded):
    at = drawn(opened("exports").multiselect(key="columns").set_value(["name", "id"]).run())
    at.text_input(key="preset-name").set_value("Short")
    drawn(button(at, "Save these columns").click().run())
    assert ["Short"] == list(views(seeded.workbench, of_exports("customers")))

    at = drawn(opened("exports").button(key="preset-Short").click().run())
    assert ["Name", "ID"] == list(at.dataframe[0].value)
    drawn(at.button(key="delete-preset-Short").click().run())
    assert {} == views(seeded.workbench, of_exports("customers"))


def test_a_preset_without_a_name_is_refused(seeded):
    at = drawn(button(opened("exports"), "Save these columns").click().run())

    assert "Expected a name" in errors(at)[0]
    assert {} == views(seeded.workbench, of_exports("customers"))


def test_a_replay_says_identical_or_shows_what_moved(seeded):
    exported(opened("exports"))
    run = log(seeded.workbench)[0]

    def replayed():
        at = opened("exports").button(key=f"replay-{run.id}").click().run()
        finish_jobs()
        return drawn(at.run())

    assert "Identical: 4 customers" in words(replayed())
    seeded.csv("Source_id,Name\nw-9,New\n")
    at = replayed()
    assert "Different: 4 rows on " in words(at)
    assert ", 5 rows today." in words(at)
    assert "+ cust_" in at.code[0].value


@pytest.fixture
def known(seeded):
    """Customers of whom some are held out and some are not, whatever the ids of the others."""
    seeded.csv("Id,Source_id\n" + "".join(f"cust_{row},x-{row}\n" for row in range(1, 5)))
    return seeded


def test_a_holdout_and_a_sample_are_drawn_shown_and_told(known):
    at = opened("exports")
    at.number_input(key="holdout").set_value(50.0)
    at.text_input(key="holdout-name").set_value("autumn")
    at = drawn(at.number_input(key="sample").set_value(1).run())
    order = Order(holdout=Holdout(50, "autumn"), sample=Sample(1))
    held = extract(known.workbench, order).held_out
    assert 1 == len(at.dataframe[0].value)
    assert f"1 customer · {held} held out" in words(at).replace("*", "")
    assert "Holdout and sample · 50% held out · 1 at random" in [each.label for each in at.expander]

    exported(at)
    run = log(known.workbench)[0]
    assert (1, held) == (run.rows, run.held_out)
    assert order.holdout == order_of(run).holdout
    assert f", {held} customers held out" in words(opened("exports")).replace("*", "")


def test_the_held_out_go_out_instead_or_become_a_segment(known):
    at = opened("exports")
    at = drawn(at.number_input(key="holdout").set_value(50.0).run())
    others = list(at.dataframe[0].value["Source ID"])
    at = drawn(at.button(key="segment-held-out").click().run())
    made = library.find(known.workbench, "Held out: control")
    held = names(library.members(known.workbench, made))
    assert sorted(known.column("source_id")) == sorted(others + held)

    at = drawn(at.toggle(key="instead").set_value(True).run())
    assert held == list(at.dataframe[0].value["Source ID"])
    at = drawn(at.button(key="segment-held-out").click().run())
    assert "Held out: control" in errors(at)[0]


def test_nobody_owns_a_voucher_that_could_be_held_out(seeded):
    seeded.csv("Code\nc1\n", kind="vouchers")
    at = opened("exports", what="vouchers")
    at = drawn(at.number_input(key="holdout").set_value(50.0).run())

    assert "Vouchers belong to no customer" in errors(at)[0]


def test_the_log_is_shown_a_page_at_a_time(seeded):
    runs = [export_records(seeded.later(seconds=n).workbench, Order()) for n in range(11)][::-1]
    at = opened("exports")
    first = links(at)
    at.session_state["exports-page"] = 2

    assert [f"/api/exports/{run.id}" for run in runs[:10]] == first
    assert [f"/api/exports/{runs[10].id}"] == links(drawn(at.run()))


def test_a_link_opens_one_export_with_its_receipt(seeded):
    run = export_records(seeded.workbench, Order(fields=("name", "email")))
    other = export_records(seeded.workbench, Order())
    at = opened("exports", export=run.id)

    assert [f"/api/exports/{run.id}"] == links(at)
    assert "Columns: name, email" in words(at)
    assert other.id not in words(at)
    at.button(key=f"replay-{run.id}").click().run()
    finish_jobs()
    assert any("Identical" in each.value for each in drawn(at.run()).success)
    at.button(key="back").click().run()
    assert 2 == len(links(drawn(at)))


@pytest.mark.usefixtures("seeded")
def test_a_link_to_an_export_that_there_is_not_says_so_and_leads_back():
    at = opened("exports", export="nothing")
    assert ["No export has the id `nothing`: look it up in the list of exports"] == errors(at)

    at.button(key="back").click().run()
    assert at.multiselect(key="columns")

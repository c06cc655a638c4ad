"""The imports page before the import: where columns go, what the check says, and fixes in place."""

import pytest

from engine.changes.undo import number_of_import, undo
from engine.imports import history
from engine.segments import library
from pages._components.shell.session import acting
from tests.pages.conftest import (
    CUSTOMERS,
    button,
    drawn,
    errors,
    finish_jobs,
    literal,
    opened,
    words,
)
from tests.pages.import_page import (
    FILE,
    NOTHING,
    checked,
    chosen,
    committed,
    labels,
    metrics,
    options,
    placed,
    select,
    tables,
)


def test_the_check_says_what_would_happen_and_the_import_does_it(seeded):
    library.create(seeded.workbench, "Romans", {"address.city": {"conditions": {"$is": ["Rome"]}}})
    before = seeded.workbench.profile()
    at = checked(chosen("Source_id,City\nnew,Rome\n,Rome\n,Oslo\n"))

    assert {**NOTHING, "Created": "1", "Rejected rows": "2"} == metrics(at)
    assert "2 rows · expected an Id or a Source_id, got neither" in words(at).replace("*", "")
    assert "Rows 2, 3" in words(at)
    assert "0 → 1" in words(at)
    assert before is seeded.workbench.profile()
    at = committed(at)
    assert "1" == metrics(at)["Created"]


def test_a_check_of_another_reading_is_not_shown(seeded):
    at = checked(chosen("Source_id,City\nw-1,\n"))
    assert metrics(at)["Unchanged"] == "1"
    [replace] = [each for each in at.toggle if each.label == "Replace what is there"]
    at = checked(replace.set_value(True).run())

    assert metrics(at)["Updated"] == "1"
    assert seeded.workbench.profile().change == 1


@pytest.mark.usefixtures("seeded")
def test_the_check_shows_each_field_and_a_chosen_one_before_and_after():
    at = checked(chosen("Source_id,City,Name\nw-3,Bonn,\nw-4,Bonn,Zoe\nw-3,,Yan\n"))
    fields, examples, repeated = tables(at, -4, -3, -2)
    assert fields == [("Name", 2, 0, 0), ("City", 2, 0, 0)]
    assert [record for record, _ in examples] == ["w-3", "w-4"]
    assert repeated == [("w-3", "1, 3", "3", "City: row 1")]

    key = f"fields-{at.session_state['checked'].run.id}"
    at.session_state[key] = {"selection": {"rows": [1], "columns": [], "cells": []}}
    [examples] = tables(drawn(at.run()), -3)
    assert [(record, after) for record, _, after in examples] == [("w-3", "Bonn"), ("w-4", "Bonn")]


@pytest.mark.usefixtures("empty")
def test_each_column_has_a_line_with_its_sample_its_type_and_its_field():
    long = "a sentence that goes on for as long as a sample may be"
    at = checked(chosen(f"Source_id,Plan,Note\na,40,{long}\nb,41.5,x\n"))

    assert ("source_id", "metadata.Plan") == (placed(at, "Source_id"), placed(at, "Plan"))
    assert {"40 · 41.5", f"{long} · x"} <= set(words(at).splitlines())
    assert {"Text", "Number", "With a decimal point"} <= set(words(at).splitlines())
    shown = select(at, "Source_id goes to").options
    assert {"Source ID (needed)", "ID (needed)", "Name", "Do not import"} <= set(shown)
    assert "Metadata as “Plan”" in select(at, "Plan goes to").options


def test_only_what_differs_from_the_proposal_goes_into_the_mapping(empty):
    at = chosen("Source_id,Name,Size\na,Ann,40\n")
    at = drawn(select(at, "Name goes to").set_value("").run())
    at = drawn(select(at, "Name goes to").set_value("name").run())
    at = options(drawn(select(at, "Size goes to").set_value("loyalty.points").run()), "Size")
    committed(drawn(select(at, "Where there is a value").set_value("fill").run()))

    [run] = history.receipts(empty.workbench)
    assert run.mapping == {"columns": {"Size": {"field": "loyalty.points", "write": "fill"}}}


def test_a_column_that_is_not_imported_is_named(empty):
    at = chosen("Source_id,Name,Size\na,Ann,40\n")
    at = checked(select(at, "Size goes to").set_value("").run())
    assert "1 column is not imported: `Size`" in words(at)

    committed(at)
    assert "metadata" not in empty.customer("a")


def test_metadata_gets_another_name_and_values_another_meaning(empty):
    at = options(chosen("Source_id,Size\na,klein\nb,?\nc,9\n"), "Size")
    [name] = [each for each in at.text_input if each.label == "Name of the metadata"]
    at = drawn(name.set_value("shoe size").run())
    [means] = [each for each in at.text_area if each.label == "Values that mean something else"]
    at = drawn(means.set_value("klein = 36\n? =\n").run())
    committed(at)

    [run] = history.receipts(empty.workbench)
    said = {"field": "metadata.shoe size", "values": {"klein": "36", "?": None}}
    assert run.mapping == {"columns": {"Size": said}}


@pytest.mark.usefixtures("empty")
def test_a_wide_file_shows_what_is_recognised_and_finds_the_rest():
    header = ["Source_id", "Name", *(f"c{place}" for place in range(118))]
    at = checked(chosen(",".join(header) + "\na,Ann" + ",1" * 118 + "\n"))
    [group] = [each for each in at.segmented_control if each.label == "120 columns"]

    lines = [each.label for each in at.selectbox if each.label.endswith("goes to")]
    assert ["Recognised 2", "Metadata 118", "All 120"] == group.options
    assert 2 == len(lines)
    at = drawn(group.set_value("Metadata").run())
    assert 25 == len([each for each in at.selectbox if each.label.endswith("goes to")])
    [sought] = [each for each in at.text_input if each.label == "Find a column"]
    at = drawn(sought.set_value("c117").run())
    assert "metadata.c117" == placed(at, "c117")


FAULTY = {
    "two columns of one key": "Source_id,metadata.x,Metadata.x\na,b,c\n",
    "no header": "1,2,3\n4,5,6\n",
}


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("content", FAULTY.values(), ids=FAULTY)
def test_a_fault_of_the_header_stands_at_the_form(content):
    at = chosen(content)

    assert 3 == len([each for each in at.selectbox if each.label.endswith("goes to")])
    assert 1 == len(errors(at))


def test_how_the_file_is_read_is_shown_and_can_be_changed(empty):
    at = checked(chosen("Source_id;Name\na;Zoë\n"))
    assert "Read as UTF-8 · Semicolon · about 1 row" in labels(at)
    assert "Semicolon (detected)" in select(at, "Columns are separated by").options

    at = drawn(select(at, "Columns are separated by").set_value(",").run())
    assert "Source_id;Name goes to" in {literal(each.label) for each in at.selectbox}
    at = drawn(select(at, "Columns are separated by").set_value("").run())
    committed(at)
    assert empty.column("name") == ["Zoë"]


@pytest.mark.usefixtures("empty")
def test_a_file_that_cannot_be_read_as_chosen_can_be_read_as_detected_again():
    at = chosen("Source_id,Name\na,Zoë\n".encode("cp1252"))
    at = drawn(select(at, "Encoding").set_value("utf-8").run())
    assert "not UTF-8" in errors(at)[0]

    at = checked(select(at, "Encoding").set_value("").run())
    assert errors(at) == []
    assert button(at, "Import")


def test_the_mapping_of_last_time_is_used_again_and_can_be_turned_down(empty):
    at = chosen("Source_id,Plan\na,x\n")
    committed(drawn(select(at, "Plan goes to").set_value("name").run()))
    day = history.receipts(empty.workbench)[0].at
    at = checked(chosen("Source_id,Plan\nb,y\n"))

    assert f"As last time, {day:%Y-%m-%d}: {FILE}" in words(at)
    assert "name" == placed(at, "Plan")
    at = checked(button(at, "Use the proposal").click().run())
    assert "metadata.Plan" == placed(at, "Plan")
    committed(checked(button(at, f"As last time, {day:%Y-%m-%d}").click().run()))
    assert empty.column("name") == ["x", "y"]


def test_what_was_replaced_last_time_is_not_replaced_again_unasked(empty):
    def replaces(at):
        return next(each for each in at.toggle if literal(each.label) == "Replace what is there")

    at = chosen("Source_id,Plan\na,x\n")
    at = drawn(select(at, "Plan goes to").set_value("name").run())
    committed(drawn(replaces(at).set_value(True).run()))
    at = checked(chosen("Source_id,Plan\nb,y\n"))

    assert history.receipts(empty.workbench)[0].mapping["replace"] is True
    assert "name" == placed(at, "Plan")
    assert replaces(at).value is False
    committed(at)
    assert "replace" not in history.receipts(empty.workbench)[0].mapping


@pytest.mark.usefixtures("seeded")
def test_an_unknown_status_is_settled_in_the_check():
    at = checked(chosen("Customer_source_id,Status\nw-1,PAID\nw-2,hm-1\nw-3,hm-2\n"))
    assert metrics(at)["Rejected rows"] == "2"
    shown = select(at, "hm-1 means").options
    assert shown == ["CREATED", "PAID", "CANCELED", "FULFILLED"]
    at = checked(select(at, "hm-1 means").set_value("PAID").run())
    drawn(select(at, "hm-2 means").set_value("CREATED").run())

    mapping = at.session_state["mapping-draft"].mapping().to_json()
    said = {"field": "status", "values": {"hm-1": "PAID", "hm-2": "CREATED"}}
    assert mapping == {"columns": {"Status": said}}


def test_a_column_that_rejects_rows_is_left_out_in_the_check(empty):
    at = checked(chosen("Source_id,Birthdate\na,never\nb,1990-01-01\n"))
    at = checked(button(at, "Do not import Birthdate").click().run())
    assert metrics(at) == {**NOTHING, "Created": "2"}
    assert placed(at, "Birthdate") == ""

    committed(at)
    assert empty.column("birthdate") == [None, None]


@pytest.mark.usefixtures("empty")
def test_values_that_do_not_fit_are_made_empty_and_the_date_order_is_chosen():
    at = checked(chosen("Source_id,Birthdate\na,never\nb,1990-01-01\n"))
    drawn(select(at, "Date order").set_value("day-first").run())
    said = at.session_state["mapping-draft"].columns["Birthdate"]
    assert said.dates == "day-first"

    at = checked(at)
    drawn(button(at, "Treat as empty").click().run())
    assert at.session_state["mapping-draft"].columns["Birthdate"].values == {"never": None}


def test_a_file_without_a_key_is_told_and_gets_one(empty):
    at = checked(chosen("Person,Name\na,Ann\nb,Bob\n"))
    assert "Every customer needs its ID or Source ID: choose the column that has it." in words(at)
    assert "Import" not in {each.label for each in at.button}
    committed(drawn(select(at, "Which column is it?").set_value("Person").run()))

    assert empty.rows("source_id", "name") == [("a", "Ann"), ("b", "Bob")]


def test_what_the_check_has_seen_is_imported_or_checked_again(empty):
    at = checked(chosen("Source_id,Name\na,Ann\n"))
    go = button(at, "Import").click()
    empty.csv("Source_id,Name\na,Bob\n")
    go.run()
    finish_jobs()
    at = checked(at.run())

    assert "The data have changed since the check, so nothing was imported." in words(at)
    assert empty.column("name") == ["Bob"]
    assert metrics(at) == {**NOTHING, "Updated": "1"}
    committed(at)
    assert empty.column("name") == ["Ann"]


def test_a_receipt_names_the_segments_that_moved(seeded):
    library.create(seeded.workbench, "Romans", {"address.city": {"conditions": {"$is": ["Rome"]}}})
    at = committed(chosen("Source_id,City\nw-1,Rome\nnew,Rome\n"))

    assert {":green[+2]", ":gray[−0]", "0 → 2"} <= set(words(at).splitlines())
    assert "Romans" in {literal(each.label) for each in at.get("page_link")}


def test_an_undone_import_looks_undone(empty):
    committed(chosen(CUSTOMERS))
    [run] = history.receipts(empty.workbench)
    undo(acting(), number_of_import(acting(), run.id))
    at = opened("imports", **{"import": run.id})

    assert [each.value for each in at.success if "Undone on" in each.value]
    assert "Undo this import" not in labels(at)
    table = opened("imports").dataframe[0].value
    assert list(table["State"]) == ["Undone"]


@pytest.mark.usefixtures("empty")
def test_the_page_says_how_much_a_browser_uploads_and_what_takes_more():
    at = opened("imports")

    assert "A browser can upload 250 MB." in words(at)
    [command] = [each.value for each in at.code]
    assert command.startswith("workbench import customers /data/customers.csv --workspace /")

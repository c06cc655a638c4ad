"""The filter builder: a filter built by hand or pasted, and counted at once."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from engine.segments import library
from tests.pages.builder import Builder
from tests.pages.conftest import button, drawn, errors, opened, told_of, words
from tests.pages.test_customers import BERLIN

CASES = sorted(Path(__file__).parents[1].joinpath("cases").glob("guide_*.json"))


@pytest.fixture
def builder(seeded):
    return Builder(seeded)


def test_a_segment_is_built_counted_and_said_in_words(builder):
    assert "4" == builder.number
    assert "Choose a city to count this condition" in words(builder.at)

    builder.value("multiselect", 1, ["Berlin"])
    assert "3" == builder.number
    builder.click(0, "add").field(2, "loyalty.points").operator(2, "$more_than")
    assert "without 1 unfinished condition" in words(builder.at)
    builder.value("number_input", 2, 500)
    assert "2" == builder.number
    said = "Customers in Berlin, and with more than 500 loyalty points"
    assert said in words(builder.at)
    assert builder.json == {
        **BERLIN,
        "loyalty.points": {"conditions": {"$more_than": [500]}},
    }


def test_groups_nest_and_turn_round(builder):
    builder.value("multiselect", 1, ["Berlin"]).click(0, "nest")
    builder.value("multiselect", 2, ["Warsaw"])
    assert "0" == builder.number
    builder.set("segmented_control", 0, "junction", "or")
    assert "4" == builder.number
    builder.set("toggle", 3, "not", True)
    assert "3" == builder.number
    assert True is builder.json["$groups"][0]["$not"]


def test_rows_are_copied_and_deleted(builder):
    builder.value("multiselect", 1, ["Berlin"]).choose(1, "Duplicate")
    assert {"Berlin"} == {*builder.row(2).operand}
    builder.click(1, "Delete").click(2, "Delete")
    assert "4" == builder.number
    assert "Once a condition is complete" in words(builder.at)


def test_every_node_says_its_exact_numbers(builder):
    builder.value("multiselect", 1, ["Berlin"])
    builder.click(0, "add").operator(2, "$has_value")
    said = words(builder.at).replace("*", "")

    assert "3 match · 75.0% · without this: +1" in said
    assert "4 match · 100.0%" in said


def test_a_muted_row_stays_and_does_not_count(builder):
    builder.value("multiselect", 1, ["Berlin"]).choose(1, "Mute")
    assert "4" == builder.number
    assert "Muted: not in the filter" in words(builder.at)
    builder.choose(1, "Count again")
    assert "3" == builder.number


def test_edits_are_undone_and_done_again(builder):
    builder.value("multiselect", 1, ["Berlin"])
    drawn(button(builder.at, "Undo").click().run())
    assert "4" == builder.number
    assert [] == builder.input("multiselect", 1).value
    drawn(button(builder.at, "Redo").click().run())
    assert "3" == builder.number
    assert ["Berlin"] == builder.input("multiselect", 1).value
    assert button(builder.at, "Redo").disabled


def test_rows_are_moved_and_groups_are_folded(builder):
    builder.click(0, "add").field(2, "email").click(0, "nest").value("multiselect", 3, ["Berlin"])
    builder.choose(2, "Move up")
    assert [2, 1, 4] == [child.id for child in builder.at.session_state["draft"].children]
    builder.choose(4, "Fold up")
    assert "in Berlin\n" in words(builder.at)


def test_options_say_what_missing_values_and_case_mean(builder):
    builder.operator(1, "$is_not").value("multiselect", 1, ["berlin"]).choose(1, "Options")
    assert "4" == builder.number
    builder.set("toggle", 1, "case", True)
    assert "1" == builder.number
    builder.set("toggle", 1, "missing", True)
    assert "skip" == builder.json["address.city"]["missing"]


def test_a_window_counts_only_its_records(builder):
    lately = (
        f"{datetime.now(UTC) - timedelta(days=9):%F}"  # by the machine's clock, as pages read it
    )
    orders = f"Customer_source_id,Status,Created_at\nw-1,PAID,{lately}\nw-2,PAID,2020-01-01\n"
    builder.base.csv(orders, kind="orders")
    builder.field(1, "summary.orders.total_count").operator(1, "$more_than")
    builder.value("number_input", 1, 0).choose(1, "Options")
    assert "2" == builder.number
    assert "have no orders" in words(builder.at)
    builder.set("selectbox", 1, "window", "last")
    assert "1" == builder.number
    assert "have no such orders" in words(builder.at)


def test_a_window_of_days_that_cannot_be_is_not_counted(builder):
    builder.field(1, "summary.orders.total_count").operator(1, "$more_than")
    builder.value("number_input", 1, 0).choose(1, "Options")
    builder.set("selectbox", 1, "window", "last")
    builder.set("number_input", 1, "last-days", 36_501)
    assert "Not counted yet: Number of orders" in words(builder.at)


def test_the_members_are_shown_in_the_zone_of_the_project(builder):
    builder.base.workbench.configure(time_zone="Asia/Tokyo")
    builder.value("multiselect", 1, ["Berlin"])
    zone, written = told_of(builder.at.dataframe[0], "created_at")
    assert ("Asia/Tokyo", "YYYY-MM-DD HH:mm") == (zone, written)


def test_where_is_built_of_rows_about_the_records(builder):
    orders = (
        "Customer_source_id,Status,Amount,metadata.shop\n"
        "w-1,PAID,100,web\nw-2,FULFILLED,900,web\nw-2,PAID,50,store\n"
    )
    builder.base.csv(orders, kind="orders")
    builder.field(1, "summary.orders.total_count").operator(1, "$more_than")
    builder.value("number_input", 1, 0).choose(1, "Options")
    of_order = "where-orders-{}-{}".format

    def pick(row, path, value):
        name = f"{builder.key(1, of_order(row, 'value'))}.{path}.$is"
        builder.done(builder.at.multiselect(key=name).set_value([value]))

    builder.click(1, of_order(0, "add"))
    assert "Choose a value to count this condition" in words(builder.at)
    builder.set("selectbox", 1, of_order(1, "field"), "status")
    pick(1, "status", "FULFILLED")
    assert "1" == builder.number
    builder.click(1, of_order(0, "add"))
    builder.set("selectbox", 1, of_order(2, "field"), "metadata.shop")
    pick(2, "metadata.shop", "store")
    assert "0" == builder.number
    builder.set("segmented_control", 1, of_order(0, "junction"), "or")
    assert "1" == builder.number
    assert builder.json["summary.orders.total_count"]["where"] == {
        "junction": "or",
        "status": {"conditions": {"$is": ["FULFILLED"]}},
        "metadata.shop": {"conditions": {"$is": ["store"]}},
    }
    builder.click(1, of_order(1, "delete")).click(1, of_order(2, "delete"))
    assert "2" == builder.number
    assert "where" not in builder.json["summary.orders.total_count"]


def test_what_contradicts_is_told_with_its_counts_and_fixed(builder):
    builder.value("multiselect", 1, ["Berlin"]).click(0, "nest").operator(2, "$is")
    builder.value("multiselect", 2, ["Rome"])
    assert "0" == builder.number
    assert "Worth a look" in words(builder.at)
    drawn(button(builder.at, "Fix").click().run())
    assert "0" != builder.number


def test_one_customer_is_tested_and_the_smallest_change_told(builder):
    builder.value("multiselect", 1, ["Berlin"])
    drawn(builder.at.text_input(key="person").set_value("w-1").run())
    said = words(builder.at)

    assert "Out" in said
    assert "Would join if this were true" in said


def test_amounts_are_read_in_the_currency_everywhere_in_the_builder(builder):
    builder.field(1, "summary.orders.total_amount").operator(1, "$more_than")
    builder.value("number_input", 1, 1_234.5)

    assert builder.json["summary.orders.total_amount"]["conditions"] == {"$more_than": [123_450]}
    assert 1_234.5 == builder.input("number_input", 1).value
    assert "more than 1,234.50" in words(builder.at)


def test_a_new_row_does_not_inherit_from_a_deleted_one(builder):
    builder.click(0, "add").value("multiselect", 2, ["Berlin"]).click(2, "Delete").click(0, "add")
    added = builder.at.session_state["draft"].children[-1]

    assert () == added.operand
    assert [] == builder.input("multiselect", added.id).value


INPUTS = {
    "text": ("name", "$starts_with", "multiselect", ["Ann"], ["Ann"], "1"),
    "list of text": ("metadata.brands", "$is", "multiselect", ["Armani"], ["Armani"], None),
    "number": ("metadata.size", "$more_than", "number_input", 38.5, [38.5], "2"),
    # In the currency, and kept in whole cents, whatever a binary fraction makes of them.
    "amount": ("summary.orders.total_amount", "$less_than", "number_input", 0.29, [29], "4"),
    "amounts": (
        "summary.orders.total_amount", "$is", "multiselect", ["1,000.10", "7"], [100_010, 700], "0",
    ),
    "boolean": ("metadata.vip", "$is", "selectbox", True, [True], "2"),
    "date": ("birthdate", "$after", "date_input", date(1990, 1, 1), ["1990-01-01"], None),
    "instant": ("created_at", "$before", "date_input", date(2020, 1, 1), ["2020-01-01"], "1"),
    "days": ("created_at", "$more_than", "number_input", 30, [30], "4"),
    "month": ("birthdate", "$is_month", "multiselect", ["May"], ["May"], "1"),
    "weekday": ("created_at", "$is_day", "multiselect", ["Monday"], ["Monday"], "1"),
    "flag": ("birthdate", "$is_unknown", None, None, True, "1"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "operator", "kind", "typed", "operand", "number"), INPUTS.values(), ids=INPUTS
)
def test_every_kind_of_value_has_its_input(builder, field, operator, kind, typed, operand, number):
    builder.field(1, field).operator(1, operator)
    if kind:
        builder.value(kind, 1, typed)

    assert builder.json[field]["conditions"] == {operator: operand}
    assert "to count this condition" not in words(builder.at)
    assert number in (None, builder.number)


def paste(at, text):
    at.text_area(key="pasted").set_value(text)
    return button(at, "Use this filter").click().run()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_filters_of_the_guide_are_pasted_and_come_back(builder, case):
    text = case.read_text("utf-8")
    drawn(paste(builder.at, text))

    assert builder.json == json.loads(text)
    assert str(builder.base.answer(text).count) == builder.number


def test_a_pasted_filter_with_faults_names_each_and_keeps_the_draft(builder):
    builder.value("multiselect", 1, ["Berlin"])
    faulty = {"emial": {"conditions": {"$is": ["a"]}}, "name": {"conditions": {"$lik": ["a"]}}}
    drawn(paste(builder.at, json.dumps({"junction": "and", **faulty}, indent=1)))

    assert "emial, line 3, column 2" in errors(builder.at)[0].replace("\\", "")
    assert "$lik, line 12, column 4" in errors(builder.at)[0].replace("\\", "")
    assert "3" == builder.number
    drawn(paste(builder.at, "{"))
    assert "The filter is not JSON" in errors(builder.at)[0]


def paste_list(builder, text):
    key = builder.input("multiselect", 1).key
    builder.at.text_area(key=f"{key}.paste").set_value(text)
    drawn(builder.at.button(key=f"{key}.paste.take").click().run())
    return builder


def test_a_pasted_list_joins_the_values_and_says_who_has_them(builder):
    builder.value("multiselect", 1, ["Berlin"])
    paste_list(builder, "Warsaw\nOslo; Berlin,\tWarsaw\n\nRom_a")

    assert ("Berlin", "Warsaw", "Oslo", "Rom_a") == builder.row(1).operand
    shown = builder.at.multiselect[0]
    assert ["Berlin", "Warsaw", "Oslo", "Rom_a"] == shown.value
    assert "4" == builder.number
    assert "2 of 4 match someone, not Oslo, Rom_a" in words(builder.at)
    drawn(shown.set_value(["Berlin", "Oslo"]).run())
    assert "1 of 2 match someone, not Oslo" in words(builder.at)


def test_of_many_pasted_values_that_nobody_has_twenty_are_named(builder):
    builder.operator(1, "$is_not")
    paste_list(builder, "\n".join(f"City {number}" for number in range(25)))

    assert "0 of 25 match someone, not City 0, City 1" in words(builder.at)
    assert "City 19 and 5 more" in words(builder.at)


def test_values_that_a_text_only_contains_are_not_looked_for(builder):
    builder.operator(1, "$contains")
    paste_list(builder, "erl,ars")

    assert "4" == builder.number
    assert "match someone" not in words(builder.at)


def test_segments_are_picked_and_said_by_their_names(builder):
    made = library.create(builder.base.workbench, "From Berlin", BERLIN)
    builder.at = opened("segments", segment="new")
    builder.field(1, "segments")
    assert "From Berlin · 3" in builder.input("multiselect", 1).options
    builder.value("multiselect", 1, [made.id])
    assert "3" == builder.number
    assert [made.id] == builder.json["segments"]["conditions"]["$is"]
    assert "in segment “From Berlin”" in words(builder.at)
    assert "match someone" not in words(builder.at)

"""The same operator rows on DuckDB, through Narwhals, give the same members."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import portable
from engine.columns import prepared
from engine.filters.expression import Condition, Group, Test
from engine.filters.operators import EXAMPLE_CLOCK, OPERATORS
from engine.filters.parser import parse
from engine.masks import Masks
from tests import strategies
from tests.filters.test_operators import catalogue_for, python_value
from tests.filters.verdicts import clock
from tests.held import held

PATH = "metadata.it"


@pytest.mark.parametrize("row", OPERATORS, ids=repr)
def test_every_example_of_a_row_holds_on_duckdb_beside_a_missing_value(row):
    for example in row.examples:
        catalogue, kind = catalogue_for(row, example)
        dtype = pl.List(kind.dtype) if catalogue.field(PATH).many else kind.dtype
        values = pl.Series(PATH, [python_value(example, kind), None], dtype=dtype)
        column = prepared(values)
        masks = Masks(2, catalogue, lambda _condition, _clock, column=column: column)
        test = Test(row.key, example.operand)
        for missing in ("match", "skip") if row.negates else ("match",):
            group = Group(conditions=(Condition(PATH, (test,), missing),))

            assert masks.matching(group, EXAMPLE_CLOCK).to_list() == portable.matching(
                masks, group, EXAMPLE_CLOCK
            ), example


@settings(max_examples=20)
@given(
    strategies.groups(1),
    st.lists(strategies.rows(), min_size=1, max_size=6),
    strategies.clocks,
)
def test_duckdb_gives_the_members_that_polars_gives(group, customers, clock):
    masks = held(customers)

    assert masks.matching(group, clock).to_list() == portable.matching(masks, group, clock)


def test_the_query_of_duckdb_names_fields_and_operands_as_the_filter_does():
    text = held([dict.fromkeys(strategies.PATHS) | {"metadata.string": "é", "loyalty.points": 1.0}])
    document = {
        "metadata.string": {"conditions": {"$starts_with": ["a'b"]}},
        "loyalty.points": {"conditions": {"$more_than": [5]}},
    }
    query = portable.sql(text, parse(document, strategies.CATALOGUE, clock().zone), clock())

    assert query.startswith('SELECT * FROM "customers" WHERE ')
    assert """starts_with("metadata.string", 'a''b')""" in query
    assert '"loyalty.points"' in query


def test_case_folded_text_is_a_column_of_its_own():
    masks = held([{"metadata.string": text} for text in ("Straße", "STRASSE", "x", None)])
    group = parse(
        {"metadata.string": {"conditions": {"$is": ["strasse"]}, "ignore_case": True}},
        strategies.CATALOGUE,
        clock().zone,
    )

    assert [True, True, False, False] == portable.matching(masks, group, clock())
    assert '"metadata.string folded"' in portable.sql(masks, group, clock())


def test_days_are_those_of_the_project_zone_there_too():
    at = datetime(2024, 3, 31, 22, 30, tzinfo=UTC)  # the 1st of April in Berlin
    masks = held([{"metadata.instant": at}])
    when = clock(zone="Europe/Berlin")
    group = parse(
        {"metadata.instant": {"conditions": {"$is_month": ["April"]}}},
        strategies.CATALOGUE,
        when.zone,
    )

    assert [True] == portable.matching(masks, group, when)


def test_polars_shows_its_plan():
    masks = held([{"metadata.number": 1.0}])
    group = parse(
        {"metadata.number": {"conditions": {"$is": [1]}}}, strategies.CATALOGUE, clock().zone
    )

    assert 'col("metadata.number")' in masks.plan(group, clock())


def test_what_is_narrowed_is_a_column_that_says_how():
    column = prepared(pl.Series("amount", [400]))
    masks = Masks(1, strategies.CATALOGUE, lambda _condition, _clock: column)
    amount = "summary.orders.total_amount"
    document = {amount: {"conditions": {"$is": [400]}, "window": {"last_days": 30}}}
    group = parse(document, strategies.CATALOGUE, clock().zone)

    assert [True] == portable.matching(masks, group, clock())
    assert ["row", f'{amount} {{"window": {{"last_days": 30}}}}'] == portable.frame(
        masks, group, clock()
    ).columns


@pytest.mark.parametrize("operator", ["$is", "$is_not"])
def test_a_list_that_holds_no_value_that_passes_is_a_filter_too(operator):
    masks = held([{"segments": ["a"]}, {"segments": None}])
    document = {"segments": {"conditions": {operator: ["b"]}}}
    group = parse(document, strategies.CATALOGUE, clock().zone)

    assert portable.matching(masks, group, clock()) == masks.matching(group, clock()).to_list()

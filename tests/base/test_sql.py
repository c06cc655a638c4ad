"""The query of a filter, printed from the schema alone, finds on DuckDB whom Polars finds."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.sql import statement
from engine.evaluation import sql
from engine.filters.expression import Condition, Group, Test
from engine.filters.operators.table import EXAMPLE_CLOCK, OPERATORS
from engine.filters.parser import parse
from engine.filters.reading import fold, nfc
from tests import strategies
from tests.customer_masks import masks_of
from tests.duck import found, snapshot_of
from tests.filters.test_operators import catalogue_for, python_value
from tests.filters.verdicts import clock

NAMES = {
    ("metadata", name): (named.kind.key, named.many)
    for name, named in strategies.CATALOGUE.metadata.items()
}
SCHEMA = snapshot_of(NAMES)
TOTAL, LAST = "summary.orders.total_amount", "events.visit.last_occurred"


def query(source, when=None):
    when = when or clock()
    group = parse(source, strategies.CATALOGUE, when.zone)
    return statement.sql(group, strategies.CATALOGUE, SCHEMA, when)


def tables(customers):
    """The record tables that say of these customers what they say."""
    drawn = strategies.frame(customers).with_row_index("row").cast({"row": pl.Int64})
    columns = {".".join(row.name): row.column for row in SCHEMA.columns}
    names = columns | {"loyalty.points": "loyalty_points"}
    own = drawn.rename({path: name for path, name in names.items() if path in drawn.columns})
    orders = drawn.select(customer_row="row", total_amount=TOTAL).drop_nulls()
    return {
        "customers": own,
        "orders": orders.with_columns(
            status=pl.lit("PAID"), amount=pl.lit(0), discount_amount=pl.lit(0)
        ),
        "events": drawn.select(customer_row="row", created_at=LAST)
        .drop_nulls()
        .with_columns(event=pl.lit("visit")),
        "members": drawn.select(customer_row="row", segment="segments")
        .explode("segment")
        .drop_nulls(),
    }


@pytest.mark.parametrize("row", OPERATORS, ids=repr)
def test_every_example_of_a_row_holds_on_duckdb_and_a_missing_value_as_in_plain_python(row):
    for example in row.examples:
        catalogue, kind = catalogue_for(row, example)
        many = catalogue.field("metadata.it").many
        schema = snapshot_of({("metadata", "it"): (kind.key, many)})
        dtype = pl.List(kind.dtype) if many else kind.dtype
        values = pl.Series(schema.columns[0].column, [python_value(example, kind)], dtype=dtype)
        customers = pl.DataFrame([pl.Series("row", [0]), values])
        group = Group(conditions=(Condition("metadata.it", (Test(row.key, example.operand),)),))
        written = statement.sql(group, catalogue, schema, EXAMPLE_CLOCK)

        assert ([0] if example.holds else []) == found(written, customers=customers), example


@settings(max_examples=strategies.examples(20, fuzzed=2_000))
@given(
    strategies.groups(1),
    st.lists(strategies.rows(), min_size=1, max_size=6),
    strategies.clocks,
)
def test_duckdb_finds_whom_polars_finds(group, customers, when):
    for one in customers:  # an event each, as `tables` has it
        one["events.visit.count"] = None if one[LAST] is None else 1.0
    written = statement.sql(group, strategies.CATALOGUE, SCHEMA, when)

    expected = masks_of(customers).matching(group, when).arg_true().to_list()
    assert expected == found(written, **tables(customers))


def test_a_query_reads_as_the_filter_does():
    written = query(
        {
            "metadata.string": {"conditions": {"$starts_with": ["a'b"]}},
            "loyalty.points": {"conditions": {"$more_than": [5]}},
        }
    )
    text = next(row.column for row in SCHEMA.columns if row.name == ("metadata", "string"))

    assert written == (
        'SELECT "row" FROM customers\n'
        f"""WHERE (nfc_normalize("{text}") IS NOT NULL """
        f"""AND starts_with(nfc_normalize("{text}"), 'a''b'))\n"""
        '  AND CAST(coalesce("loyalty_points", 0) AS DOUBLE) > 5\n'
        '  AND coalesce("anonymous", FALSE) = FALSE\n'
        'ORDER BY "row"'
    )


def test_records_come_in_where_a_field_counts_them_once_for_each_value():
    condition = {"conditions": {"$more_than": [0], "$less_than": [9]}, "window": {"last_days": 3}}
    written = query({TOTAL: condition, "$groups": [{TOTAL: condition}]})

    assert written.count("FROM orders") == 1
    assert """"created_at" > TIMESTAMPTZ '2024-03-12 12:00:00+00:00'""" in written


def test_every_sign_folds_as_it_does_in_plain_python():
    signs = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code < 0xE000]
    # Blanks keep them apart; a million texts would take ten times as long as some long ones.
    texts = [" ".join(signs[start : start + 500]) for start in range(0, len(signs), 500)]
    customers = pl.DataFrame(
        {
            "row": [ord(text[0]) for text in texts],  # the first sign of those that differ
            "normal": list(map(nfc, texts)),
            "folded": [" ".join(map(fold, text.split(" "))) for text in texts],
        }
    )
    differing = 'SELECT "row" FROM customers WHERE casefold(normal) <> folded'

    assert [] == found(f"{sql.casefold()}; {differing}", customers=customers)


def test_the_function_that_folds_is_made_only_where_case_is_ignored():
    one = {"conditions": {"$is": ["strasse"]}}

    assert "MACRO" not in query({"metadata.string": one})
    assert "MACRO" in query({"metadata.string": {**one, "ignore_case": True}})
    assert "MACRO" not in query(
        {"metadata.number": {"conditions": {"$is": [1]}, "ignore_case": True}}
    )


@pytest.mark.parametrize(
    "value", ["a'b", 'a"b', "a\x00b", "--", 0.1, 1e300, -2.5, 1e15, 123456789.125, 5e-324]
)
def test_a_value_comes_through_as_it_is(value):
    kind = "string" if isinstance(value, str) else "number"
    column = next(row.column for row in SCHEMA.columns if row.name == ("metadata", kind))
    customers = pl.DataFrame({"row": [7], column: [value]})

    assert [7] == found(
        query({f"metadata.{kind}": {"conditions": {"$is": [value]}}}), customers=customers
    )


def test_a_thousand_texts_are_no_trouble():
    written = query(
        {"metadata.string": {"conditions": {"$ends_with": [str(n) for n in range(1000)]}}}
    )
    column = next(row.column for row in SCHEMA.columns if row.name == ("metadata", "string"))

    assert [0] == found(written, customers=pl.DataFrame({"row": [0], column: ["x999"]}))


def test_polars_shows_its_plan():
    masks = masks_of([{"metadata.number": 1.0}])
    group = parse(
        {"metadata.number": {"conditions": {"$is": [1]}}}, strategies.CATALOGUE, clock().zone
    )

    assert 'col("metadata.number")' in masks.plan(group, clock())

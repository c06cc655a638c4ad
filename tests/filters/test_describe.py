"""What a filter says in words."""

from engine.filters.describe import sentence
from engine.filters.in_python import explain
from engine.filters.parser import parse
from tests.filters.verdicts import CATALOGUE, COUNTER, clock


def said(source):
    return sentence(parse(source, CATALOGUE, clock().zone), CATALOGUE)


def test_a_sentence_says_the_whole_filter():
    source = {
        "city": {"conditions": {"$is": ["Berlin", "New York"]}},
        COUNTER: {"conditions": {"$more_than": 40_000}, "window": {"last_days": 1}},
        "$groups": [
            {
                "junction": "or",
                "metadata.tags": {"conditions": {"$not_contain": "x"}},
                "metadata.day": {"conditions": {"$is_month": 3, "$is_days_ago": 1}},
            },
            {
                "$not": True,
                "name": {"conditions": {"$is_not": "a"}, "missing": "skip", "ignore_case": True},
            },
        ],
    }

    assert said(source) == (
        "Customers in Berlin or “New York”, "
        "and who spent more than 400.00 in the last day, "
        "and (either whose tags do not include any containing x "
        "or (whose day falls in March and whose day is exactly 1 day ago)), "
        "and excluding those whose name is not a (ignoring case) and has a value"
    )


def test_a_name_that_is_data_keeps_its_case_in_a_sentence():
    assert (
        said({"metadata.Color": {"conditions": {"$has_value": True}}}) == "Customers with a Color"
    )


def test_an_explanation_shows_the_value_with_its_unit_at_each_path():
    source = {
        COUNTER: {"conditions": {"$more_than": 1}},
        "$groups": [{"metadata.tags": {"conditions": {"$is": "x"}}}],
    }
    root = explain(
        parse(source, CATALOGUE, clock().zone),
        {COUNTER: 12345.0, "metadata.tags": ["x", "y z"]},
        CATALOGUE,
        clock(),
    )
    first, inner = root.children

    assert (first.path, first.shown, first.verdict) == (
        '$["summary.orders.total_amount"]',
        "123.45",
        True,
    )
    assert (inner.path, inner.children[0].path) == ("$.$groups[0]", '$.$groups[0]["metadata.tags"]')
    assert inner.children[0].shown == "[x, “y z”]"

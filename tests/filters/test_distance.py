"""How far a number is from turning a condition."""

import pytest

from engine.filters.in_python import explain
from engine.filters.parser import parse
from engine.text.formats import money
from tests.filters.verdicts import CATALOGUE, COUNTER, clock


def away(path, tests, value):
    group = parse({path: {"conditions": tests}}, CATALOGUE, clock().zone)
    [node] = explain(
        group, {path: value}, CATALOGUE, clock(), lambda cents: money(cents, "EUR", "1,000.00 EUR")
    ).children
    return node.distance


@pytest.mark.parametrize(
    ("operator", "value", "said"),
    [
        ("$more_than_equal", 36_068, "639.32 EUR more"),
        ("$more_than_equal", 100_000, "over 0.00 EUR less"),
        ("$more_than_equal", 100_001, "over 0.01 EUR less"),
        ("$more_than", 100_000, "over 0.00 EUR more"),
        ("$more_than", 100_001, "0.01 EUR less"),
        ("$less_than", 100_100, "over 1.00 EUR less"),
        ("$less_than", 99_900, "1.00 EUR more"),
        ("$less_than_equal", 100_100, "1.00 EUR less"),
        ("$less_than_equal", 99_900, "over 1.00 EUR more"),
        ("$more_than_equal", None, "1,000.00 EUR more"),
    ],
)
def test_an_amount_says_how_much_more_or_less_turns_it(operator, value, said):
    assert said == away(COUNTER, {operator: 100_000}, value)


def test_a_number_without_a_unit_is_told_as_it_is():
    assert "1,000 more" == away("metadata.number", {"$more_than_equal": 1_500}, 500.0)


@pytest.mark.parametrize(
    ("path", "tests", "value"),
    [
        ("metadata.number", {"$more_than": 5}, None),
        ("metadata.number", {"$is": 5}, 4.0),
        ("metadata.number", {"$more_than": 5, "$less_than": 9}, 4.0),
        ("metadata.text", {"$is": "a"}, "b"),
        ("metadata.at", {"$more_than": 5}, None),
    ],
)
def test_what_is_no_one_comparison_has_no_distance(path, tests, value):
    assert away(path, tests, value) is None

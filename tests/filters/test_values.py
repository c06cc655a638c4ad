"""What operators say of text, missing values, counters and lists (filters rules, section 4)."""

import polars as pl
import pytest

from engine.filters.compiler import mask
from engine.filters.in_python import matches
from engine.filters.parser import parse
from engine.filters.storage import Plain
from tests.filters.verdicts import CATALOGUE, COUNTER, clock, holds


def test_several_operators_under_one_field_must_all_hold_also_under_or():
    source = {
        "junction": "or",
        "metadata.number": {"conditions": {"$more_than": 1, "$less_than": 5}},
        "metadata.text": {"conditions": {"$is": "x"}},
    }
    group = parse(source, CATALOGUE, clock().zone)
    verdicts = [
        matches(group, {"metadata.number": number, "metadata.text": text}, CATALOGUE, clock())
        for number, text in [(3.0, None), (9.0, None), (9.0, "x"), (0.0, "y")]
    ]

    assert verdicts == [True, False, True, False]


def test_text_is_compared_exactly_case_included():
    assert holds("metadata.text", "$is", "Berlin", ["Berlin", "berlin", "Berlin ", ""]) == [
        True,
        False,
        False,
        False,
    ]


def test_text_is_compared_in_nfc_on_both_sides():
    assert holds("metadata.text", "$is", "e\u0301", ["é", "e\u0301"]) == [True, True]
    assert holds("metadata.text", "$contains", "\u00e9", ["cafe\u0301"]) == [True]


def test_contains_is_a_literal_substring():
    assert holds("metadata.text", "$contains", ".*", ["a.*b", "axxb"]) == [True, False]
    assert holds("metadata.text", "$contains", "(", ["(", "x"]) == [True, False]


def test_contains_empty_text_holds_for_everyone_with_a_value():
    assert holds("metadata.text", "$contains", [""], ["", "x", None]) == [True, True, False]
    assert holds("metadata.tags", "$contains", [""], [["x"], [], None]) == [True, False, False]


def test_a_text_field_never_coerces():
    assert holds("metadata.text", "$is", "1", ["1", "01", "1.0"]) == [True, False, False]


def test_numbers_are_compared_as_decimals():
    assert holds("metadata.number", "$is", ["1.50"], [1.5, 1.0]) == [True, False]
    assert holds("metadata.number", "$is", ["1e2"], [100.0]) == [True]
    assert holds("metadata.number", "$is", ["-0"], [0.0]) == [True]
    assert holds("metadata.number", "$is", ["007"], [7.0]) == [True]


def test_booleans_are_read_from_text():
    assert holds("metadata.flag", "$is", "false", [False, True, None]) == [True, False, False]


NEGATIVES = ["$is_not", "$not_in", "$not_contain"]


@pytest.mark.parametrize("operator", NEGATIVES)
def test_a_negative_says_true_of_a_missing_value(operator):
    assert holds("metadata.text", operator, "x", [None, "x", "y", ""]) == [True, False, True, True]


@pytest.mark.parametrize("operator", NEGATIVES)
def test_a_negative_that_skips_says_false_of_a_missing_value(operator):
    assert holds("metadata.text", operator, "x", [None, "x", "y"], missing="skip") == [
        False,
        False,
        True,
    ]
    assert holds("metadata.tags", operator, "x", [None, [], ["x"]], missing="skip") == [
        False,
        True,
        False,
    ]


def test_skip_changes_nothing_beside_a_positive_or_a_presence():
    assert holds("metadata.text", "$is", "x", [None, "x"], missing="skip") == [False, True]
    assert holds("metadata.text", "$is_unknown", True, [None, "x"], missing="skip") == [True, False]


def test_empty_text_is_not_missing():
    assert holds("metadata.text", "$has_value", True, ["", None]) == [True, False]
    assert holds("metadata.text", "$is_unknown", True, ["", None]) == [False, True]


@pytest.mark.parametrize("operator", NEGATIVES[:2])
def test_a_negative_holds_when_none_of_several_values_fits(operator):
    assert holds("metadata.text", operator, ["x", "y"], ["x", "y", "z"]) == [False, False, True]


def test_no_record_is_zero_to_comparisons():
    assert holds(COUNTER, "$less_than", 1, [None, 0.0, 5.0]) == [True, True, False]
    assert holds(COUNTER, "$is", 0, [None, 0.0, 5.0]) == [True, True, False]
    assert holds(COUNTER, "$is_not", 0, [None, 5.0]) == [False, True]


def test_presence_asks_for_a_record_not_for_a_count():
    assert holds(COUNTER, "$has_value", True, [None, 0.0]) == [False, True]
    assert holds(COUNTER, "$is_unknown", True, [None, 0.0]) == [True, False]


def test_skip_changes_nothing_where_no_record_means_zero():
    assert holds(COUNTER, "$is_not", 5, [None, 5.0], missing="skip") == [True, False]


@pytest.mark.parametrize("field", ["loyalty.points", "loyalty.referred_customers"])
def test_loyalty_always_has_a_value(field):
    assert holds(field, "$has_value", True, [None, 3.0]) == [True, True]
    assert holds(field, "$less_than", 1, [None, 3.0]) == [True, False]


def test_whole_numbers_may_be_stored_as_integers():
    group = parse({"loyalty.points": {"conditions": {"$is": [5, "7"]}}}, CATALOGUE, clock().zone)
    names = {"loyalty.points": "points", "anonymous": "anonymous"}
    frame = pl.DataFrame({"points": [5, 7, 8, None], "anonymous": [None, False, None, None]})

    assert frame.select(
        mask(group, CATALOGUE, lambda leaf: Plain(names[leaf.subject.source]), clock())
    ).to_series().to_list() == [True, True, False, False]


def test_segments_that_are_none_are_an_empty_list():
    assert holds("segments", "$has_value", True, [None, []]) == [True, True]
    assert holds("segments", "$is_not", "a", [None, [], ["a"]], missing="skip") == [
        True,
        True,
        False,
    ]
    assert holds("segments", "$count", 0, [None, [], ["a"]]) == [True, True, False]


def test_a_positive_holds_for_one_element_and_a_negative_for_none():
    tags = [["a", "b"], ["b"], [], None]

    assert holds("metadata.tags", "$starts_with", "a", tags) == [True, False, False, False]
    assert holds("metadata.tags", "$not_contain", "a", tags) == [False, True, True, True]
    assert holds("metadata.tags", "$is_not", "a", tags) == [False, True, True, True]


def test_counts_see_zero_in_a_missing_list_and_drop_nulls():
    tags = [None, [], [None], ["a", "a"], ["a", None]]

    assert holds("metadata.tags", "$count", [0], tags) == [True, True, True, False, False]
    assert holds("metadata.tags", "$count_less", 2, tags) == [True, True, True, False, True]
    assert holds("metadata.tags", "$count_more", 1, tags) == [False, False, False, True, False]


def test_an_empty_list_is_a_value():
    assert holds("metadata.tags", "$has_value", True, [[], [None], None]) == [True, True, False]


def test_order_and_duplicates_in_an_operand_do_not_matter():
    tags = [["a", "b"], ["a"], ["b", "a", "c"]]

    assert holds("metadata.tags", "$includes", ["b", "a", "b"], tags) == [True, False, True]
    assert holds("metadata.tags", "$intersects", ["c", "c", "b"], tags) == [True, False, True]


def test_lists_of_numbers_take_number_strings():
    assert holds("metadata.numbers", "$includes", ["1", 2], [[1.0, 2.0], [1.0], None]) == [
        True,
        False,
        False,
    ]

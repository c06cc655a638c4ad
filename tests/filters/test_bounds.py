"""Filters that are too large, too deep or no text at all: every one gets a fault, none a crash."""

import json
from zoneinfo import ZoneInfo

import pytest

from engine.base.kinds.fields import catalogue
from engine.errors import FilterError
from engine.filters.fields import NameType
from engine.filters.kinds import STRING
from engine.filters.parser import parse
from engine.limits import FAULTS, OPERANDS, PATTERN, PATTERNS
from tests.fields import EMPTY_CATALOGUE

ZONE = ZoneInfo("UTC")


def error_of(document, catalogue=EMPTY_CATALOGUE):
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(FilterError) as caught:
        parse(text, catalogue, ZONE)
    return caught.value


def on(field, operator, operand):
    return {field: {"conditions": {operator: operand}}}


@pytest.mark.parametrize(
    ("document", "faults"),
    [
        (on("name", "$is", "x") | {f"nope{at}": 1 for at in range(10_000)}, 10_001),
        ({"name": {"conditions": {f"$op{at}": 1 for at in range(10_000)}}}, 10_000),
        ({"name": {"conditions": {"$is": "a"}, **{f"k{at}": 1 for at in range(10_000)}}}, 10_000),
        (on("loyalty.points", "$is", ["x"] * 10_000), 10_000),
        ({"$groups": [1] * 10_000}, 10_001),
    ],
)
def test_of_ten_thousand_faults_a_hundred_are_told_and_all_are_counted(document, faults):
    error = error_of(document)

    assert len(error.issues) == FAULTS.most
    assert f"{faults:,} faults; the first 100 are told" in error.message
    assert all(issue.line == 1 for issue in error.issues)


def test_that_there_are_too_many_nodes_is_told_before_all_else():
    error = error_of({f"nope{at}": 1 for at in range(2_000)})

    assert "at most 1,000 filters and conditions, got 2,001" in error.issues[0].message


@pytest.mark.parametrize(
    ("operator", "operand", "limit"),
    [
        ("$is", ["x"] * (OPERANDS.most + 1), OPERANDS),
        ("$contains", ["x"] * (PATTERNS.most + 1), PATTERNS),
        ("$starts_with", ["x"] * (PATTERNS.most + 1), PATTERNS),
        ("$contains", "x" * 400_000, PATTERN),
        ("$not_contain", ["a", "x" * (PATTERN.most + 1)], PATTERN),
    ],
)
def test_an_operand_beyond_its_limit_is_one_fault_that_names_it(operator, operand, limit):
    (issue,) = error_of(on("name", operator, operand)).issues

    assert f"at most {limit}" in issue.message


def test_the_longest_text_to_look_for_is_one_that_polars_can(base):
    base.csv("Source_id,Name\na,Ann\n")

    assert base.who("name", "$not_contain", "ü" * PATTERN.most) == ["a"]


@pytest.mark.parametrize(
    "value",
    [
        *(
            "12345678901234567890123",
            "9" * 5000,
            "1e999",
            "NaN",
            "-Infinity",
            "[" * 300 + "]" * 300,
        ),
        *('{"a":' * 300 + "1" + "}" * 300, "[" * 100_000, r'"\ud800"', r'["a","\udfff"]', "null"),
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        *('{"loyalty.points":{"conditions":{"$is":%s}}}', '{"name":{"conditions":{"$is":%s}}}'),
        *('{"created_at":{"conditions":{"$more_than":%s}}}', "%s", '{"$groups":[%s]}'),
        '{"name":{"conditions":{"$is":"a"},"missing":%s}}',
        '{"summary.orders.total_count":{"conditions":{"$is":1},"where":%s}}',
        '{"summary.orders.total_count":{"conditions":{"$is":1},"window":{"last_days":%s}}}',
    ],
)
def test_no_value_of_json_is_a_crash(value, place):
    assert error_of(place % value).issues


@pytest.mark.parametrize(
    "key", [r"\ud800", r"metadata.\ud800", r"events.\ud800.count", "metadata.", ""]
)
def test_no_key_of_json_is_a_crash(key):
    assert error_of('{"%s":{"conditions":{"$is":1}}}' % key).issues  # noqa: UP031 - braces


def test_an_empty_metadata_key_that_is_stored_is_a_field():
    known = catalogue(metadata={"": NameType(STRING)})

    assert parse(on("metadata.", "$is", "x"), known, ZONE).conditions


def test_a_name_of_megabytes_is_shown_shortened():
    (issue,) = error_of(on("x" * 1_000_000, "$is", 1)).issues

    assert len(issue.message) < 1_100
    assert "1,000,000 characters" in issue.message

"""A filter with one node changed or taken away."""

import pytest

from engine.filters.edit import with_operand, without
from engine.filters.expression import to_json
from engine.filters.parser import parse
from tests.filters.verdicts import CATALOGUE, clock

CITY = {"address.city": {"conditions": {"$is": ["Rome"], "$starts_with": ["R"]}}}
NAME = {"name": {"conditions": {"$is": ["Ann"]}}}
DOCUMENT = {"junction": "and", **CITY, "$groups": [{"junction": "or", **NAME}]}


def read(document):
    return parse(document, CATALOGUE, clock().zone)


ALONE = {"junction": "and", "address.city": {"conditions": {"$is": ["Rome"]}}}
CASES = {
    "$": None,
    '$["address.city"].conditions.$starts_with': {**ALONE, "$groups": DOCUMENT["$groups"]},
    '$["address.city"]': {"junction": "and", "$groups": DOCUMENT["$groups"]},
    "$.$groups[0]": {"junction": "and", **CITY},
    "$.$groups[0].name": {"junction": "and", **CITY},  # and the group that held it
    "$.$groups[0].name.conditions.$is": {"junction": "and", **CITY},
    "$.$groups[1]": DOCUMENT,  # no such node
}


@pytest.mark.parametrize("path", CASES)
def test_a_node_is_taken_away_with_what_it_leaves_empty(path):
    left = without(read(DOCUMENT), path)

    assert CASES[path] == (left and to_json(left))


def test_nothing_is_left_of_a_filter_without_its_only_condition():
    assert without(read(NAME), "$.name") is None


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ('$["address.city"].conditions.$is', '"$is": ["Rome"]', '"$is": ["Oslo", "Bari"]'),
        ("$.$groups[0].name", '"$is": ["Ann"]', '"$is": ["Oslo", "Bari"]'),
        ("$.$groups[0].name.conditions.$is", '"$is": ["Ann"]', '"$is": ["Oslo", "Bari"]'),
    ],
)
def test_a_test_takes_another_operand(path, old, new):
    changed = with_operand(read(DOCUMENT), path, ("Oslo", "Bari"))
    expected = str(DOCUMENT).replace("'", '"').replace(old, new)

    assert expected == str(to_json(changed)).replace("'", '"')

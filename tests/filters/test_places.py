"""Every fault of a filter in text names its line and column."""

import json
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import FilterError
from engine.filters.expression import step
from engine.filters.places import places
from tests.filters.faults import read
from tests.strategies import examples

TEXT = """{
  "junction": "nor",
  "name": {
    "conditions": {"$iz": ["x"], "$is": ["a",
      5]}
  },
  "email": {"missing": "skip"},
  "$groups": [{"phone": {"conditions": {"$is": "1"}}},
    {}],
  "name": 3
}"""
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def placed(text):
    with pytest.raises(FilterError) as caught:
        read(text)
    return {issue.path: (issue.line, issue.column) for issue in caught.value.issues}


def test_a_fault_has_the_place_of_its_value_or_of_the_key_that_is_wrong():
    once = TEXT.replace(',\n  "name": 3', "")

    assert placed(once) == {
        "$.junction": (2, 3),
        "$.name.conditions.$iz": (4, 20),
        "$.name.conditions.$is[1]": (5, 7),
        "$.email.conditions": (7, 3),  # what is absent: what should hold it
        "$.$groups[1]": (9, 5),
    }


def test_a_repeated_key_has_the_place_of_the_last_one():
    assert placed(TEXT)["$.name"] == (10, 3)


@pytest.mark.parametrize(
    ("text", "place"),
    [("", (1, 1)), ('{\n"name": }', (2, 9)), ('{"a": 1}\n\n x', (3, 2)), ('{"a": "x', (1, 7))],
)
def test_text_that_is_no_json_says_where_it_ends_to_be(text, place):
    assert placed(text) == {"$": place}


def test_the_place_is_told():
    with pytest.raises(FilterError, match=r"@ \$\.name, line 2, column 1"):
        read('{\n"name": 1}')


def paths(value, path="$"):
    """Every path of a value, in the order of the text."""
    listed = dict(enumerate(value)) if isinstance(value, list) else value
    inner = listed.items() if isinstance(listed, dict) else ()
    return [path, *(found for key, one in inner for found in paths(one, step(path, key)))]


@given(value=values, indent=st.sampled_from([None, 0, 3]))
@settings(max_examples=examples(20, fuzzed=5_000))
def test_every_value_has_a_place_and_they_stand_in_order(value, indent):
    text = json.dumps(value, indent=indent)
    found = places(text)

    assert list(found) == paths(value)
    assert list(accumulate(found.values(), max)) == list(found.values())

"""Addresses as clients spell them."""

import pytest

from engine.api.spelling import decoded, nested, one_spelling


def spelled(raw, query=b""):
    """The path and the query of a request as the routes see them."""
    found = one_spelling({"path": "", "raw_path": raw, "query_string": query})
    return found["path"], found["query_string"].decode()


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/v1/customers", "/v1/customers"),
        (b"/v1/customers/", "/v1/customers"),
        (b"/v1/customers//", "/v1/customers"),
        (b"/v1/customers/a%40b.c", "/v1/customers/a%40b.c"),
        (b"/v1/customers/a@b.c", "/v1/customers/a%40b.c"),
        (b"/v1/customers/a%2540b.c", "/v1/customers/a%40b.c"),
        (b"/v1/customers/a%2Fb/activity", "/v1/customers/a%2Fb/activity"),
        (b"/v1/customers/a%252Fb", "/v1/customers/a%2Fb"),
        (b"/v1/customers/%C3%A4", "/v1/customers/%C3%A4"),
        (b"/v1/customers/50%25", "/v1/customers/50%25"),
        (b"/v1/customers/50%25ba", "/v1/customers/50%25ba"),
        (b"/v1/customers/50%256b", "/v1/customers/50%256b"),
        (b"/v1/customers/50%2518", "/v1/customers/50%2518"),
        (b"/v1/customers/a?x=1", "/v1/customers/a"),
    ],
)
def test_a_path_has_one_spelling(raw, path):
    assert spelled(raw)[0] == path


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"tracking_id=track_a%252Bb%252Fc%253D%253D", "tracking_id=track_a%2Bb%2Fc%3D%3D"),
        (b"reason=wrong%2520order", "reason=wrong+order"),
        (b"reason=50%25", "reason=50%25"),
        (b"reason=50%25ff", "reason=50%25ff"),
        (b"a%5Bb%5D=1", "a%5Bb%5D=1"),
        (b"a[b]=&c", "a%5Bb%5D=&c="),
    ],
)
def test_a_value_that_was_encoded_twice_is_decoded_twice(query, expected):
    assert spelled(b"/", query)[1] == expected


def test_a_sign_of_per_cent_that_encodes_nothing_stays():
    assert decoded("100%25") == "100%"
    assert decoded("100%2") == "100%2"


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("a", "1")], {"a": "1"}),
        ([("a[b]", "1"), ("a[c]", "2")], {"a": {"b": "1", "c": "2"}}),
        (
            [
                ("filters[name][conditions][$in][0]", "x"),
                ("filters[name][conditions][$in][1]", "y"),
            ],
            {"filters": {"name": {"conditions": {"$in": ["x", "y"]}}}},
        ),
        ([("item[10][id]", "k"), ("item[9][id]", "j")], {"item": [{"id": "j"}, {"id": "k"}]}),
        ([("a[]", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
        ([("metadata.x[0]", "1")], {"metadata.x": ["1"]}),
    ],
)
def test_brackets_are_objects_and_numbers_in_them_lists(pairs, expected):
    assert nested(pairs) == expected


@pytest.mark.parametrize(
    "pairs",
    [
        [("a", "1"), ("a[b]", "1")],
        [("a" + "[b]" * 7, "1")],
        [(f"a{number}", "1") for number in range(2_001)],
    ],
    ids=["two kinds", "too deep", "too many"],
)
def test_parameters_that_contradict_each_other_or_are_too_many_are_refused(pairs):
    with pytest.raises(ValueError, match="expected"):
        nested(pairs)

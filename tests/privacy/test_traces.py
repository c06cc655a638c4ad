"""Values inside of texts: found the same way however many are sought, and in how many texts."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.privacy.traces import MANY, holding

PEOPLE = [f"person-{number:04}@example.com" for number in range(MANY)]
TEXTS = {
    "few texts": ["for person-0007@example.com, asked", None, "", "nobody", "person-0007"],
    "many texts": [*(f"note {number}" for number in range(9_000)), "of person-0199@example.com!"],
}


@pytest.mark.parametrize("case", TEXTS)
def test_of_many_people_each_who_is_named_is_found(case):
    texts = pl.Series(TEXTS[case], dtype=pl.String)
    found = holding(texts, PEOPLE)

    assert found.arg_true().to_list() == [
        place for place, text in enumerate(TEXTS[case]) if text and any(p in text for p in PEOPLE)
    ]
    assert found.sum() == 1
    assert found.null_count() == 0


@given(
    st.lists(st.text("ab1 ", max_size=6), max_size=8),
    st.lists(st.text("ab1 ", min_size=1, max_size=3), min_size=1, max_size=6),
)
def test_however_many_are_sought_the_same_texts_hold_one(texts, values):
    series = pl.Series(texts, dtype=pl.String)
    plain = [any(value in text for value in values) for text in texts]
    many = [*values, *(f"{number:05}-nobody" for number in range(MANY))]

    assert holding(series, values).to_list() == plain
    assert holding(series, many).to_list() == plain

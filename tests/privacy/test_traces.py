"""Values inside of texts: found the same way however many are sought, and in how many texts."""

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.privacy import traces
from engine.privacy.traces import MANY, Traces, holding

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


WORDS = [
    "Ann Ο’Sée",
    "ann ο’sE\u0301e",
    "AΣ",
    "aς",
    "+48 601-22 33",
    "4860122",
    "x-9-44",
    " ",
    "\t",
    "q@x.y",
    "é",
    "",
]
SAID = st.none() | st.lists(st.sampled_from(WORDS), max_size=4).map("".join)


@example(said=["b", "aς", "d", "é", "e"], block=2, times=1)
@given(said=st.lists(SAID, max_size=12), block=st.integers(1, 4), times=st.integers(1, 3))
@pytest.mark.parametrize("column", ["name", "phone"])
def test_texts_that_are_sifted_are_those_that_are_found_one_by_one(column, said, block, times):
    own = {"name": frozenset({"aς", "ann ο’sée"}), "phone": frozenset({"4860122"})}
    sought = Traces(frozenset([*WORDS[:4], "q@x.y", "x-9-44"]), frozenset({"48601223"}), own)
    texts = pl.Series(column, said * times, dtype=pl.String)
    looks = (sought.suspects, sought.suspects_own, sought.suspects_json)
    alone = [look(texts).to_list() for look in looks]
    with pytest.MonkeyPatch.context() as few:
        few.setattr(traces, "BLOCK", block)

        assert [look(texts).to_list() for look in looks] == alone
    held = [text is not None and sought.holds(text) for text in texts]
    assert all(found or not holds for found, holds in zip(alone[0], held, strict=True))

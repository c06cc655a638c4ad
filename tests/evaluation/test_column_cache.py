"""What a later state of a table takes over of the columns that filters have asked for."""

from datetime import date
from unicodedata import normalize

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation import column_cache
from engine.evaluation.column_cache import ColumnCache
from engine.evaluation.columns import BITS
from engine.filters.storage import Bits, Dictionary, Plain
from tests.strategies import examples

READS = frozenset(["value"])
WORDS = ["", "a", "Berlin", "Köln", "Ko\u0308ln", "Łódź", "z"]
VALUES = {
    "words": (pl.String, st.sampled_from(WORDS)),
    "ascii": (pl.String, st.sampled_from(["a", "b", "c"])),
    "texts": (pl.String, st.text("abcö\u0308", max_size=3)),
    "lists": (pl.List(pl.String), st.lists(st.sampled_from(WORDS), max_size=3)),
    "many": (pl.List(pl.Int64), st.lists(st.integers(0, BITS + 5), max_size=9)),
    "numbers": (pl.Int64, st.integers(-3, 3)),
    "dates": (pl.Date, st.dates(date(2026, 1, 1), date(2026, 1, 9))),
    "flags": (pl.Boolean, st.booleans()),
}


@pytest.fixture(scope="module", autouse=True)
def _of_any_size():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(column_cache, "FEWEST", 0)
        patch.setattr(column_cache, "PIECES", 3)
        yield


def seen(cache, values):
    def some(places):
        return values if places is None else values[places]

    return cache.column("value", lambda: READS, some)


def first_places(cache):
    """Whose values are read first to make the column; None: all."""
    asked = []
    cache.column("value", lambda: READS, lambda at: asked.append(at))
    return None if asked[0] is None else asked[0].to_list()


def read(column):
    """What filters read, value by value."""
    if isinstance(column.storage, Bits):
        known = column.storage.vocabulary
        return [
            sorted({known[place] for place in range(len(known)) if number >> place & 1})
            for number in column.bits
        ]
    return column.plain.to_list()


def meant(values, column):
    """What they should read."""
    plain = [_normal(value) for value in values]
    return [sorted({*(each or ())}) for each in plain] if column.bits is not None else plain


def _normal(value):
    if isinstance(value, list):
        return [_normal(each) for each in value]
    return normalize("NFC", value) if isinstance(value, str) else value


@st.composite
def histories(draw):
    """A column, and writes to it: values at places, those behind the end in a row, seen or not."""
    dtype, values = draw(st.sampled_from(sorted(VALUES)).map(VALUES.get))
    values = st.none() | values
    start = draw(st.lists(values, min_size=1, max_size=30))
    steps = draw(st.lists(st.tuples(
        st.dictionaries(st.integers(0, len(start) - 1), values, max_size=4),
        st.lists(values, max_size=3),
        st.booleans(),
    ), max_size=8))  # fmt: skip
    return dtype, start, steps


@given(histories())
@settings(max_examples=examples(60, fuzzed=5_000))
def test_a_column_reads_as_one_that_is_prepared_anew(history):
    dtype, values, steps = history
    cache = ColumnCache()
    seen(cache, pl.Series("value", values, dtype))

    for at, (changed, new, looks) in enumerate(steps):
        places = [*sorted(changed), *range(len(values), len(values) + len(new))]
        values = [changed.get(place, value) for place, value in enumerate(values)] + new
        cache = cache.following(pl.Series(places, dtype=pl.Int64), frozenset())
        if looks or at == len(steps) - 1:
            column = seen(cache, pl.Series("value", values, dtype))

            assert read(column) == meant(values, column)
            assert column.plain.to_list() == [_normal(value) for value in values]


def test_known_texts_are_put_where_they_belong_and_nothing_else_is_looked_at():
    values = pl.Series("value", ["a", "b"] * 10)
    cache = ColumnCache()
    before = seen(cache, values)
    later = values.clone().scatter([1], ["a"])

    after = seen(cache.following(pl.Series([1]), frozenset()), later)

    assert after.storage.categories is before.storage.categories
    assert after.plain.to_list() == later.to_list()
    assert before.plain.to_list() == values.to_list()  # others may be reading it


def test_a_new_text_stands_among_the_others_in_their_order():
    cache = ColumnCache()
    seen(cache, pl.Series("value", ["b"] * 20))

    after = seen(
        cache.following(pl.Series([20]), frozenset()), pl.Series("value", ["b"] * 20 + ["a"])
    )

    assert after.storage.categories.to_list() == ["a", "b"]  # lists are sorted by the codes
    assert after.values.arg_sort()[0] == 20
    assert after.values.dtype == pl.UInt8  # as narrow as one that is prepared


def test_texts_that_became_as_many_as_records_are_no_longer_numbered():
    start = ["a"] * 20
    cache = ColumnCache()
    assert isinstance(seen(cache, pl.Series("value", start)).storage, Dictionary)
    texts = [str(place) for place in range(20)]

    after = seen(
        cache.following(pl.int_range(20, eager=True), frozenset()), pl.Series("value", texts)
    )

    assert isinstance(after.storage, Plain)


def test_lists_of_more_values_than_a_number_has_bits_have_none():
    start = [[value] for value in range(BITS)]
    cache = ColumnCache()
    before = seen(cache, pl.Series("value", start))
    values = [*start, [BITS, 0]]

    after = seen(cache.following(pl.Series([BITS]), frozenset()), pl.Series("value", values))

    assert (before.bits is None, after.bits) == (False, None)
    assert after.values.to_list() == values


def test_what_nobody_wrote_stays_and_what_comes_of_other_records_goes():
    values = pl.Series("value", ["a"] * 9)
    cache = ColumnCache()
    own = seen(cache, values)
    cache.column("sum", frozenset, lambda _places: values)

    later = cache.following(pl.Series([0]), READS)

    assert ("value" in later, "sum" in later) == (True, False)
    assert seen(later, values) is own


def test_behind_more_writes_than_pay_a_column_is_prepared_anew(monkeypatch):
    monkeypatch.setattr(column_cache, "MOST", 2)
    cache = ColumnCache()
    seen(cache, pl.Series("value", ["a"] * 9))

    few = cache.following(pl.Series([0, 1]), frozenset())
    many = few.following(pl.Series([2]), frozenset())

    assert [first_places(each) for each in (few, many)] == [[0, 1], None]

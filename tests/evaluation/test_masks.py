"""Bitmaps, and filters over them in two stages."""

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation import masks as module
from engine.evaluation.bitmaps import Bitmap
from engine.evaluation.columns import prepared
from engine.evaluation.masks import Masks
from engine.filters.expression import Condition, Group, Test
from engine.filters.in_python import matches
from engine.filters.resolve import resolve_condition
from tests import strategies
from tests.customer_masks import masks_of
from tests.filters.verdicts import clock as some_clock

tables = st.lists(strategies.rows(), min_size=1, max_size=9)
verdicts = st.lists(st.booleans(), max_size=200)


@given(verdicts)
def test_a_bitmap_gives_back_what_it_was_made_of(found):
    assert found == Bitmap.of(pl.Series(found, dtype=pl.Boolean)).series.to_list()


@given(verdicts, st.integers(0, 70))
def test_a_bitmap_of_a_slice_begins_at_its_first_row(found, start):
    part = pl.Series(found, dtype=pl.Boolean)[start:]

    assert part.to_list() == Bitmap.of(part).series.to_list()


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=200))
def test_bitmaps_are_joined_row_by_row(pairs):
    left, right = (Bitmap.of(pl.Series([p[k] for p in pairs], dtype=pl.Boolean)) for k in (0, 1))

    assert [a and b for a, b in pairs] == (left & right).series.to_list()
    assert [a or b for a, b in pairs] == (left | right).series.to_list()
    assert [not a for a, _ in pairs] == (~left).series.to_list()
    assert sum(not a for a, _ in pairs) == (~left).size
    assert len(pairs) == Bitmap.full(len(pairs), verdict=True).size


@settings(max_examples=strategies.examples(30, fuzzed=4_000))
@given(strategies.groups(), tables, strategies.clocks, st.booleans())
def test_two_stages_say_what_plain_python_says(group, customers, clock, primed):
    masks = masks_of(customers)
    if primed:  # with some leaves kept already, others not
        masks.matching(replace(group, groups=()), clock)

    expected = [matches(group, customer, strategies.CATALOGUE, clock) for customer in customers]

    assert expected == masks.matching(group, clock).to_list()
    assert expected == masks.matching(group, clock).to_list()


def test_a_leaf_that_reads_the_clock_is_asked_again_when_it_moves():
    masks = masks_of([{"metadata.date": date(2024, 3, day)} for day in (14, 15, 16)])
    today = Group("and", (Condition("metadata.date", (Test("$today"),)),))

    for day in (15, 16, 15):
        when = some_clock(f"2024-03-{day}T12:00:00+00:00")

        assert [day - 14] == masks.matching(today, when).arg_true().to_list()


def test_a_leaf_that_reads_the_calendar_is_asked_again_in_another_zone():
    masks = masks_of([{"metadata.instant": datetime(2024, 3, 31, 22, 30, tzinfo=UTC)}])
    april = Group("and", (Condition("metadata.instant", (Test("$is_month", ("April",)),)),))

    for zone, month in (("UTC", False), ("Europe/Berlin", True)):
        assert [month] == masks.matching(april, some_clock(zone=zone)).to_list()


def test_a_leaf_that_reads_no_clock_is_kept_as_time_passes():
    masks, later = masks_of([{"metadata.number": 1.0}]), some_clock("2025-01-01T00:00:00+00:00")
    leaf = Condition("metadata.number", (Test("$is", (1,)),))

    masks.matching(Group("and", (leaf,)), some_clock())

    assert masks.kept(resolved(leaf), later)


TEXT, NUMBER = "metadata.string", "metadata.number"
PEOPLE = [{NUMBER: float(n), TEXT: f"ab{n}"} for n in range(20)]  # too many texts for codes


def resolved(condition):
    [leaf] = resolve_condition(condition, strategies.CATALOGUE, some_clock().zone).leaves
    return leaf


def few(most):
    return Condition(NUMBER, (Test("$less_than", (most,)),))


ENDS = Condition(TEXT, (Test("$ends_with", ("7",)),))


@pytest.mark.parametrize("asked", [(8, False), (16, True)])
def test_a_dear_leaf_is_asked_of_all_and_kept_only_where_most_rows_are_left(asked):
    masks, (most, kept) = masks_of(PEOPLE), asked

    found = masks.matching(Group("and", (few(most), ENDS)), some_clock())

    assert [7] == found.arg_true().to_list()
    assert masks.kept(resolved(few(most)), some_clock())
    assert kept == masks.kept(resolved(ENDS), some_clock())


def test_presence_is_cheap_also_of_text():
    masks = masks_of(PEOPLE)
    present = Condition(TEXT, (Test("$has_value"),))

    assert masks.dear(resolved(ENDS), some_clock())
    assert not masks.dear(resolved(present), some_clock())


def test_what_is_kept_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    masks = masks_of(PEOPLE)
    leaves = [resolved(Condition(NUMBER, (Test("$is", (n,)),))) for n in range(5)]

    masks.leaves(leaves, some_clock())

    assert [False, False, True, True, True] == [masks.kept(leaf, some_clock()) for leaf in leaves]


def test_what_was_used_last_is_kept_longest(monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    masks = masks_of(PEOPLE)
    first, second, third = (resolved(Condition(NUMBER, (Test("$is", (n,)),))) for n in range(3))

    for leaf in (first, second, first, third):
        masks.leaves([leaf], some_clock())

    assert [True, False, True] == [
        masks.kept(leaf, some_clock()) for leaf in (first, second, third)
    ]


@pytest.mark.parametrize("values", [[["a", "b"], [], None, ["b", None, "b"]], [[2.5], [1.0, 2.5]]])
def test_lists_of_few_distinct_values_are_kept_as_bits(values):
    column = prepared(pl.Series("it", values))

    assert not column.dear
    assert [sorted({one for one in row or [] if one is not None}) for row in values] == [
        [value for bit, value in enumerate(column.storage.vocabulary) if number >> bit & 1]
        for number in column.bits
    ]


def test_texts_in_lists_are_kept_in_nfc_as_bits_too():
    column = prepared(pl.Series("it", [["e\u0301"], ["\u00e9"]]))

    assert ["\u00e9"] == column.storage.vocabulary.to_list()
    assert [1, 1] == column.bits.to_list()


def test_lists_of_many_distinct_values_stay_lists():
    column = prepared(pl.Series("it", [[str(number)] for number in range(65)]))

    assert column.dear
    assert column.bits is None


def test_the_last_of_64_distinct_values_has_a_bit_too():
    values = [[str(number)] for number in range(10, 74)]
    column = prepared(pl.Series("it", values))
    masks = Masks(
        64, strategies.CATALOGUE, lambda leaf, _clock: column if leaf.field.named else None
    )
    last = Condition("metadata.strings", (Test("$is", ("73",)),))

    assert [63] == masks.matching(Group("and", (last,)), some_clock()).arg_true().to_list()

"""The size of a filter at every threshold is what the filter with that threshold counts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.node_numbers import numbers
from engine.evaluation.thresholds import MOST, SCALES, curve, movable
from engine.filters.expression import Condition, Group, Test, leaves_of, step
from engine.filters.kinds import KINDS
from engine.filters.operators.table import OPERATORS
from tests import strategies
from tests.customer_masks import masks_of
from tests.filters.verdicts import clock as some_clock
from tests.strategies import CATALOGUE

tables = st.lists(strategies.rows(), min_size=1, max_size=8)
BY_DTYPE = {kind.dtype: kind for kind in KINDS.values()}
NUMBER = "metadata.number"


def moved(group, path, raw, at="$"):
    """The filter with another operand in the test of a path."""
    inner = step(at, "$groups")
    return replace(
        group,
        conditions=tuple(
            replace(each, tests=tuple(_test(each, test, path, raw, at) for test in each.tests))
            for each in group.conditions
        ),
        groups=tuple(
            moved(each, path, raw, step(inner, place)) for place, each in enumerate(group.groups)
        ),
    )


def _test(condition, test, path, raw, at):
    own = step(step(step(at, condition.field), "conditions"), test.operator)
    return replace(test, operand=(raw,)) if own == path else test


@settings(max_examples=strategies.examples(24, fuzzed=2_000))
@given(strategies.groups(), tables, strategies.clocks)
def test_the_size_at_a_threshold_is_that_of_the_filter_with_it(group, customers, clock):
    masks = masks_of(customers)
    for path in movable(group, CATALOGUE, clock.zone):
        found = curve(masks, group, path, clock)
        kind = BY_DTYPE.get(found["threshold"].dtype)

        for threshold, size, _ in found.rows():
            raw = kind.show(threshold) if kind else threshold
            there = moved(group, path, raw)
            assert masks.matching(there, clock).sum() == size, (path, raw)


@settings(max_examples=strategies.examples(24, fuzzed=2_000))
@given(strategies.groups(), tables, strategies.clocks)
def test_the_current_threshold_stands_once_in_its_place(group, customers, clock):
    masks = masks_of(customers)
    total = numbers(masks, group, clock)["$"].matched
    for path in movable(group, CATALOGUE, clock.zone):
        found = curve(masks, group, path, clock)

        assert [total] == found.filter("current")["customers"].to_list()
        assert found["threshold"].is_sorted()
        assert found["threshold"].is_unique().all()


@pytest.mark.parametrize("row", OPERATORS, ids=repr)
def test_a_test_has_a_threshold_where_its_operand_is_one_value_on_a_scale(row):
    assert (row.operand.key in SCALES) == (row.operand.arity == "one")


def more_than(number):
    return Group(conditions=(Condition(NUMBER, (Test("$more_than", (number,)),)),))


def test_a_threshold_of_many_values_is_drawn_at_forty_of_them():
    group = more_than(7.5)
    [path] = movable(group, CATALOGUE, some_clock().zone)
    found = curve(masks_of([{NUMBER: float(n)} for n in range(1000)]), group, path, some_clock())

    assert MOST + 1 == found.height
    assert [(0.0, 999), (999.0, 0)] == found.select("threshold", "customers")[[0, -1]].rows()
    assert (7.5, 992, True) in found.rows()


def test_where_nobody_has_a_value_the_current_threshold_stands_alone():
    group = more_than(1)
    [path] = movable(group, CATALOGUE, some_clock().zone)

    assert [(1.0, 0, True)] == curve(masks_of([{NUMBER: None}]), group, path, some_clock()).rows()


@pytest.mark.parametrize(
    ("key", "ends"),
    [
        ("$is_less_days_ago_md", [(0, 1), (365, 365)]),
        ("$is_more_days_in_future_md", [(0, 364), (365, 0)]),
    ],
)
def test_an_anniversary_is_drawn_over_the_whole_year(key, ends):
    group = Group(conditions=(Condition("birthdate", (Test(key, (7,)),)),))
    [path] = movable(group, CATALOGUE, some_clock().zone)
    days = [some_clock().today - timedelta(number) for number in range(365)]
    found = curve(masks_of([{"birthdate": day} for day in days]), group, path, some_clock())

    assert found.filter("current")["threshold"].to_list() == [7]
    assert found.select("threshold", "customers")[[0, -1]].rows() == ends


def test_every_test_of_a_condition_has_a_threshold_of_its_own():
    between = Condition(NUMBER, (Test("$more_than", (1,)), Test("$less_than", (9,))))
    group = Group("or", (between,))

    found = movable(group, CATALOGUE, some_clock().zone)
    assert leaves_of(between) == tuple(leaf.condition for leaf in found.values())
    assert [f'$["{NUMBER}"].conditions.{key}' for key in ("$more_than", "$less_than")] == [*found]

"""The numbers of every node equal what whole filters count, with the node and without it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.node_numbers import numbers
from engine.filters.edit import without
from engine.filters.expression import Condition, Group, Test, conditions_of, step
from tests import strategies
from tests.customer_masks import masks_of
from tests.filters.verdicts import clock as some_clock
from tests.strategies import examples

tables = st.lists(strategies.rows(), min_size=1, max_size=6)


def nodes(group, path="$"):
    """Every node with its path, as a filter of its own."""
    yield path, group
    for condition in group.conditions:
        place = step(path, condition.field)
        yield place, Group(conditions=(condition,))
        for test in condition.tests:
            alone = replace(condition, tests=(test,))
            yield step(step(place, "conditions"), test.operator), Group(conditions=(alone,))
    for number, inner in enumerate(group.groups):
        yield from nodes(inner, step(step(path, "$groups"), number))


@settings(max_examples=examples(20, fuzzed=2_000))
@given(strategies.groups(), tables, strategies.clocks)
def test_the_numbers_are_those_of_the_filter_with_and_without_the_node(group, customers, clock):
    masks = masks_of(customers)
    counted = numbers(masks, group, clock)
    count = masks.matching(group, clock).sum()

    assert list(counted) == [path for path, _ in nodes(group)]
    for path, alone in nodes(group):
        left = without(group, path)
        rest = masks.matching(left, clock).sum() if left else masks.height
        matched = masks.matching(alone, clock).sum()

        assert (matched, matched / masks.height) == (counted[path].matched, counted[path].share)
        assert rest - count == counted[path].only, path


@settings(max_examples=examples(20, fuzzed=2_000))
@given(strategies.groups(), tables, strategies.clocks)
def test_missing_counts_who_has_no_value_and_who_fails_for_it(group, customers, clock):
    masks = masks_of(customers)
    counted = numbers(masks, group, clock)

    for path, condition in conditions_of(group):
        unknown = Group(conditions=(Condition(condition.field, (Test("$is_unknown"),)),))
        failing = Group(groups=(unknown, Group(conditions=(condition,), negated=True)))
        missing, failed = (masks.matching(one, clock).sum() for one in (unknown, failing))

        assert (missing, failed) == (counted[path].missing, counted[path].failed_missing)


@settings(max_examples=examples(20, fuzzed=2_000))
@given(strategies.groups(), tables, strategies.clocks)
def test_a_node_decides_those_whose_verdict_turns_with_it(group, customers, clock):
    masks = masks_of(customers)
    counted = numbers(masks, group, clock)
    verdicts = masks.matching(group, clock)

    for place, inner in enumerate(group.groups):
        turned = list(group.groups)
        turned[place] = replace(inner, negated=not inner.negated)
        others = masks.matching(replace(group, groups=tuple(turned)), clock)

        assert (others != verdicts).sum() == counted[f"$.$groups[{place}]"].decided


NUMBER, POINTS = "metadata.number", "loyalty.points"
ONES = tuple(Condition(path, (Test("$is", (1,)),)) for path in (NUMBER, POINTS))
THREE = [{NUMBER: float(n), POINTS: float(p)} for n, p in ((1, 1), (1, 9), (8, 9))]


def only(group, path):
    place = step("$", path) if path != "$" else path
    return numbers(masks_of(THREE), group, some_clock())[place].only


def test_under_and_a_condition_keeps_out_whom_the_others_would_let_in():
    both = Group("and", ONES)

    assert (0, 1) == (only(both, NUMBER), only(both, POINTS))


def test_under_or_a_condition_brings_in_whom_no_other_does():
    either = Group("or", ONES)

    assert (-1, 0) == (only(either, NUMBER), only(either, POINTS))


def test_not_turns_the_sign_round():
    neither = Group("or", ONES, negated=True)

    assert (1, 0) == (only(neither, NUMBER), only(neither, POINTS))


def test_without_its_last_condition_a_filter_is_everybody():
    alone = Group("and", ONES[1:])

    assert (2, 2) == (only(alone, "$"), only(alone, POINTS))


def test_nobody_is_no_share_of_an_empty_base():
    counted = numbers(held_nobody(), Group("and", ONES), some_clock())

    assert {0.0} == {each.share for each in counted.values()}


def held_nobody():
    masks = masks_of(THREE)
    return type(masks)(0, strategies.CATALOGUE, lambda _condition, _clock: None)

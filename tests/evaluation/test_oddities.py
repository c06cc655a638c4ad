"""Oddities of a filter: one case for each row, and laws that every finding obeys."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.evaluation.masks import Masks
from engine.evaluation.oddities import GROUPS, lint
from engine.filters.expression import Condition, Group, Test, to_json
from engine.filters.in_python import matches
from engine.filters.oddities.rows import PAIRS, SINGLE
from engine.filters.oddities.witnesses import possible
from engine.filters.parser import parse
from engine.filters.resolve import resolve_condition
from tests import strategies
from tests.customer_masks import masks_of
from tests.filters.verdicts import clock as some_clock

CATALOGUE = strategies.CATALOGUE
TEXT, NUMBER, FLAG = "metadata.string", "metadata.number", "metadata.boolean"
PEOPLE = [
    {TEXT: text, NUMBER: number, FLAG: flag, "loyalty.points": points, "birthdate": None}
    for text, number, flag, points in (
        ("a", 1.0, True, 5.0),
        ("b", 2.0, None, 6.0),
        ("b", 3.0, True, 7.0),
        (None, None, False, 5.0),
    )
]


def read(document):
    return parse(document, CATALOGUE, some_clock().zone)


def on(field, operator, *operand, **more):
    return {field: {"conditions": {operator: list(operand) or True}, **more}}


def both(first, second, junction="and"):
    return {"junction": junction, **first, "$groups": [second]}


IS_A, IS_B = on(TEXT, "$is", "a"), on(TEXT, "$is", "b")
NOT_A, NOT_B = on(TEXT, "$is_not", "a"), on(TEXT, "$is_not", "b")
ABOVE_1, ABOVE_2 = on(NUMBER, "$more_than", 1), on(NUMBER, "$more_than", 2)
AT_MOST_1 = on("loyalty.points", "$less_than_equal", 5)
ABOVE_5 = on("loyalty.points", "$more_than", 5)
TRUE = on(FLAG, "$is", True)
POINTS = on("loyalty.points", "$has_value")

PROVED = {
    "always_false": (both(IS_A, on("loyalty.points", "$is_unknown")), IS_A),
    "always_true": (both(IS_A, POINTS), IS_A),
    "contradiction": (both(IS_A, IS_B), on(TEXT, "$is", "a", "b")),
    "redundant": (both(ABOVE_2, ABOVE_1), ABOVE_2),
    "redundant, the first": (both(ABOVE_1, ABOVE_2), {"$groups": [ABOVE_2]}),
    "redundant under or": (both(ABOVE_2, ABOVE_1, "or"), {"junction": "or", "$groups": [ABOVE_1]}),
    "redundant under or, the second": (
        both(ABOVE_1, ABOVE_2, "or"),
        {"junction": "or", **ABOVE_1},
    ),
    "or_of_negatives": (
        both(NOT_A, NOT_B, "or"),
        {"junction": "or", **on(TEXT, "$is_not", "a", "b")},
    ),
    "always_true under or": (both(ABOVE_5, AT_MOST_1, "or"), {"junction": "or", **ABOVE_5}),
}


@pytest.mark.parametrize("case", PROVED)
def test_an_oddity_is_proved_and_mended(case):
    odd, mended = PROVED[case]
    found = lint(masks_of(PEOPLE), read(odd), some_clock())

    assert [(case.partition(" ")[0].rstrip(","), True)] == [
        (finding.key, finding.proved) for finding in found if finding.proved
    ]
    assert to_json(read(mended)) == to_json(next(one.fix for one in found if one.proved))


SHOWN = {
    "always_false": both(IS_A, on(NUMBER, "$is", 9)),
    "always_true": both(IS_A, on("birthdate", "$is_unknown")),
    "contradiction": both(IS_A, ABOVE_1),
    "redundant": both(IS_A, TRUE),
    "redundant, the first": both(TRUE, IS_A),
    "or_of_negatives": both(NOT_A, on(NUMBER, "$is_not", 2), "or"),
    "always_true under or": both(NOT_A, TRUE, "or"),
    "redundant under or": both(IS_A, TRUE, "or"),
    "redundant under or, the second": both(TRUE, IS_A, "or"),
}


@pytest.mark.parametrize("case", SHOWN)
def test_an_oddity_that_only_the_counts_show_says_so(case):
    (found,) = lint(masks_of(PEOPLE), read(SHOWN[case]), some_clock())

    assert (case.partition(" ")[0].rstrip(","), False) == (found.key, found.proved)
    assert "today" in found.message.lower()


def test_every_row_has_a_case():
    keys = {row.key for row in (*SINGLE, *PAIRS)}

    assert keys == {case.partition(" ")[0].rstrip(",") for case in PROVED}
    assert len(PROVED) == len(SHOWN) == len((*SINGLE, *PAIRS))


UNDER_7 = on("loyalty.points", "$less_than", 7)
NOBODY = {**TRUE, **ABOVE_1, **UNDER_7}  # each two of them have somebody in common
SOME = {"junction": "or", **IS_A, **on(NUMBER, "$is", 3)}

ODD_GROUPS = {
    "always_false": ({"junction": "or", **IS_A, "$groups": [NOBODY]}, "$.$groups[0]"),
    "always_true": ({**IS_A, "$groups": [{"$not": True, **NOBODY}]}, "$.$groups[0]"),
    "unreachable": ({**NOBODY, "$groups": [SOME]}, "$.$groups[0]"),
}


@pytest.mark.parametrize("row", GROUPS, ids=lambda row: row.key)
def test_an_odd_group_is_shown_and_taken_away(row):
    document, path = ODD_GROUPS[row.key]
    group = read(document)
    (found,) = lint(masks_of(PEOPLE), group, some_clock())

    assert (row.key, path, False, True) == (found.key, found.path, found.proved, found.exact)
    assert replace(group, groups=()) == found.fix


def test_a_filter_that_nobody_meets_says_so_where_nothing_in_it_does():
    (found,) = lint(masks_of(PEOPLE), read(NOBODY), some_clock())

    assert ("always_false", "$", None) == (found.key, found.path, found.fix)


def test_a_filter_that_is_in_order_has_no_findings():
    assert () == lint(masks_of(PEOPLE), read({**ABOVE_1, **UNDER_7}), some_clock())


def test_an_empty_base_shows_nothing_and_proves_all_the_same():
    nobody = Masks(0, CATALOGUE, lambda _leaf, _clock: None)

    assert ["contradiction"] == [
        one.key for one in lint(nobody, read(both(IS_A, IS_B)), some_clock())
    ]
    assert () == lint(nobody, read(both(IS_A, ABOVE_1)), some_clock())


def test_counts_prove_what_is_said():
    (found,) = lint(masks_of(PEOPLE), read(both(TRUE, IS_A)), some_clock())

    assert {"first": 2, "second": 1, "both": 1, "total": 4} == dict(found.counts)


def test_skip_changes_what_negatives_take_in():
    skipping = {path: {**body, "missing": "skip"} for path, body in NOT_A.items()}
    (found,) = lint(masks_of(PEOPLE[:3]), read(both(skipping, NOT_B, "or")), some_clock())

    assert ("or_of_negatives", True) == (found.key, found.proved)


T, F = True, False
DAY_1, DAY_2 = "2024-01-01", "2024-01-02"
TOGETHER = (
    (TEXT, ("$contains", "a"), ("$contains", "b"), {(T, T), (T, F), (F, T), (F, F)}),
    (TEXT, ("$starts_with", "a"), ("$ends_with", "b"), {(T, T), (T, F), (F, T), (F, F)}),
    (TEXT, ("$starts_with", "a"), ("$starts_with", "ab"), {(T, T), (T, F), (F, F)}),
    (TEXT, ("$starts_with", "a"), ("$starts_with", "b"), {(T, F), (F, T), (F, F)}),
    (TEXT, ("$is", "ab"), ("$contains", "b"), {(T, T), (F, T), (F, F)}),
    (TEXT, ("$is", "ab"), ("$not_contain", "b"), {(T, F), (F, T), (F, F)}),
    (NUMBER, ("$more_than", 1), ("$less_than", 2), {(T, T), (T, F), (F, T), (F, F)}),
    (NUMBER, ("$more_than", 2), ("$less_than", 1), {(T, F), (F, T), (F, F)}),
    (NUMBER, ("$more_than", 1), ("$more_than_equal", 1), {(T, T), (F, T), (F, F)}),
    (FLAG, ("$is", True), ("$is_not", True), {(T, F), (F, T)}),
    (
        "metadata.date",
        ("$after", DAY_1),
        ("$before", DAY_2),
        {(T, F), (F, T), (F, F)},
    ),
    (
        "metadata.instant",
        ("$after", DAY_1),
        ("$before", DAY_2),
        {(T, T), (T, F), (F, T), (F, F)},
    ),
    ("metadata.date", ("$more_than_ago", 9), ("$less_than_ago", 9), {(T, F), (F, T), (F, F)}),
    ("metadata.date", ("$today",), ("$yesterday",), {(T, F), (F, T), (F, F)}),
    ("metadata.date", ("$today",), ("$this_month",), {(T, T), (F, T), (F, F)}),
    ("metadata.strings", ("$is", "a"), ("$is", "b"), {(T, T), (T, F), (F, T), (F, F)}),
    ("metadata.strings", ("$includes", "a", "b"), ("$is_not", "b"), {(T, F), (F, T), (F, F)}),
    ("metadata.date", ("$is_month", 1), ("$is_month", 2), None),  # periods without an end
    ("metadata.strings", ("$count", 1), ("$count", 2), None),
)


def said(conditions, clock):
    clauses = [resolve_condition(one, CATALOGUE, clock.zone) for one in conditions]
    return possible(clauses, clock)


@pytest.mark.parametrize(("field", "first", "second", "verdicts"), TOGETHER)
def test_what_two_conditions_can_say_of_one_customer(field, first, second, verdicts):
    two = [Condition(field, (Test(key, tuple(operand)),)) for key, *operand in (first, second)]

    assert verdicts == said(two, some_clock())


PLAIN = st.sampled_from([path for path in strategies.PATHS if CATALOGUE.field(path).known])


@st.composite
def pairs(draw, path=PLAIN):
    """Two conditions of one test on one field."""
    field = CATALOGUE.field(draw(path))
    ignored = draw(st.booleans())
    return tuple(
        Condition(
            field.path,
            (draw(strategies.tests_of(field)),),
            draw(st.sampled_from(["match", "skip"])),
            ignored,
        )
        for _ in range(2)
    )


def test_conditions_that_read_case_differently_are_not_compared():
    strict = Condition(TEXT, (Test("$is", ("a",)),))

    assert said([strict, replace(strict, ignore_case=True)], some_clock()) is None


@settings(max_examples=strategies.examples(60, fuzzed=5_000))
@given(pairs(), strategies.clocks, st.data())
def test_whatever_a_customer_says_was_held_possible(two, clock, data):
    can_be = said(two, clock)
    values = data.draw(
        st.lists(strategies.values(CATALOGUE.field(two[0].field)), min_size=5, max_size=12)
    )

    for value in values:
        alone = (Group(conditions=(one,)) for one in two)
        verdicts = tuple(matches(one, {two[0].field: value}, CATALOGUE, clock) for one in alone)
        assert can_be is None or verdicts in can_be, (value, can_be)


def joined(two, junction):
    return Group(junction, two[:1], (Group("and", two[1:]),))


junctions = st.sampled_from(["and", "or"])
tables = st.lists(strategies.rows(), min_size=1, max_size=6)


@settings(max_examples=strategies.examples(25, fuzzed=2_000))
@given(strategies.groups(1) | st.builds(joined, pairs(), junctions), tables, strategies.clocks)
def test_an_exact_fix_leaves_the_members_as_they_are(group, customers, clock):
    masks = masks_of(customers)
    members = masks.matching(group, clock).to_list()
    for finding in lint(masks, group, clock):
        mended = finding.fix and masks.matching(finding.fix, clock).to_list()

        assert finding.exact == (members == mended)


@settings(max_examples=strategies.examples(25, fuzzed=2_000))
@given(pairs(), junctions, tables, strategies.clocks)
def test_what_is_proved_redundant_is_so_on_any_base(two, junction, customers, clock):
    group, masks = joined(two, junction), masks_of(customers)
    for finding in lint(masks_of([dict.fromkeys(strategies.PATHS)]), group, clock):
        if finding.proved and finding.key == "redundant":
            members = masks.matching(group, clock).to_list()

            assert members == masks.matching(finding.fix, clock).to_list()

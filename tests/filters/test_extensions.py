"""Our extensions, and names that nobody has yet (filters rules, sections 6 and 7)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from engine.errors import FilterError
from engine.filters.clock import Clock
from engine.filters.compiler import mask, within
from engine.filters.expression import Condition, Group, Test, Window
from engine.filters.in_python import matches
from engine.filters.kinds import INSTANT
from engine.filters.parser import parse
from engine.filters.reading import fold_texts
from engine.filters.resolve import period, resolve
from engine.filters.storage import Plain
from tests.fields import EMPTY_CATALOGUE, FIELDS
from tests.filters.stored import as_plain
from tests.filters.verdicts import CATALOGUE, COUNTER, NOW, at, clock, holds


def test_ignore_case_folds_both_sides_fully():
    values = ["Straße", "STRASSE", "strasse", "Strase", None]

    assert holds("metadata.text", "$is", "STRASSE", values, ignore_case=True) == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert holds("metadata.text", "$is", "straße", values, ignore_case=True) == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert holds("metadata.text", "$ends_with", "SSE", values, ignore_case=True) == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert holds("metadata.text", "$is_not", "STRASSE", values, ignore_case=True) == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert holds(
        "metadata.tags", "$includes", ["A", "B"], [["a", "b"], ["a"]], ignore_case=True
    ) == [True, False]


def test_ignore_case_leaves_operands_alone_that_are_no_text():
    assert ["a", 3] == fold_texts(("A", 3))


def test_ignore_case_normalises_again_after_folding():
    assert holds("metadata.text", "$is", "ǰ", ["J\u030c"], ignore_case=True) == [True]


def test_ignore_case_on_a_field_without_text_has_no_effect():
    assert holds("metadata.number", "$is", 5, [5.0, None], ignore_case=True) == [True, False]


def test_not_holds_for_those_for_whom_the_group_would_not():
    source = {"$not": True, "metadata.text": {"conditions": {"$is": "x"}}}
    group = parse(source, CATALOGUE, clock().zone)

    assert [
        matches(group, {"metadata.text": text}, CATALOGUE, clock()) for text in ("x", "y", None)
    ] == [False, True, True]


def test_a_window_includes_its_beginning_and_not_its_end():
    times = pl.DataFrame(
        {
            "t": [
                at("2024-02-29T23:59:59+00:00"),
                at("2024-03-01T00:00:00+00:00"),
                at("2024-03-02T00:00:00+00:00"),
            ]
        }
    )

    for window, expected in [
        (Window(start="2024-03-01", end="2024-03-02"), [False, True, False]),
        (Window(start="2024-03-01"), [False, True, True]),
        (Window(end="2024-03-02"), [True, True, False]),
    ]:
        inside = within(period(window, clock().zone), pl.col("t"), clock())
        assert times.select(inside)["t"].to_list() == expected


def test_the_last_days_are_a_span_that_ends_now():
    times = pl.DataFrame(
        {
            "t": [
                at("2024-03-14T12:00:00+00:00"),
                at("2024-03-14T12:00:01+00:00"),
                at(NOW),
                at("2024-03-15T12:00:01+00:00"),
            ]
        }
    )

    last_day = period(Window(last_days=1), clock().zone)
    assert times.select(within(last_day, pl.col("t"), clock()))["t"].to_list() == [
        False,
        True,
        True,
        False,
    ]


def test_the_storage_is_asked_with_the_narrowed_condition():
    source = {
        COUNTER: {
            "conditions": {"$more_than": 1},
            "window": {"last_days": 30},
            "where": {"status": {"conditions": {"$is": "PAID"}}},
        }
    }
    group = parse(source, CATALOGUE, clock().zone)
    asked = []

    def storage(leaf):
        asked.append(leaf.subject.source)
        return Plain("anonymous" if asked[-1] == "anonymous" else "narrowed")

    visitor = pl.Series("anonymous", [None, None], dtype=pl.Boolean)
    frame = pl.DataFrame([pl.Series("narrowed", [5, None]), visitor])
    answer = mask(group, CATALOGUE, storage, clock())

    assert frame.select(answer).to_series().to_list() == [True, False]
    assert {*asked} == {group.conditions[0].source, "anonymous"}
    assert group.conditions[0].source != COUNTER
    assert matches(group, {group.conditions[0].source: 5.0}, CATALOGUE, clock())
    assert not matches(group, {COUNTER: 5.0}, CATALOGUE, clock())


def test_where_compiles_over_the_records_themselves():
    source = {
        COUNTER: {
            "conditions": {"$more_than": 1},
            "where": {"$not": True, "status": {"conditions": {"$is": "PAID"}}},
        }
    }
    where = parse(source, CATALOGUE, clock().zone).conditions[0].where
    records = CATALOGUE.of_records("orders")
    orders = pl.DataFrame({"status": ["PAID", "FULFILLED", None]})

    answer = mask(where, records, lambda leaf: Plain(leaf.field.column), clock())
    assert orders.select(answer).to_series().to_list() == [False, True, True]


NOBODY = ["metadata.nobody", "system_metadata.nobody", "events.nobody.last_occurred"]


def everybody(field, operator, operand):
    group = parse({field: {"conditions": {operator: operand}}}, EMPTY_CATALOGUE, clock().zone)
    frame = pl.DataFrame({"id": ["a", "b"]})
    answer = frame.select(mask(group, EMPTY_CATALOGUE, lambda _: None, clock()).alias("in"))[
        "in"
    ].to_list()

    assert answer == [matches(group, {}, EMPTY_CATALOGUE, clock())] * 2
    return answer[0]


@pytest.mark.parametrize("field", NOBODY)
def test_a_name_nobody_has_is_missing_for_everybody(field):
    assert not everybody(field, "$is", "2024-01-01")
    assert everybody(field, "$is_not", "2024-01-01")
    assert not everybody(field, "$has_value", True)
    assert everybody(field, "$is_unknown", True)
    assert not everybody(field, "$more_than", 5)
    assert not everybody(field, "$after", "2024-01-01")
    assert not everybody(field, "$starts_with", "x")
    assert everybody(field, "$count", 0)
    assert not everybody(field, "$today", True)


def test_an_event_nobody_had_counts_zero():
    assert everybody("events.nobody.count", "$less_than", 1)
    assert everybody("events.nobody.count", "$is", "0")
    assert not everybody("events.nobody.count", "$has_value", True)
    assert not everybody("events.nobody.count", "$starts_with", "0")


@pytest.mark.parametrize("path", FIELDS)
def test_every_field_can_be_missing_for_everybody_and_is_closed(path):
    assert everybody(path, "$is_unknown", True) is not FIELDS[path].always
    assert everybody(path, "$has_value", True) is FIELDS[path].always


def test_a_test_that_the_catalogue_no_longer_allows_is_refused():
    group = Group(conditions=(Condition("metadata.text", (Test("$more_than", (5,)),)),))

    with pytest.raises(FilterError, match="no longer allows"):
        mask(group, CATALOGUE, lambda _: Plain("x"), clock())


def test_a_clock_needs_an_aware_instant():
    with pytest.raises(ValueError, match="aware"):
        Clock(datetime(2024, 1, 1), ZoneInfo("UTC"))  # noqa: DTZ001


def test_a_thousand_conditions_and_values_are_planned_quickly():
    source = {
        "junction": "or",
        **{f"metadata.k{place}": {"conditions": {"$is_not": "x"}} for place in range(999)},
    }
    words = {
        "metadata.text": {"conditions": {"$contains": [f"w{place}" for place in range(5_000)]}}
    }
    frame = pl.DataFrame({"metadata.text": ["w4999", "x"]})

    assert everybody_of(frame, source) == [True, True]
    assert everybody_of(frame, words) == [True, False]


def everybody_of(frame, source):
    group = parse(source, CATALOGUE, clock().zone)
    _, locate = as_plain(frame)
    answer = mask(group, CATALOGUE, locate, clock())
    return frame.select(answer.alias("in"))["in"].to_list()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"birthdate": {"conditions": {"$today": True}}}, True),
        ({"metadata.number": {"conditions": {"$more_than": 5}}}, False),
        ({"metadata.day": {"conditions": {"$more_than": 5}}}, True),
        ({"metadata.day": {"conditions": {"$before": "2024-01-01"}}}, False),
        ({COUNTER: {"conditions": {"$is": 5}, "window": {"last_days": 3}}}, True),
        ({COUNTER: {"conditions": {"$is": 5}, "window": {"from": "2024-01-01"}}}, False),
        ({"$groups": [{"metadata.at": {"conditions": {"$is_days_ago": 5}}}]}, True),
        (
            {
                COUNTER: {
                    "conditions": {"$is": 5},
                    "where": {"metadata.x": {"conditions": {"$today": True}}},
                }
            },
            True,
        ),
    ],
    ids=range(8),
)
def test_a_filter_says_whether_its_members_change_as_time_passes(source, expected):
    group = parse(source, CATALOGUE, clock().zone)

    assert resolve(group, CATALOGUE, clock().zone).slides is expected


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_instants_that_mean_never_are_never_today(moment, zone):
    value = INSTANT.read_json(moment, clock().zone)

    assert holds("metadata.at", "$today", True, [value], when=clock(zone=zone)) == [False]


@pytest.mark.parametrize(
    ("operator", "verdict"), [("$count", True), ("$includes", False), ("$intersects", False)]
)
def test_a_list_operator_sees_no_list_in_an_event_that_nobody_has(operator, verdict):
    group = parse({"events.nobody.count": {"conditions": {operator: [0]}}}, CATALOGUE, clock().zone)
    compiled = mask(group, CATALOGUE, lambda _: None, clock())

    assert verdict is matches(group, {}, CATALOGUE, clock())
    assert [verdict] == pl.DataFrame(height=1).select(compiled.alias("in"))["in"].to_list()

"""Spans, calendar days and anniversaries, in the project zone (filters rules, sections 4 and 7)."""

from datetime import date, timedelta

import pytest

from tests.filters.verdicts import NOW, at, clock, days, holds


def test_less_than_days_ago_is_an_exact_span_that_ends_now():
    moments = [
        at("2024-03-14T12:00:00+00:00"),
        at("2024-03-14T12:00:00.000001+00:00"),
        at(NOW),
        at("2024-03-15T12:00:00.000001+00:00"),
    ]

    for operator in ("$less_than", "$less_than_ago"):
        assert holds("metadata.at", operator, 1, moments) == [False, True, True, False]
    for operator in ("$more_than", "$more_than_ago"):
        assert holds(
            "metadata.at", operator, 1, [*moments, at("2024-03-14T11:59:59.999999+00:00")]
        ) == [False, False, False, False, True]


def test_the_span_is_24_hours_a_day_also_when_clocks_change():
    when = clock("2024-03-31T12:00:00+02:00", "Europe/Berlin")  # that night had 23 hours
    moments = [
        at("2024-03-30T11:00:00+01:00"),
        at("2024-03-30T11:00:01+01:00"),
        at("2024-03-30T12:00:00+01:00"),
    ]

    assert holds("metadata.at", "$less_than", 1, moments, when=when) == [False, True, True]


def test_spans_on_a_date_count_calendar_days():
    dates = days("2024-03-13", "2024-03-14", "2024-03-15", "2024-03-16")

    assert holds("metadata.day", "$less_than", 2, dates) == [False, True, True, False]
    assert holds("metadata.day", "$more_than", 1, dates) == [True, False, False, False]
    assert holds("metadata.day", "$less_than", 0, dates) == [False] * 4


def test_future_spans_begin_now():
    moments = [
        at("2024-03-15T11:59:59+00:00"),
        at(NOW),
        at("2024-03-16T12:00:00+00:00"),
        at("2024-03-16T12:00:01+00:00"),
    ]

    assert holds("metadata.at", "$less_than_future", 1, moments) == [False, True, False, False]
    assert holds("metadata.at", "$more_than_future", 1, moments) == [False, False, False, True]
    dates = days("2024-03-14", "2024-03-15", "2024-03-16", "2024-03-17")
    assert holds("metadata.day", "$less_than_future", 1, dates) == [False, True, False, False]
    assert holds("metadata.day", "$more_than_future", 1, dates) == [False, False, False, True]


def test_zero_days_ago_leaves_out_what_is_later_and_zero_days_ahead_what_is_earlier():
    moments = [at("2024-03-15T00:00:00+00:00"), at(NOW), at("2024-03-15T23:59:59+00:00")]

    assert holds("metadata.at", "$is_days_ago", 0, moments) == [True, True, False]
    assert holds("metadata.at", "$is_days_in_future", 0, moments) == [False, True, True]
    assert holds("metadata.at", "$today", True, moments) == [True, True, True]


def test_days_are_calendar_days_of_the_project_zone():
    when = clock("2024-03-15T23:30:00+00:00", "Europe/Berlin")  # already the 16th there
    moments = [
        at("2024-03-15T22:59:59+00:00"),
        at("2024-03-15T23:00:00+00:00"),
        at("2024-03-16T22:59:59+00:00"),
        at("2024-03-16T23:00:00+00:00"),
    ]

    assert holds("metadata.at", "$today", True, moments, when=when) == [False, True, True, False]
    assert holds("metadata.at", "$yesterday", True, moments, when=when) == [
        True,
        False,
        False,
        False,
    ]
    assert holds("metadata.at", "$is_days_ago", 1, moments, when=when) == [
        True,
        False,
        False,
        False,
    ]
    assert holds("metadata.at", "$is_day_of_month", 15, moments, when=when) == [
        True,
        False,
        False,
        False,
    ]
    assert holds("metadata.at", "$is_day", "saturday", moments, when=when) == [
        False,
        True,
        True,
        False,
    ]


def test_weeks_begin_on_monday():
    dates = days("2024-03-10", "2024-03-11", "2024-03-17", "2024-03-18")

    assert holds("metadata.day", "$this_week", True, dates) == [False, True, True, False]
    assert holds("metadata.day", "$last_week", True, dates) == [True, False, False, False]
    assert holds("metadata.day", "$next_week", True, dates) == [False, False, False, True]


def test_months_wrap_over_the_year():
    when = clock("2024-01-31T12:00:00+00:00")

    assert holds(
        "metadata.day",
        "$last_month",
        True,
        days("2023-12-01", "2023-11-30", "2024-01-01"),
        when=when,
    ) == [True, False, False]
    when = clock("2023-12-31T12:00:00+00:00")
    assert holds(
        "metadata.day",
        "$next_month",
        True,
        days("2024-01-31", "2024-02-01", "2023-01-01"),
        when=when,
    ) == [True, False, False]


def test_anniversaries_wrap_over_the_31st_of_december():
    when = clock("2024-01-01T12:00:00+00:00")  # a Monday
    dates = days("1980-12-31", "1980-01-01", "1980-01-07", "1980-01-08", "1980-12-25")

    assert holds("metadata.day", "$last_week_md", True, dates, when=when) == [
        True,
        False,
        False,
        False,
        True,
    ]
    assert holds("metadata.day", "$this_week_md", True, dates, when=when) == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert holds("metadata.day", "$yesterday_md", True, dates, when=when) == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert holds("metadata.day", "$is_days_ago_md", 1, dates, when=when) == [
        True,
        False,
        False,
        False,
        False,
    ]
    when = clock("2023-12-31T12:00:00+00:00")
    assert holds("metadata.day", "$is_days_in_future_md", [1, 7], dates, when=when) == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_29_february_counts_as_the_28th_in_other_years_only():
    leap_day = days("2000-02-29", "2000-02-28", "2001-02-28")

    assert holds(
        "metadata.day", "$today_md", True, leap_day, when=clock("2023-02-28T12:00:00+00:00")
    ) == [True, True, True]
    assert holds(
        "metadata.day", "$today_md", True, leap_day, when=clock("2024-02-28T12:00:00+00:00")
    ) == [False, True, True]
    assert holds(
        "metadata.day", "$today_md", True, leap_day, when=clock("2024-02-29T12:00:00+00:00")
    ) == [True, False, False]
    assert (
        holds("metadata.day", "$today_md", True, leap_day, when=clock("2023-03-01T12:00:00+00:00"))
        == [False] * 3
    )
    assert holds(
        "metadata.day", "$is_years_ago", 23, leap_day, when=clock("2023-02-28T12:00:00+00:00")
    ) == [True, True, False]
    assert holds(
        "metadata.day", "$is_years_ago", 24, leap_day, when=clock("2024-02-28T12:00:00+00:00")
    ) == [False, True, False]


def test_less_days_are_up_to_n_and_more_days_beyond():
    dates = days("1990-03-15", "1990-03-12", "1990-03-11", "1990-03-16")

    assert holds("metadata.day", "$is_less_days_ago_md", 3, dates) == [True, True, False, False]
    assert holds("metadata.day", "$is_more_days_ago_md", 3, dates) == [False, False, True, True]
    assert holds("metadata.day", "$is_less_days_in_future_md", 0, dates) == [
        True,
        False,
        False,
        False,
    ]


def test_is_years_ago_leaves_out_what_is_later_today():
    moments = [at("2024-03-15T11:00:00+00:00"), at("2024-03-15T13:00:00+00:00")]

    assert holds("metadata.at", "$is_years_ago", 0, moments) == [True, False]


MONTH_OR_SMALLER = [
    "$today",
    "$yesterday",
    "$tomorrow",
    "$this_week",
    "$last_week",
    "$next_week",
    "$this_month",
    "$last_month",
    "$next_month",
]


@pytest.mark.parametrize("operator", MONTH_OR_SMALLER)
def test_a_birthdate_ignores_its_year_up_to_a_month_and_another_date_does_not(operator):
    near = [date(1980, 3, 15) + timedelta(days=shift) for shift in range(-40, 40)]
    anniversaries = holds("birthdate", operator, True, near)

    assert any(anniversaries)
    assert anniversaries == holds("metadata.day", f"{operator}_md", True, near)
    assert not any(holds("metadata.day", operator, True, near))


def test_a_birthdate_keeps_its_year_elsewhere():
    born = days("1980-03-15", "2024-03-14")

    assert holds("birthdate", "$this_year", True, born) == [False, True]
    assert holds("birthdate", "$is_days_ago", 1, born) == [False, True]
    assert holds("birthday", "$is_years_ago", 44, born) == [True, False]


def test_a_naive_operand_is_read_in_the_project_zone():
    berlin = clock(zone="Europe/Berlin")
    moments = [at("2024-03-01T09:00:00+00:00"), at("2024-03-01T10:00:00+00:00")]

    assert holds("metadata.at", "$is", "2024-03-01T10:00", moments, when=berlin) == [True, False]
    assert holds("metadata.at", "$is", "2024-03-01T10:00", moments) == [False, True]


def test_in_a_repeated_hour_the_earlier_one_counts():
    berlin = clock(zone="Europe/Berlin")
    moments = [at("2024-10-27T00:30:00+00:00"), at("2024-10-27T01:30:00+00:00")]

    assert holds("metadata.at", "$is", "2024-10-27T02:30", moments, when=berlin) == [True, False]


def test_a_date_for_an_instant_is_its_first_midnight():
    berlin = clock(zone="Europe/Berlin")
    moments = [
        at("2024-02-29T23:00:00+00:00"),
        at("2024-02-29T23:00:01+00:00"),
        at("2024-02-29T22:59:59+00:00"),
    ]

    assert holds("metadata.at", "$is", "2024-03-01", moments, when=berlin) == [True, False, False]
    assert holds("metadata.at", "$after", "2024-03-01", moments, when=berlin) == [
        False,
        True,
        False,
    ]
    assert holds("metadata.at", "$before", "2024-03-01", moments, when=berlin) == [
        False,
        False,
        True,
    ]


def test_an_instant_for_a_date_is_its_calendar_day_in_the_zone():
    berlin = clock(zone="Europe/Berlin")

    assert holds(
        "metadata.day", "$is", "2024-03-01T23:30:00Z", days("2024-03-01", "2024-03-02"), when=berlin
    ) == [False, True]


@pytest.mark.parametrize(
    "spelling",
    [
        "2024-03-01T10:00:00Z",
        "2024-03-01T10:00Z",
        "2024-03-01T11:00+01:00",
        "2024-03-01T11:00:00.000+0100",
        "2024-03-01T10:00:00.000000999Z",
    ],
)
def test_iso_instants_may_be_spelt_so(spelling):
    assert holds("metadata.at", "$is", spelling, [at("2024-03-01T10:00:00+00:00")]) == [True]


def test_a_day_that_a_zone_skipped_holds_nothing():
    apia = clock("2011-12-30T12:00:00+00:00", "Pacific/Apia")  # the 31st there; the 30th never was
    moments = [at("2011-12-30T09:59:59+00:00"), at("2011-12-30T10:00:00+00:00")]

    assert holds("metadata.at", "$yesterday", True, moments, when=apia) == [False, False]
    assert holds("metadata.at", "$today", True, moments, when=apia) == [False, True]


@pytest.mark.parametrize("name", ["March", "march", "MARCH", 3, "3"], ids=repr)
def test_months_are_numbers_or_english_names_in_any_case(name):
    assert holds("metadata.day", "$is_month", [name], days("1999-03-31", "1999-04-01")) == [
        True,
        False,
    ]


@pytest.mark.parametrize("name", ["Friday", "fRIDAY", 5, "5"], ids=repr)
def test_weekdays_are_numbers_from_monday_or_english_names(name):
    assert holds("metadata.day", "$is_day", name, days("2024-03-15", "2024-03-14")) == [True, False]

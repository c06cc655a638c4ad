"""Dates and times as files write them, each spelling in its place."""

import polars as pl
import pytest

from engine.imports.columns import calendar_words
from engine.imports.values import dates

ALIKE = {
    "2024-01-31": "2024-01-31",
    "2024-01-31T10:22:33Z": "2024-01-31T10:22:33Z",
    "2024-01-31T10:22": "2024-01-31T10:22",
    "2024-01-31 10:22": "2024-01-31T10:22",
    "2024-01-31 10:22:33": "2024-01-31T10:22:33",
    "2024-01-31 10:22:33.5": "2024-01-31T10:22:33.5",
    "2024-01-31 10:22:33 UTC": "2024-01-31T10:22:33Z",
    "2024-01-31 10:22:33UTC": "2024-01-31T10:22:33Z",
    "2024-01-31T10:22 UTC": "2024-01-31T10:22Z",
    "2024-01-31 10:22:33 +0100": "2024-01-31T10:22:33+0100",
    "2024-01-31 10:22:33 +01:00": "2024-01-31T10:22:33+01:00",
    "2024-01-31 10:22:33+01": "2024-01-31T10:22:33+01:00",
    "2024/01/31": "2024-01-31",
    "2024.1.5": "2024-01-05",
    "2024/1/5 9:05": "2024-01-05T09:05:00",
    "2024.01.31.": "2024-01-31",
    "2024. 1. 5. 9:05": "2024-01-05T09:05:00",
    "2024年1月5日": "2024-01-05",
    "2. ledna 2024": "2024-01-02",
    "5 Şubat 2024": "2024-02-05",
    "Jan 5, 2024": "2024-01-05",
    "January 5 2024": "2024-01-05",
    "5 Jan 2024": "2024-01-05",
    "05-Jan-2024": "2024-01-05",
    "5. January 2024": "2024-01-05",
    "Fri, 5 Jan 2024": "2024-01-05",
    "5th March 2024": "2024-03-05",
    "Jan 5, 2024 1:05 PM": "2024-01-05T13:05:00",
    "Jan 5, 2024, 12:05 am": "2024-01-05T00:05:00",
    "Sept 5, 2024": "2024-09-05",
    "12. März 2025": "2025-03-12",
    "3. Okt. 2024": "2024-10-03",
    "Montag, 1. Dezember 2025": "2025-12-01",
    "12 mars 2025": "2025-03-12",
    "1er août 2024": "2024-08-01",
    "mercredi 4 févr. 2026": "2026-02-04",
    "12 de marzo de 2025": "2025-03-12",
    "1 dic 2025": "2025-12-01",
    "3 gennaio 2024": "2024-01-03",
    "3 de março de 2024": "2024-03-03",
    "12 mrt. 2025": "2025-03-12",
    "12 października 2025": "2025-10-12",
    "3-gru-2025": "2025-12-03",
    "3 maj 2024": "2024-05-03",
    "3. desember 2024": "2024-12-03",
    "3 mai 2024 à 14:05": "2024-05-03T14:05:00",
    "3. Mai 2024 um 14:05 Uhr": "2024-05-03T14:05:00",
    "3 maja 2024 14:05:06": "2024-05-03T14:05:06",
    "3 mai 2024 14h05": "2024-05-03T14:05:00",
    "2024-01-31 10:22:33 CET": "2024-01-31T10:22:33+01:00",
    "2024-07-31 10:22 MESZ": "2024-07-31T10:22:00+02:00",
    "Jan 5, 2024 1:05 PM PST": "2024-01-05T13:05:00-08:00",
}
DAY_FIRST = {
    "31.12.2025": "2025-12-31",
    "31/12/2025": "2025-12-31",
    "31-12-2025": "2025-12-31",
    "1.2.2025": "2025-02-01",
    "1. 2. 2025": "2025-02-01",
    "31.12.2025 10:22": "2025-12-31T10:22",
    "31.12.2025 10:22:33": "2025-12-31T10:22:33",
    "31.12.2025, 10:22 Z": "2025-12-31T10:22:00Z",
    "1.2.2025 9:05": "2025-02-01T09:05:00",
    "31/12/2025 12:22 PM": "2025-12-31T12:22:00",
}
MONTH_FIRST = {
    "12/31/2025": "2025-12-31",
    "1/2/2025": "2025-01-02",
    "1/2/2025 3:04:05 PM": "2025-01-02T15:04:05",
    "1/2/2025 12:04 AM": "2025-01-02T00:04:00",
    "1/2/2025 15:04": "2025-01-02T15:04:00",
}
NONE = (
    "2024-02-30",
    "2023-02-29",
    "0000-01-01",
    "2024-13-01",
    "31.02.2024",
    "1/2.2024",
    "45000",
    "20240131",
    "1/2/2025 13:04 PM",
    "1/2/2025 25:04",
    "Foo 5, 2024",
    "5 March",
    "",
    "x 2024-01-31",
    "2024-01-31 x",
)


def read(text, key):
    return dates.FAMILY.canonical(pl.Series(["2024-01-01", text, None]), key).to_list()[1]


@pytest.mark.parametrize("key", [*dates.FAMILY.keys, ""])
@pytest.mark.parametrize(("text", "expected"), ALIKE.items())
def test_what_is_not_ambiguous_is_read_in_every_order(text, expected, key):
    assert read(text, key) == expected


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        *(("day-first", *pair) for pair in DAY_FIRST.items()),
        *(("month-first", *pair) for pair in MONTH_FIRST.items()),
        ("short day-first", "31.12.99", "1999-12-31"),
        ("short day-first", "5.1.24", "2024-01-05"),
        ("short month-first", "5/28/24", "2024-05-28"),
        ("short year-first", "99-12-31", "1999-12-31"),
    ],
)
def test_an_order_is_read_with_any_of_its_marks(key, text, expected):
    assert read(text, key) == expected


@pytest.mark.parametrize("text", NONE)
@pytest.mark.parametrize("key", dates.FAMILY.keys)
def test_what_is_no_date_is_not_read(text, key):
    assert read(text, key) is None


def test_the_number_of_a_day_in_a_sheet_is_not_guessed_where_it_may_be_anything():
    assert [read("45292", key) for key in dates.FAMILY.keys] == [None] * len(dates.FAMILY.keys)


@pytest.mark.parametrize(
    ("text", "yearless"),
    [
        ("04-15", True),
        ("15.04.", True),
        ("15/04", True),
        ("--04-15", True),
        ("April 15", True),
        ("15 Apr", True),
        ("15. März", True),
        ("1er août", True),
        ("15 de abril", True),
        ("2024-04-15", False),
        ("15.04.1990", False),
        ("40-15", False),
        ("soon", False),
    ],
)
def test_a_birthday_without_its_year_is_known(text, yearless):
    assert pl.Series([text]).str.contains(dates.YEARLESS).to_list() == [yearless]


@pytest.mark.parametrize(
    ("text", "day"),
    [("31-Jan-25", "2025-01-31"), ("Jan-31-25", "2025-01-31"), ("5 March 99", "1999-03-05"),
     ("01-FEB-03", "2003-02-01")],
)  # fmt: skip
def test_a_short_year_behind_the_name_of_a_month_counts_but_of_no_birthday(text, day):
    texts = pl.Series("x", [text])
    assert dates.FAMILY.canonical(texts, "day-first").to_list() == [day]
    assert dates.BIRTHDAYS.canonical(texts, "day-first").to_list() == [None]


@pytest.mark.parametrize(
    ("text", "moment"),
    [("20240131", "2024-01-31"), ("20241331", None), ("20240131 09:05", "2024-01-31T09:05:00"),
     ("1738318272", "2025-01-31T10:11:12Z"),
     ("1738318272123", "2025-01-31T10:11:12.123Z"), ("1738318272000000", "2025-01-31T10:11:12Z"),
     ("45292", "2024-01-01"), ("45292.5", "2024-01-01T12:00:00"), ("9999", None), ("70000", None),
     ("2738318272", None)],
)  # fmt: skip
def test_numbers_are_moments_only_where_they_can_be_nothing_else(text, moment):
    texts = pl.Series("x", [text])
    assert dates.MOMENTS.canonical(texts, "day-first").to_list() == [moment]
    assert dates.FAMILY.canonical(texts, "day-first").to_list() == [None]


@pytest.mark.parametrize(
    "text", ["Lip 12 2025", "12 Foo 2025", "Set 12 2025", "5 jan", "5 CST 2024"]
)
def test_only_english_has_the_day_behind_the_month(text):
    assert read(text, "day-first") is None


def test_a_spelling_is_of_one_month_in_every_language():
    meant = {
        (name, place)
        for _, months in calendar_words.MONTH_NAMES
        for place, names in enumerate(months.split("|"), 1)
        for name in names.split()
    }

    assert len(meant) == len(calendar_words.MONTHS)
    assert {len(months.split("|")) for _, months in calendar_words.MONTH_NAMES} == {12}


@pytest.mark.parametrize(("language", "months"), calendar_words.MONTH_NAMES)
def test_every_month_of_every_language_is_read(language, months):
    days = [(f"7 {name} 2024", f"2024-{place:02}-07") for place, names in
            enumerate(months.split("|"), 1) for name in names.split()]  # fmt: skip

    assert [day for _, day in days] == [read(text, "day-first") for text, _ in days], language


def test_what_has_several_meanings_is_no_zone():
    assert read("2024-01-31 10:22 CST", "day-first") is None
    assert read("2024-01-31 10:22 IST", "day-first") is None

"""What a family calls possible holds all that any of its readings takes."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.imports.values import booleans, dates, numbers
from tests.strategies import examples

FAMILIES = {
    "yes or no": booleans.FAMILY,
    "known yes or no": booleans.KNOWN,
    "number": numbers.FAMILY,
    "date": dates.FAMILY,
    "moment": dates.MOMENTS,
    "birthday": dates.BIRTHDAYS,
}
PIECES = (
    "1", "5", "05", "13", "31", "24", "2024", "999", "20240131", "1700000000", "1700000000000",
    "-", "−", "/", ".", ",", ". ", " ", ", ", "'", "\u00a0", "(", ")", "T", ":", "e", "+",
    "Jan", "sept", "May", "Mon", "TUES", "day", "st", "th", " at ", "10:00", "9:05:07", " pm", "Z",
    "UTC", "+02:00", "€", "EUR", "$", "kr.", "zł", "true", "nein", "x",
)  # fmt: skip
WHOLE = (
    "2024-01-31", "31.01.2024", "31. 1. 24", "1/31/2024 10:00 PM", "Jan 5, 2024", "Mon, 5 may 24",
    "20240131", "1700000000", "2024/01/31T10:00Z", "-1.234,50", "(EUR 5)", "1e6", "$ -3", "Wahr",
)  # fmt: skip
texts = st.one_of(st.sampled_from(WHOLE), st.lists(st.sampled_from(PIECES)).map("".join))


def taken(family, cells):
    """Which cells any reading takes, in any of the ways that one is tried."""
    ways = [reading.read for reading in family.readings]
    if family.bare:
        ways += [lambda rest, read=read: read(family.bare(rest)) for read in tuple(ways)]
    if family.common:
        ways.append(family.common)
    found = pl.DataFrame([way(cells).alias(f"{at}") for at, way in enumerate(ways)])
    return found.select(pl.any_horizontal(pl.all().is_not_null())).to_series()


def possible(family, cells):
    return cells.to_frame("text").select(family.possible(pl.col("text"))).to_series()


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
@settings(max_examples=examples(8, fuzzed=500))
@given(st.lists(texts, min_size=20, max_size=60))
def test_what_a_reading_takes_is_possible(family, drawn):
    cells = pl.Series("text", [*drawn, *WHOLE])
    right = taken(family, cells)

    assert [] == cells.filter(right & ~possible(family, cells)).to_list()


@pytest.mark.parametrize("family", [numbers.FAMILY, dates.FAMILY, dates.MOMENTS])
@pytest.mark.parametrize("text", ["Oslo", "w-1", "ann@example.com", "Mario 5", "", "…"])
def test_plain_text_is_not(family, text):
    assert [False] == possible(family, pl.Series([text])).to_list()

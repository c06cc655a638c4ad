"""Instants as text, those of the tables and those beyond them, beside what Python writes."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.text.instants import instant_text
from tests.strategies import instants as instants_of

MOMENTS = (
    datetime(1969, 12, 31, 23, 59, 59, 999_000, UTC),
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 2, 28, 13, 5, 59, 7_000, UTC),
    datetime(2026, 2, 28, 13, 5, 59, 7_001, UTC),
    datetime(2069, 12, 31, 23, 59, 59, 999_000, UTC),
    datetime(2070, 1, 1, tzinfo=UTC),
)
moments = instants_of(st.dates(date(1950, 1, 1), date(2098, 12, 31)))


def written(instants, zone="UTC"):
    column = pl.DataFrame({"at": instants}, schema={"at": pl.Datetime("us", "UTC")})
    return column.select(instant_text(pl.col("at"), ZoneInfo(zone)))["at"].to_list()


def by_python(instant, zone="UTC"):
    finer = instant.microsecond % 1000
    text = instant.astimezone(ZoneInfo(zone)).isoformat(
        timespec="microseconds" if finer else "milliseconds"
    )
    return text.removesuffix("+00:00") + "Z" if zone == "UTC" else text


@pytest.mark.parametrize("zone", ["UTC", "Europe/Warsaw"])
@given(st.lists(st.none() | moments))
@example([*MOMENTS, None])
@example([None])
def test_instants_are_written_as_python_writes_them(zone, instants):
    expected = [at if at is None else by_python(at, zone) for at in instants]

    assert written(instants, zone) == expected

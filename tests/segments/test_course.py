"""A size over time comes to the same, by stroke or by what strokes come to in a month."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.segments.course import LONGEST, PERIODS, SizeCourse, course
from engine.segments.history import Size

FIRST = datetime(2025, 1, 1, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")
MOVED = st.lists(
    st.tuples(
        st.integers(0, 17_000).map(lambda hours: FIRST + timedelta(hours=hours)),
        st.sampled_from(["import", "clock"]),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=40,
)


def sizes_of(moved):
    found, count = [], 0
    for at, cause, entered, left in sorted(moved):
        count += entered - left
        found.append(Size(at, cause, entered, left, count))
    return found


@given(moved=MOVED, most=st.integers(1, 50))
def test_who_entered_and_left_and_the_last_size_are_those_of_the_strokes(moved, most):
    sizes = sizes_of(moved)
    over = course(sizes, WARSAW, most)

    for side in ("entered", "left"):
        for cause in ("import", "clock"):
            kept, whole = (
                sum(getattr(each, side) for each in some if each.cause == cause)
                for some in (over.steps, sizes)
            )
            assert kept == whole
    assert over.steps[-1].count == sizes[-1].count
    assert [each.at for each in over.steps] == sorted(each.at for each in over.steps)
    moments = {each.at for each in over.steps}
    assert len(moments) <= most or over.period == LONGEST


def test_few_strokes_stay_as_they_are():
    sizes = sizes_of([(datetime(2026, 1, day, tzinfo=UTC), "import", 1, 0) for day in (1, 2, 3)])

    assert course(sizes, WARSAW, 3) == SizeCourse(None, sizes)


@pytest.mark.parametrize(
    ("most", "period", "begins"),
    [
        (3, "day", [date(2026, 10, 24), date(2026, 10, 25), date(2026, 11, 2)]),
        (2, "week", [date(2026, 10, 19), date(2026, 11, 2)]),
        (1, "month", [date(2026, 10, 1), date(2026, 11, 1)]),
    ],
)
def test_a_period_begins_at_its_first_midnight_in_the_zone_and_has_the_size_at_its_end(
    most, period, begins
):
    """The last one of Saturday in UTC is one of Sunday in Warsaw, the night of the clock change."""
    instants = [(10, 24, 9), (10, 24, 22), (10, 25, 3), (11, 2, 8)]
    moved = [(datetime(2026, *day, tzinfo=UTC), "import", 2, 1) for day in instants]
    over = course(sizes_of(moved), WARSAW, most)

    assert over.period == period
    assert [step.at for step in over.steps] == [
        datetime(day.year, day.month, day.day, tzinfo=WARSAW) for day in begins
    ]
    assert over.steps[-1].count == 4
    assert PERIODS.keys() == {"day", "week", "month"}


def test_two_causes_in_one_period_stand_beside_each_other_with_one_size():
    day = datetime(2026, 3, 3, tzinfo=UTC)
    moved = [
        (day.replace(hour=hour), cause, 1, 0) for hour, cause in enumerate(["import", "clock"])
    ]
    steps = course(sizes_of(moved), UTC, 1).steps

    assert [(step.cause, step.entered, step.count) for step in steps] == [
        ("import", 1, 2),
        ("clock", 1, 2),
    ]

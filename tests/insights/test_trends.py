"""What the base comes to over time, counted by hand."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.filters.clock import Clock
from engine.insights import trends
from tests.bases import NOW

UTC_CLOCK = Clock(NOW, ZoneInfo("UTC"))


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.csv("Source_id,Created_at\na,2026-01-15\nb,2026-10-20\nc,2026-10-31T23:30:00Z\n")
    orders = [(0, "PAID", 100), (29, "FULFILLED", 50), (30, "PAID", 7), (1, "CANCELED", 9)]
    lines = (f"a,{status},{cents},{(NOW - timedelta(days=age)).isoformat()}\n"
             for age, status, cents in orders)  # fmt: skip
    base.csv("Customer_source_id,Status,Amount,Created_at\n" + "".join(lines), kind="orders")


def test_the_last_thirty_days_stand_against_those_before(shop):
    found = {row.measure.label: row for row in figures(shop)}

    assert (found["Orders"].total, found["Orders"].recent, found["Orders"].before) == (3, 2, 1)
    assert (found["Revenue"].total, found["Revenue"].recent, found["Revenue"].before) == (
        157,
        150,
        7,
    )
    assert (found["Customers"].total, found["Customers"].recent) == (3, 2)
    assert found["Successful redemptions"].spans == (0, 0)
    assert len(found["Customers"].spans) == 10  # none is drawn before the first of them


def figures(base):
    return trends.figures(base.workbench.profile(), base.workbench.clock())


def test_both_periods_end_now_and_have_the_same_length():
    (begin, end), (before, middle) = trends.periods(UTC_CLOCK)

    assert (end, middle) == (NOW, begin)
    assert end - begin == middle - before == timedelta(days=30)


def test_what_is_dated_later_than_now_moves_nothing(shop):
    shop.csv("Source_id,Created_at\nd,2030-01-01\n")
    found = {row.measure.label: row for row in figures(shop)}

    assert (found["Customers"].total, found["Customers"].recent) == (4, 2)
    assert trends.customers_by_month(shop.workbench.profile(), UTC_CLOCK)["Customers"].sum() == 3


@pytest.mark.parametrize(("created", "drawn"), [("2024-12-01", 1), ("2024-11-30", 0)])
def test_months_are_the_last_24_with_this_one(base, created, drawn):
    base.csv(f"Source_id,Created_at\na,{created}\n")

    assert trends.customers_by_month(base.workbench.profile(), UTC_CLOCK).height == drawn


def test_months_are_those_of_the_project_zone(shop):
    profile = shop.workbench.profile()

    assert trends.customers_by_month(profile, UTC_CLOCK).rows() == [
        (date(2026, 1, 1), 1),
        (date(2026, 10, 1), 2),
    ]
    assert trends.customers_by_month(profile, Clock(NOW, ZoneInfo("Europe/Warsaw"))).rows()[-1] == (
        date(2026, 11, 1),
        1,
    )


def test_redemptions_are_told_apart_by_their_outcome(shop):
    shop.csv(
        "Customer_source_id,Date,Status,Object\n"
        "a,2026-05-01,SUCCEEDED,\na,2026-05-02,FAILED,\na,2026-05-03,ROLLED_BACK,\n"
        "a,2026-05-04,SUCCEEDED,redemption_rollback\n",
        kind="redemptions",
    )
    counts = trends.redemptions_by_month(shop.workbench.profile(), UTC_CLOCK)

    assert {row[1]: row[2] for row in counts.rows()} == {
        "Succeeded": 1, "Failed": 1, "Rolled back": 1,
    }  # fmt: skip

"""What the base comes to over time, counted by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.insights import trends

LAST = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)


@pytest.fixture
def shop(base):
    base.csv("Source_id,Created_at\na,2026-01-15\nb,2026-10-20\nc,2026-10-31T23:30:00Z\n")
    orders = [(0, "PAID", 100), (29, "FULFILLED", 50), (30, "PAID", 7), (1, "CANCELED", 9)]
    lines = (f"a,{status},{cents},{(LAST - timedelta(days=age)).isoformat()}\n"
             for age, status, cents in orders)  # fmt: skip
    base.csv("Customer_source_id,Status,Amount,Created_at\n" + "".join(lines), kind="orders")
    return base


def test_the_last_thirty_days_stand_against_those_before(shop):
    found = {row.measure.label: row for row in figures(shop)}

    assert (found["Orders"].total, found["Orders"].recent, found["Orders"].before) == (3, 2, 1)
    assert (found["Revenue"].total, found["Revenue"].recent, found["Revenue"].before) == (
        157,
        150,
        7,
    )
    assert (found["Customers"].total, found["Customers"].recent) == (3, 2)
    assert found["Redemptions"].spans == (0,) * 12


def figures(base):
    return trends.figures(base.workbench.profile(), base.workbench.clock())


def test_movement_ends_with_the_last_record_or_now(shop):
    profile, clock = shop.workbench.profile(), shop.workbench.clock()
    assert trends.until(profile, clock) == LAST

    shop.csv("Source_id,Created_at\nd,2030-01-01\n")
    assert trends.until(shop.workbench.profile(), clock) == clock.now


def test_months_are_those_of_the_project_zone(shop):
    profile = shop.workbench.profile()

    assert trends.customers_by_month(profile, ZoneInfo("UTC")).rows() == [
        (date(2026, 1, 1), 1),
        (date(2026, 10, 1), 2),
    ]
    assert trends.customers_by_month(profile, ZoneInfo("Europe/Warsaw")).rows()[-1] == (
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
    counts = trends.redemptions_by_month(shop.workbench.profile(), ZoneInfo("UTC"))

    assert {row[1]: row[2] for row in counts.rows()} == {
        "Succeeded": 1, "Failed": 1, "Rolled back": 1,
    }  # fmt: skip

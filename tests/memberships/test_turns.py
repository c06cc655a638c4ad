"""At the very instants at which time moves somebody, and a microsecond beside them."""

from datetime import timedelta

import pytest

from engine.memberships import step
from engine.segments import library
from tests.memberships.law import check, crowd

DAYS = {"$more_than": [2], "$less_than": [2], "$more_than_ago": [2], "$less_than_ago": [2],
        "$more_than_future": [2], "$less_than_future": [2], "$is_days_ago": [0, 2],
        "$is_days_in_future": [0, 2]}  # fmt: skip
TICK = timedelta(microseconds=1)
ORDERED = {"conditions": {"$more_than": [0]}, "window": {"last_days": 3}}


@pytest.fixture
def many(base, monkeypatch):
    """Enough customers that those who may move are asked alone."""
    monkeypatch.setattr(step, "LARGE", 1.0)
    base.json(*crowd())
    return base


def beside(instant, days):
    """That many days from an instant, and a tick on either side, as JSON."""
    moments = (instant + timedelta(days=days) + ticks * TICK for ticks in (-1, 0, 1, 2))
    return [moment.isoformat() for moment in moments]


def caught_up(base, moments):
    """Lets the clock stand at each of some moments in turn; what is stored is right each time."""
    moved = 0
    for moment in moments:
        base.now = moment
        moved += base.workbench.memberships.refresh(base.workbench.clock)
        check(base)
    return moved


@pytest.mark.parametrize("operator", DAYS)
def test_a_test_turns_at_the_tick(many, operator):
    noon = many.now.replace(hour=12)
    people = [
        {"source_id": f"{days}/{place}", "metadata": {"seen": seen}}
        for days in (-2, 0, 2)
        for place, seen in enumerate(beside(noon, days))
    ]
    many.json(*people)
    saved = {"metadata.seen": {"conditions": {operator: DAYS[operator]}}}
    library.create(many.workbench, operator, saved)

    assert caught_up(many, [noon + ticks * TICK for ticks in range(-3, 5)])


def test_records_leave_a_window_at_the_tick(many):
    noon = many.now.replace(hour=12)
    many.json({"source_id": "a"})
    order = {"id": "o", "customer_source_id": "a", "status": "PAID",
             "created_at": beside(noon, -3)[0]}  # fmt: skip
    many.json(order, kind="orders")
    library.create(many.workbench, "ordered", {"summary.orders.total_count": ORDERED})

    assert caught_up(many, [noon + ticks * TICK for ticks in range(-3, 5)]) == 1

"""Killed at any instant, retention has removed all that was too old, or nothing of it."""

import random
from datetime import timedelta

import pytest

from engine.privacy import retention
from engine.privacy.retention_rules import RetentionRule, set_rule
from engine.segments import library
from engine.store.check import faults
from tests.bases import NOW, Base
from tests.forks import Fork
from tests.memberships.law import check
from tests.privacy.bytes import found
from tests.store.steps import NEVER, drawn, program
from tests.store.test_killed import killed
from tests.strategies import examples

pytestmark = pytest.mark.hypothesis  # `make fuzz` kills at 90 instants
KILLS = examples(3, fuzzed=90)  # below the 100 days that records stay: each kill has a day
WRITER = program("from engine.privacy.retention import run", "run(access)")
RULES = (
    RetentionRule("customers", 100, "created_at"),
    RetentionRule("orders", 100, "created_at"),
    RetentionRule("history", 100),
)


def test_kills_leave_retention_that_is_done_or_was_never_begun(tmp_path):
    folder, outcomes = tmp_path / "workspace", []
    filled(folder)
    most = killed(Fork(WRITER, folder), NEVER, f"{day(0).isoformat()} -")
    for turn, step in enumerate(drawn(random.Random(17), most, KILLS), start=1):
        killed(Fork(WRITER, folder), step, f"{day(turn).isoformat()} -")
        outcomes.append(is_done(folder, turn))

    assert (outcomes[0], outcomes[-1]) == (False, True)


def day(turn):
    """At which one more customer, with an order and an older version, is too old."""
    return NOW + timedelta(days=100 + turn, hours=1)


def filled(folder):
    """A workspace in which each day brings somebody and changes a note."""
    base = Base.new(folder)
    library.create(base.workbench, "Buyers", {"summary.orders.total_count": {
        "conditions": {"$more_than": [0]}}})  # fmt: skip
    for rule in RULES:
        set_rule(base.workbench, rule)
    for turn in range(KILLS + 2):
        base.csv(f"Source_id,Description\nperson-{turn},\nstays,note of day-{turn:04}\n")
        base.csv(f"Source_id,Customer_source_id\norder-{turn},person-{turn}\n", kind="orders")
        base.csv(f"Source_id,Created_at\nstays,{day(KILLS + 9):%Y-%m-%d}\n")
        base.later(days=1)
    base.close()


def is_done(folder, turn):
    """Whether all that was too old on a day is gone; else it is all there."""
    base = Base(folder, day(turn))
    gone = f"person-{turn}" not in base.column("source_id")
    orders = base.workbench.profile().activity.records("orders")["source_id"].to_list()
    last = retention.last_run(base.workbench)
    check(base)

    assert (f"order-{turn}" not in orders, last == day(turn)) == (gone, gone)
    assert faults(base.workbench.store) == []
    base.close()
    left = found(folder, [f"person-{turn}", f"order-{turn}", f"day-{turn - 1:04}"])
    assert bool(left) is not gone
    return gone

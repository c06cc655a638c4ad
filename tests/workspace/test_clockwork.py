"""Without a page and without a command: the clock moves who is due while a process serves."""

from datetime import timedelta

import pytest

from engine.errors import StoreError
from engine.segments import library
from engine.store.results.members import members_of
from engine.store.results.moves import moves_of
from engine.workspace.clockwork import LATEST, SOONEST, Clockwork, turn

FRESH = {"created_at": {"conditions": {"$less_than": [3]}}}


@pytest.fixture
def fresh(base):
    """A segment that time empties in three days."""
    base.csv("Source_id,Created_at\na,2026-11-02T08:00:00Z\nb,2026-11-02T08:00:05Z\n")
    return library.create(base.workbench, "Fresh", FRESH)


def stored(base, segment):
    with base.workbench.store.read() as connection:
        return set(members_of(connection, [segment.id])[segment.id].rows)


def spans(base, most):
    """A wait that moves the clock by what it is asked for, so many times; and what that was."""
    asked = []

    def wait(span):
        asked.append(span)
        base.later(seconds=span.total_seconds() if span else 0)
        return len(asked) < most

    return asked, wait


def test_the_clock_moves_who_is_due_at_that_instant(base, fresh):
    until, begun = timedelta(days=2, hours=22, minutes=30), base.now
    asked, wait = spans(base, 5)
    turn(base.workbench, wait)

    # Two days are three looks, and five seconds are too soon for another turn.
    assert asked == [LATEST, LATEST, until - 2 * LATEST, SOONEST, None]
    assert stored(base, fresh) == set()
    with base.workbench.store.read() as connection:
        at = [move.at - begun for move in moves_of(connection, fresh.id)]
    assert at == [timedelta(0), until, until + SOONEST]


def test_who_is_due_in_a_thousand_years_is_no_fault(base):
    base.csv("Source_id,seen\na,5026-01-01T00:00:00Z\n")
    later = {"metadata.seen": {"conditions": {"$more_than_future": [1]}}}
    library.create(base.workbench, "Later", later)
    asked, wait = spans(base, 1)
    turn(base.workbench, wait)

    assert asked == [LATEST]


def test_where_time_moves_nobody_it_waits_for_a_write(base):
    asked, wait = spans(base, 1)
    base.workbench.memberships.changed.set()
    turn(base.workbench, wait)

    assert asked == [None]
    assert not base.workbench.memberships.changed.is_set()  # or it would not wait at all


def test_a_write_is_heard(base, fresh):
    changed = base.workbench.memberships.changed
    for write in (
        lambda: base.csv("Source_id\nc\n"),
        lambda: library.delete(base.workbench, fresh.id),
    ):
        changed.clear()
        write()
        assert changed.is_set()


def test_the_thread_has_moved_who_was_due_when_it_ends(base, fresh):
    clockwork = Clockwork(lambda: base.workbench)
    base.later(days=9)
    clockwork.start()
    clockwork.end()

    assert stored(base, fresh) == set()


def test_a_workspace_that_cannot_be_opened_is_told_by_the_pages():
    def newer():
        raise StoreError("written by a newer workbench")

    clockwork = Clockwork(newer)
    clockwork.start()
    clockwork.end()

"""Small writes that commit together share a row of the database, and each keeps its state."""

import polars as pl
import pytest
from sqlalchemy import func, select

from engine.base.kinds.registry import CUSTOMERS
from engine.store.check import faults
from engine.store.records.small_writes import MOST_ROWS
from engine.store.results.tables import small_write
from tests.bases import ME, NOW

SHARED = select(small_write.c.table, small_write.c.change, func.length(small_write.c.versions))


@pytest.fixture
def store(base):
    return base.workbench.store


def write(store, *sizes):
    """A group whose change sets write so many customers each."""
    with store.group(lambda: NOW) as group:
        for size in sizes:
            change = group.change_set("edit", ME)
            first = change.before.next_rows[CUSTOMERS.name]
            rows = pl.Series("row", range(first, first + size))
            made = rows.to_frame().with_columns(id=pl.format("c_{}", "row"), deleted=False)
            change.append(CUSTOMERS, made, CUSTOMERS.schema, first + size)
            group.keep(change)


def told(store, place, after, until, only=None):
    snapshot = store.snapshot_of(until)
    if place == "memory":
        return store.versions(CUSTOMERS, snapshot, after, only)
    return store.stored(CUSTOMERS, snapshot, after, until, only)


def kept(store):
    with store.read() as connection:
        return [(row.table, row.change) for row in connection.execute(SHARED)]


@pytest.mark.parametrize("place", ["disk", "memory"])
def test_each_state_of_a_group_is_told(store, place):
    write(store, 1)
    write(store, 1, 2, 1)
    write(store, 1)
    snapshot = store.snapshot()
    written = [1, 2, 3, 3, 4, 5]  # the change set of each version

    read = {
        (after, until): told(store, place, after, until)["change"].to_list()
        for after in range(6)
        for until in range(after, 6)
    }

    assert read == {
        (after, until): [number for number in written if after < number <= until]
        for after, until in read
    }
    assert kept(store) == [("customers", 1), ("customers", 4), ("customers", 5)]
    assert snapshot.pointers["customers"].waiting == 3
    assert faults(store) == []


@pytest.mark.parametrize("place", ["disk", "memory"])
def test_some_versions_are_told_alone_wherever_they_lie(store, place):
    write(store, 3)
    write(store, MOST_ROWS + 1)  # a file of its own
    write(store, 1, 2)
    last = store.last_change()
    for only in (pl.col("row").is_in([1, 300, MOST_ROWS + 5]), pl.col("change") == 3):
        wanted = told(store, place, 0, last).filter(only)

        assert wanted.height in (1, 3)
        assert told(store, place, 0, last, only).equals(wanted)


def test_no_row_holds_more_than_is_worth_a_file(store):
    write(store, 1, MOST_ROWS - 1, 1, MOST_ROWS, 2, 1)

    assert kept(store) == [("customers", number) for number in (2, 3, 4, 6)]
    assert store.snapshot().pointers["customers"].waiting == 4
    assert store.stored(CUSTOMERS, store.snapshot(), 0, 6).height == 2 * MOST_ROWS + 4


def test_a_group_may_hold_a_write_that_goes_to_its_own_file(store):
    write(store, 1, MOST_ROWS + 1, 1)
    where = store.snapshot().pointers["customers"]

    assert (where.waiting, where.appends, where.upto) == (1, 1, 2)
    assert kept(store) == [("customers", 3)]
    assert store.stored(CUSTOMERS, store.snapshot(), 0, 3).height == MOST_ROWS + 3
    assert faults(store) == []

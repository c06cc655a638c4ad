"""What is read of memberships beside the law: static ones, other processes, what is written."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.base.kinds.registry import CUSTOMERS
from engine.changes.log import log
from engine.changes.undo import undo
from engine.customers.merging import merge
from engine.segments import library
from engine.segments.history import entries_of, sizes, sizes_at
from engine.segments.versions import edit_members
from engine.store.results.members import members_of
from engine.store.results.memberships import GROUP, memberships
from engine.store.results.moves import FEW, moves_about, moves_of
from engine.store.results.settings import delete_setting
from engine.workspace.settings import change
from engine.workspace.workbench import Workbench
from tests.bases import ME
from tests.memberships.law import check, crowd, deleted

ROME = {"address.city": {"conditions": {"$is": ["Rome"]}}}
FRESH = {"created_at": {"conditions": {"$less_than": [3]}}}


@pytest.fixture
def shop(base):
    return base.filled(fill)


def fill(base):
    base.csv("Source_id,City\na,Rome\nb,Oslo\nc,Rome\n")


def count(base, name):
    return library.members(base.workbench, library.find(base.workbench, name)).count


def test_a_deleted_customer_is_no_member_of_a_static_segment_any_more(shop):
    bench = shop.workbench
    fixed = library.create_static(bench, "Fixed", ["a", "b"])
    deleted(shop.later(minutes=1), "a")

    assert count(shop, "Fixed") == 1
    assert bench.memberships.sizes(bench.profile(), bench.clock()) == {fixed.id: 1}
    assert library.members(bench, fixed, shop.now - timedelta(minutes=1)).count == 2


def test_whoever_one_on_a_list_has_become_stands_on_it_until_that_is_undone(shop):
    bench = shop.workbench
    fixed = library.create_static(bench, "Fixed", ["a"])
    library.create(bench, "On the list", {"segments": {"conditions": {"$is": [fixed.id]}}})
    merge(shop.later(minutes=1).workbench, "b", "a")
    assert shop.who("segments", "$includes", "Fixed") == ["b"]
    assert count(shop, "Fixed") == count(shop, "On the list") == 1
    check(shop)
    assert library.members(bench, fixed, shop.now - timedelta(seconds=30)).count == 1
    shop.later(minutes=1)
    undo(bench, log(bench).lines[0].number)

    assert shop.who("segments", "$includes", "Fixed") == ["a"]
    check(shop)


def test_a_merge_that_is_undone_takes_the_last_of_several_survivors_off_the_list(shop):
    bench = shop.workbench
    shop.json(*crowd())  # else everybody is asked, whoever is concerned
    fixed = library.create_static(bench, "Fixed", ["a"])
    library.create(bench, "On the list", {"segments": {"conditions": {"$is": [fixed.id]}}})
    merge(shop.later(minutes=1).workbench, "b", "a")
    first = log(bench).lines[0].number
    merge(shop.later(minutes=1).workbench, "c", "b")
    assert shop.who("segments", "$includes", "Fixed") == ["c"]
    check(shop)
    shop.later(minutes=1)
    undo(bench, first)

    assert shop.who("segments", "$includes", "Fixed") == ["a"]
    check(shop)


def test_a_survivor_who_is_taken_off_a_list_takes_along_who_they_were(shop):
    library.create_static(shop.workbench, "Fixed", ["a", "c"])
    merge(shop.later(minutes=1).workbench, "b", "a")
    edit_members(shop.workbench, "Fixed", "asked for it", remove=["b"])

    assert shop.who("segments", "$includes", "Fixed") == ["c"]


def test_a_filter_reads_static_segments_beside_the_evaluated_ones(shop):
    library.create_static(shop.workbench, "Fixed", ["a", "b"])
    library.create(shop.workbench, "Romans", ROME)

    assert shop.who("segments", "$is", "Fixed") == ["a", "b"]
    assert shop.who("segments", "$includes", "Fixed", "Romans") == ["a"]
    assert shop.who("segments", "$count", 0) == []


def test_a_deleted_customer_leaves_with_that_cause_and_the_name_stays(shop):
    bench = shop.workbench
    library.create(bench, "Romans", ROME)
    at = shop.now
    deleted(shop.later(minutes=1), "a")
    told = [(one.name, one.direction, one.cause) for one in entries_of(bench, "c")]
    size = sizes(bench, library.find(bench, "Romans"))

    assert told == [("c", "entered", "definition")]
    assert [(one.cause, one.entered, one.left, one.count) for one in size] == [
        ("definition", 2, 0, 2),
        ("deletion", 0, 1, 1),
    ]
    assert sizes_at(bench, ROME, [at, shop.now]) == {at: 2, shop.now: 1}


def test_what_another_process_writes_is_seen_at_once(shop):
    other = Workbench.open(shop.folder, lambda: shop.now).acting(ME)
    library.create(shop.workbench, "Romans", ROME)
    assert library.members(other, library.find(other, "Romans")).count == 2
    shop.csv("Source_id,City\nb,Rome\n")
    assert library.members(other, library.find(other, "Romans")).count == 3
    library.edit(other, "Romans", raw=FRESH)
    assert count(shop, "Romans") == 3
    other.close()


def test_a_workspace_from_before_passes_were_counted_enters_nobody_twice(shop):
    made = library.create(shop.workbench, "Romans", ROME)
    with shop.workbench.write("setting") as (connection, _):
        delete_setting(connection, GROUP, "pass")
    other = Workbench.open(shop.folder, lambda: shop.now).acting(ME)
    library.create(other, "Others", ROME)

    assert ["definition"] == [size.cause for size in sizes(other, made)]
    other.close()


def test_a_filter_over_a_segment_follows_its_definition_and_the_clock(shop):
    library.create(shop.workbench, "Inner", ROME)
    inside = {"segments": {"conditions": {"$is": ["Inner"]}}}
    assert len(shop.answer(inside).positions) == 2
    library.edit(shop.workbench, "Inner", raw=FRESH)
    assert len(shop.answer(inside).positions) == 3
    shop.later(days=4)
    assert len(shop.answer(inside).positions) == 0


def test_a_change_that_fails_leaves_every_membership_as_it_was(shop):
    library.create(shop.workbench, "Romans", ROME)

    with pytest.raises(ZeroDivisionError):
        failing(shop)
    check(shop)
    assert count(shop, "Romans") == 2


def failing(base):
    """A change set that deletes everybody and cannot be committed."""
    with base.workbench.change_set("deletion") as (change, profile):
        versions = profile.customers.drop("change").with_columns(deleted=True)
        change.append(CUSTOMERS, versions, change.before.schema(CUSTOMERS), 3)
        change.record(lambda _connection: 1 / 0)


def test_only_segments_that_read_what_was_written_are_touched(shop):
    bench = shop.workbench
    romans, fresh = library.create(bench, "Romans", ROME), library.create(bench, "Fresh", FRESH)
    shop.later(minutes=1).csv("Source_id,City\nb,Rome\n")
    with bench.store.read() as connection:
        lines = memberships(connection)
        assert len(members_of(connection, [romans.id])[romans.id].rows) == 3

    assert lines[romans.id].at == shop.now
    assert lines[fresh.id].at < shop.now
    assert lines[fresh.id].due == datetime(2026, 11, 5, 9, 30, tzinfo=UTC)  # three days after


def test_a_clock_set_back_moves_members_back(shop):
    bench = shop.workbench
    library.create(bench, "Fresh", FRESH)
    shop.later(days=9)
    bench.memberships.refresh(bench.clock)
    check(shop)
    shop.later(days=-8)
    shop.csv("Source_id,City\nb,Rome\n")
    check(shop)

    assert count(shop, "Fresh") == 3


def test_another_time_zone_moves_members_at_once_as_the_clock_does(shop):
    bench = shop.workbench
    shop.json({"source_id": "d", "created_at": "2026-11-02T23:30:00Z"})
    by_monday = {"created_at": {"conditions": {"$before": ["2026-11-03"]}}}
    monday = library.create(bench, "Monday", by_monday)
    assert count(shop, "Monday") == 4
    bench.configure(time_zone="Europe/Warsaw")
    last = sizes(bench, monday)[-1]

    check(shop)
    assert (last.cause, last.entered, last.left, last.count) == ("clock", 0, 1, 3)


def test_a_time_zone_set_beside_open_memberships_is_seen_by_whoever_reads(shop):
    bench = shop.workbench
    shop.json({"source_id": "d", "created_at": "2026-11-02T23:30:00Z"})
    library.create(bench, "Monday", {"created_at": {"conditions": {"$before": ["2026-11-03"]}}})
    with bench.write("setting") as (connection, act):  # as if the process ended here
        change(connection, act, bench.project, {"time_zone": "Europe/Warsaw"})

    assert count(shop, "Monday") == 3
    check(shop, refreshed=False)
    shop.later(minutes=1).csv("Source_id,City\nb,Rome\n")
    check(shop)


def test_the_moves_of_a_customer_are_those_that_every_line_of_the_history_tells(shop):
    library.create(shop.workbench, "Rome", ROME)
    crowd = "".join(f"{place},Rome\n" for place in range(FEW + 1))  # one stroke that moves many
    shop.later(days=1).csv(f"Source_id,City\n{crowd}a,Oslo\n")
    shop.later(days=1).csv("Source_id,City\n0,Oslo\nb,Rome\na,Rome\n")
    with shop.workbench.store.read() as connection:
        every = moves_of(connection)
        found = {row: moves_about(connection, row) for row in shop.column("row")}

    for row, moves in found.items():
        told = [(one.at, row in one.entered) for one in every if row in one.entered | one.left]
        assert [(one.at, row in one.entered) for one in moves] == told
        assert all(set(one.entered | one.left) == {row} for one in moves)
    assert max(map(len, found.values())) == 3

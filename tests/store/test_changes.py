"""Change sets: all at once or not at all, one writer at a time, and what a killed one left."""

from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import polars as pl
import pytest
from filelock import FileLock, Timeout

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.errors import ConflictError, StoreError
from engine.samples import sample_shop
from engine.segments import library
from engine.store.check import faults
from engine.store.records.small_writes import MOST_ROWS
from engine.store.store import Store
from tests.bases import ME, NOW, Base

MANY = MOST_ROWS + 1
ONE = pl.DataFrame({"row": [0], "deleted": [False], "id": ["i"], "name": ["Ann"]})


@pytest.fixture
def store(base):
    return base.workbench.store


def append(change, rows=ONE, next_row=1):
    change.append(CUSTOMERS, rows, CUSTOMERS.schema, next_row)


def many(name="Ann"):
    """So many records that they are appended to the Delta table."""
    rows = pl.DataFrame({"row": range(MANY)}).with_columns(id=pl.col("row").cast(pl.String))
    return rows.with_columns(name=pl.lit(name), deleted=False)


def lost(store, rows, schema=CUSTOMERS.schema):
    """An append whose writer was killed before it committed."""
    version = store.snapshot().pointers["customers"].version
    return store._lake.append(CUSTOMERS, version, rows, schema)


def names(store):
    return store.versions(CUSTOMERS, store.snapshot())["name"].to_list()


def test_change_sets_are_numbered_in_the_order_they_are_written(store):
    with store.change_set("first", lambda: NOW, ME) as change:
        append(change)
    with store.change_set("second", lambda: NOW, ME) as change:
        append(change, ONE.with_columns(name=pl.lit("Bob")))
    snapshot = store.snapshot()

    assert (snapshot.first, snapshot.change, snapshot.at) == (1, 2, NOW)
    assert names(store) == ["Ann", "Bob"]


def test_a_change_set_without_records_gets_no_number_but_its_results_stay(store):
    seen = []
    with store.change_set("nothing", lambda: NOW, ME) as change:
        change.record(lambda _connection: seen.append("written"))

    assert store.last_change() == 0
    assert seen == ["written"]


def test_nothing_that_is_appended_is_no_write(store):
    with store.change_set("nothing", lambda: NOW, ME) as change:
        append(change, ONE[:0])

    assert store.last_change() == 0
    assert faults(store) == []


def test_a_write_is_never_dated_back(store):
    with store.change_set("first", lambda: NOW, ME) as change:
        append(change)
    early = NOW - timedelta(seconds=1)

    with (
        pytest.raises(ConflictError, match="cannot be backdated"),
        store.change_set("second", lambda: early, ME),
    ):
        pass


def test_nothing_is_seen_before_the_end(store):
    with store.change_set("first", lambda: NOW, ME) as change:
        append(change)
        during = names(store), store.last_change()

    assert during == ([], 0)
    assert names(store) == ["Ann"]


@pytest.mark.parametrize("place", ["work", "commit"])
def test_a_change_set_that_fails_leaves_nothing_and_the_next_one_starts_clean(store, place):
    def fail():
        with store.change_set("first", lambda: NOW, ME) as change:
            append(change)
            change.record(lambda _connection: place == "work" or 1 / 0)
            assert place == "commit", "the work fails after its records were written"

    with pytest.raises((ZeroDivisionError, AssertionError)):
        fail()
    after_failure = names(store), store.last_change()
    with store.change_set("second", lambda: NOW, ME) as change:
        append(change, ONE.with_columns(name=pl.lit("Bob")))

    assert after_failure == ([], 0)
    assert names(store) == ["Bob"]
    assert faults(store) == []


def test_an_append_without_a_commit_is_never_seen_and_the_next_one_takes_it_away(store):
    with store.change_set("first", lambda: NOW, ME) as change:
        append(change, many(), MANY)
    lost(store, ONE.with_columns(change=2))
    behind = names(store)
    with store.change_set("second", lambda: NOW, ME) as change:
        append(change, many("Bob"), MANY)
    pointed = store.snapshot().pointers["customers"].version

    assert behind == ["Ann"] * MANY
    assert names(store) == ["Ann"] * MANY + ["Bob"] * MANY
    assert store._lake.settle(CUSTOMERS, pointed) == pointed
    assert faults(store) == []


def test_a_column_that_a_lost_append_left_takes_the_next_keys_values(base):
    base.csv("Source_id\na\n")
    store, schema = base.workbench.store, {**CUSTOMERS.schema, "m1_number": pl.Float64()}
    lost(store, ONE.with_columns(change=2, m1_number=5.0), schema)
    base.csv("Source_id,size\na,7\nb,\n")

    assert base.customer("a")["metadata"] == {"size": 7}
    assert "metadata" not in base.customer("b")
    assert faults(store) == []


def test_a_second_writer_waits_for_the_first(store):
    order, inside = [], Event()

    def second():
        inside.wait()
        opened = Store.open(store.folder, RECORD_TABLES)
        with opened.change_set("second", lambda: NOW, ME) as change:
            order.append(f"second after change {change.before.change}")
            append(change, ONE.with_columns(name=pl.lit("Bob")))

    thread = Thread(target=second)
    thread.start()
    with store.change_set("first", lambda: NOW, ME) as change:
        inside.set()
        with pytest.raises(Timeout):
            FileLock(store.folder / "writer.lock").acquire(timeout=0)
        append(change)
        order.append("first")
    thread.join()

    assert order == ["first", "second after change 1"]
    assert names(store) == ["Ann", "Bob"]


def test_readers_and_openers_never_wait_for_a_writer(store):
    with store.change_set("first", lambda: NOW, ME) as change:
        append(change)
        other = Store.open(store.folder, RECORD_TABLES)
        seen = other.snapshot().change
        other.close()

    assert seen == 0


def test_another_process_sees_a_commit_with_its_next_look(base):
    other = Base(base.folder)
    before = other.workbench.profile().total
    base.csv("Source_id\na\n")
    after = other.workbench.profile().total
    other.close()

    assert (before, after) == (0, 1)


def test_a_profile_never_changes_once_it_is_taken(base):
    base.csv("Source_id,Name\na,Ann\n")
    taken = base.workbench.profile()
    base.csv("Source_id,Name\na,Anna\nb,Bob\n")

    assert taken.customers["name"].to_list() == ["Ann"]
    assert base.column("name") == ["Anna", "Bob"]


def test_clearing_empties_everything_and_numbers_go_on_counting(base):
    base.csv("Source_id,color\na,red\n,\nb,blue\n")
    library.create(base.workbench, "Reds", {"metadata.color": {"conditions": {"$is": ["red"]}}})
    sample_shop.clear(base.workbench)
    emptied = base.workbench.profile().total
    run = base.csv("Source_id,size\na,5\n")
    store = base.workbench.store

    assert emptied == 0
    assert library.saved(base.workbench) == []
    assert run.change == 3
    assert store.snapshot().first == 2
    assert store.versions(CUSTOMERS, store.snapshot())["row"].to_list() == [2]
    assert base.customer("a")["metadata"] == {"size": 5}
    assert faults(store) == []


def test_another_open_workbench_notices_the_clearing(base):
    base.csv("Source_id\na\n")
    other = Base(base.folder)
    before = other.workbench.profile().total
    sample_shop.clear(base.workbench)
    cleared = other.workbench.profile().total
    base.csv("Source_id\nb\n")
    after = other.column("source_id")
    other.close()

    assert (before, cleared, after) == (1, 0, ["b"])


def test_clearing_is_not_dated_back_either(base):
    base.csv("Source_id\na\n")
    base.later(days=-1)

    with pytest.raises(ConflictError, match="cannot be backdated"):
        sample_shop.clear(base.workbench)
    assert base.column("source_id") == ["a"]


@pytest.mark.parametrize("name", ["a blank", "100% done", "日本 zażółć", "why?x=1", "a#b", "a&b:c"])
def test_a_workspace_may_lie_in_a_folder_of_any_usual_name(tmp_path, name):
    base = Base(tmp_path / name / "workspace")
    base.csv("Source_id\na\n")
    again = Base(base.folder)
    found = again.column("source_id"), faults(again.workbench.store)
    again.close()
    base.close()

    assert found == (["a"], [])
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["[x]", "a|b", "a^b", "%41", "a\nb", "back\\slash"])
def test_a_folder_that_delta_cannot_find_again_is_refused_before_anything_is_made(tmp_path, name):
    with pytest.raises(StoreError, match="choose another"):
        Base(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_a_workspace_says_so(tmp_path):
    (tmp_path / "file").write_text("text")
    (tmp_path / "locked" / "writer.lock").mkdir(parents=True)

    for folder in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "locked"):
        with pytest.raises(StoreError, match="expected a folder for the workspace"):
            Base(folder)


def test_lost_record_files_are_told_and_not_a_fault_of_the_program(base):
    base.csv("Source_id\n" + "".join(f"{row}\n" for row in range(MANY)))
    for file in (base.folder / "tables" / "customers").glob("*.parquet"):
        file.unlink()

    [found] = faults(base.workbench.store)
    assert found.path == "customers"
    assert "is missing" in found.message


def test_the_check_sees_a_version_behind_the_pointer_and_two_owners_of_one_key(store):
    twins = pl.DataFrame(
        {
            "row": [0, 1],
            "deleted": [False, False],
            "id": ["i", "i"],
            "source_id": ["a", "a"],
            "change": [1, 7],
        }
    )
    with store.change_set("odd", lambda: NOW, ME) as change:
        append(change, ONE.with_columns(source_id=pl.lit("a")))
        where = replace(change.before.pointers["customers"], version=lost(store, twins), upto=1)
        change._point(replace(where, next_row=1))
    told = " ".join(str(issue) for issue in faults(store))

    assert "versions of change sets that never committed, got 1" in told
    assert "versions whose row was never given, got 1" in told
    assert "second versions of a record in one change set, got 2" in told
    assert "living records that share their id, got 2" in told
    assert "living records that share their source_id, got 2" in told

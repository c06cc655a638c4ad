"""Small writes stay small: few files, the same records at every past state, also when killed."""

import random
import signal
from shutil import copytree

import polars as pl
import pytest

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.errors import ConflictError, StoreError
from engine.samples import sample_shop
from engine.store import changes, compaction
from engine.store import store as opened
from engine.store.check import faults
from engine.store.records import lake
from engine.store.results.change_log import log_lines
from engine.store.store import Store
from tests.bases import ME, NOW, Base
from tests.forks import Fork
from tests.store.steps import NEVER, drawn
from tests.strategies import examples

WRITES, KILLS = 150, examples(4, fuzzed=60)
WAITING, APPENDS = 4, 3  # instead of 128 and 16
MOST_FILES = 2 * (2 * APPENDS + 2)  # Parquet files and their lines in the log, not yet cleaned up
RUN = 4 * WAITING  # writes of a writer that is to be killed: compaction comes twice
# Writes one record after the other and says which is there; at the end, how many steps it had.
WRITER = f"""
import sys
from pathlib import Path
import polars as pl
from engine.store import compaction
from engine.store import store as opened
from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from tests.bases import ME, NOW
from tests.store.steps import Steps, kill
opened.MOST_WAITING, compaction.MOST_APPENDS = {WAITING}, 2
store = opened.Store.open(Path(sys.argv[1]), RECORD_TABLES)
steps = Steps(int(sys.argv[2]))
begun = store.snapshot().next_rows["customers"]
for row in range(begun, begun + {RUN}):
    with store.change_set("write", lambda: NOW, ME) as change:
        one = pl.DataFrame({{"row": [row], "deleted": [False], "id": [f"id {{row}}"]}})
        change.append(CUSTOMERS, one, CUSTOMERS.schema, row + 1)
    print(row, flush=True)
    store._compaction.end()  # else it would be killed where its thread happens to be
print(steps.number, flush=True)
kill()
"""
# The same in groups; says the last record of each.
TOGETHER = 5
GROUPS = (
    WRITER[: WRITER.index("for row in")]
    + f"""
for first in range(begun, begun + {RUN * TOGETHER}, {TOGETHER}):
    with store.group(lambda: NOW) as group:
        for row in range(first, first + {TOGETHER}):
            change = group.change_set("write", ME)
            one = pl.DataFrame({{"row": [row], "deleted": [False], "id": [f"id {{row}}"]}})
            change.append(CUSTOMERS, one, CUSTOMERS.schema, row + 1)
            group.keep(change)
    print(row, flush=True)
    store._compaction.end()
print(steps.number, flush=True)
kill()
"""
)


@pytest.fixture
def hasty(monkeypatch):
    """Small writes go to Delta, and its files into one, far sooner than usual."""
    monkeypatch.setattr(opened, "MOST_WAITING", WAITING)
    monkeypatch.setattr(compaction, "MOST_APPENDS", APPENDS)


@pytest.fixture
def store(base):
    return base.workbench.store


def write(store, row, name="Ann"):
    """One version of one customer as a change set of its own."""
    with store.change_set("write", lambda: NOW, ME) as change:
        one = pl.DataFrame({"row": [row], "deleted": [False], "id": [f"{row}"], "name": [name]})
        next_row = max(row + 1, change.before.next_rows["customers"])
        change.append(CUSTOMERS, one, CUSTOMERS.schema, next_row)


def gather(store):
    """Takes what small change sets wrote to the Delta table."""
    with store._lock:
        store._versions.gather(CUSTOMERS, CUSTOMERS.schema, store.last_change())


def compacted(store):
    """The store once everything is in as few files as it can be."""
    gather(store)
    store._compaction._compact(CUSTOMERS)
    return store


def files(base):
    return [file for file in (base.folder / "tables" / "customers").rglob("*") if file.is_file()]


def past(store):
    """What lies on the disk of every change set so far, oldest first."""
    snapshots = [store.snapshot_of(number) for number in range(1, store.last_change() + 1)]
    return [
        store.stored(CUSTOMERS, one, 0, one.change).sort("change", "row").rows()
        for one in snapshots
    ]


@pytest.mark.usefixtures("hasty")
def test_however_many_writes_there_are_few_files_and_few_versions_beside_them(base, store):
    most = 0
    for turn in range(WRITES):
        write(store, turn % 50, f"name {turn}")
        store._compaction.end()  # it is beside the writer, so it may be late
        most = max(most, len(files(base)))
    where = store.snapshot().pointers["customers"]
    read = store.stored(CUSTOMERS, store.snapshot(), 0, WRITES)

    assert most <= MOST_FILES
    assert where.waiting <= WAITING
    assert read.sort("change")["name"].to_list() == [f"name {turn}" for turn in range(WRITES)]
    assert faults(store) == []


@pytest.mark.usefixtures("hasty")
def test_no_write_reads_a_file_of_records(base, monkeypatch):
    base.csv("Source_id,Name\na,Ann\nb,Bob\n")
    base.workbench.profile()
    monkeypatch.setattr(lake.Lake, "read", None)  # whoever calls it fails
    for turn in range(3 * WAITING):
        base.csv(f"Source_id,Name\na,Ann {turn}\nnew {turn},Newt\n")

    assert base.column("name") == [f"Ann {turn}", "Bob", *["Newt"] * (turn + 1)]
    monkeypatch.undo()
    assert faults(base.workbench.store) == []


def test_every_past_state_is_the_same_before_and_after_a_compaction(store):
    for turn in range(12):
        write(store, turn % 5, f"name {turn}")
        if turn % 3 == 2:
            gather(store)
    before = past(store)
    after = past(compacted(store))

    assert before == after
    assert [len(versions) for versions in after] == list(range(1, 13))
    assert store.snapshot().pointers["customers"].appends == 0


def test_an_undo_after_a_compaction_does_what_it_would_have_done_before(base, monkeypatch):
    monkeypatch.setattr(changes, "MOST_ROWS", 1)  # more are appended to the Delta table
    first = base.csv("Source_id,Name,City\na,Ann,Oslo\nb,Bob,Rome\n")
    second = base.csv("Source_id,Name\na,Anna\nc,Carl\n")
    base.csv("Source_id,Name\nb,Bert\n")
    twin = Base(copytree(base.folder, base.folder.with_name("twin")))
    compacted(base.workbench.store)
    taken = [one.undo(run) for one in (base, twin) for run in (second, first)]
    left = [one.rows("source_id", "name", "address_city") for one in (base, twin)]
    twin.close()

    assert taken[:2] == taken[2:]
    assert left == [[("b", "Bert", None)]] * 2
    assert faults(base.workbench.store) == []


def test_a_reader_whose_files_were_cleaned_away_takes_the_pointers_again(store, monkeypatch):
    for turn in range(3):
        write(store, turn)
    reads, read = [], store._lake.read

    def late(table, version, *more):
        reads.append(version)
        if len(reads) == 1:
            compacted(store)
        return read(table, version, *more)

    gather(store)
    snapshot = store.snapshot()
    monkeypatch.setattr(store._lake, "read", late)
    found = store.stored(CUSTOMERS, snapshot, 0, snapshot.change)

    assert found["row"].to_list() == [0, 1, 2]
    assert len(set(reads)) == 2


def test_a_writer_who_appends_during_a_compaction_is_not_lost(store, monkeypatch):
    for turn in range(3):
        write(store, turn)
        gather(store)
    compact = store._lake.compact

    def overtaken(table, version):
        found = compact(table, version)
        write(store, 3)
        gather(store)
        return found

    monkeypatch.setattr(store._lake, "compact", overtaken)
    store._compaction._compact(CUSTOMERS)
    rows = store.stored(CUSTOMERS, store.snapshot(), 0, 4)["row"].to_list()

    assert rows == [0, 1, 2, 3]
    assert faults(store) == []


def test_what_a_killed_writer_left_is_taken_away_and_the_rest_compacted(store):
    for turn in range(2):
        write(store, turn)
        gather(store)
    lost = pl.DataFrame({"row": [9], "change": [3], "deleted": [False], "id": ["lost"]})
    version = store.snapshot().pointers["customers"].version
    store._lake.append(CUSTOMERS, version, lost, CUSTOMERS.schema)
    store._compaction._compact(CUSTOMERS)

    assert sorted(store.stored(CUSTOMERS, store.snapshot(), 0, 2)["id"]) == ["0", "1"]
    assert store.snapshot().pointers["customers"].appends == 0


@pytest.mark.parametrize(("program", "together"), [(WRITER, 1), (GROUPS, TOGETHER)])
def test_killed_at_any_instant_no_write_is_lost_or_there_twice(base, tmp_path, program, together):
    folder, there = base.folder, []
    base.close()
    *_, most = killed(program, copytree(folder, tmp_path / "measured"), NEVER)
    for step in drawn(random.Random(7), most, KILLS):
        said = killed(program, folder, step)
        told = said if step != NEVER else said[:-1]
        store = Store.open(folder, RECORD_TABLES)
        rows = store.stored(CUSTOMERS, store.snapshot(), 0, store.last_change())["row"]
        found = faults(store)
        with store.read() as connection:
            changes = [line.change for line in log_lines(connection)]
        store.close()
        there.append(len(rows))

        assert sorted(rows) == list(range(len(rows)))  # each once, in one piece
        assert len(rows) % together == 0  # a group is there whole or not at all
        assert len(rows) >= max(told, default=-1) + 1  # what was said to be there is
        assert changes == list(range(len(rows), 0, -1))  # each with its line
        assert found == []

    assert there[0] == 0  # killed at the first step of the first write
    assert there[-1] == there[-2] + RUN * together


def killed(program, folder, step):
    """The numbers that a writer said until it killed itself at a step."""
    writer = Fork(program, folder, step)
    said, _ = writer.communicate()
    assert writer.returncode == -signal.SIGKILL
    return [int(line) for line in said.split()]


def test_clearing_frees_the_disk(base):
    rows = range(3_000)
    base.csv("Source_id,Name\n" + "".join(f"{row},{'long ' * 9}{row}\n" for row in rows))
    database = base.folder / "workbench.db"
    sample_shop.clear(base.workbench)
    left = [file.name for file in files(base) if "checkpoint" not in file.name]

    assert [name for name in left if name.endswith(".parquet")] == []
    assert len(left) <= 3
    assert database.stat().st_size < 2**19
    assert database.with_name("workbench.db-wal").stat().st_size == 0
    assert base.csv("Source_id\na\n").created == 1
    assert faults(base.workbench.store) == []


def test_cleaning_waits_for_its_turn_as_writers_do(base, store):
    """Beside fifty writers it never saw the lock free, and an erasure took three minutes."""
    base.csv("Source_id\na\n")
    turn, taken = store._turn, []

    class Turn:
        def __enter__(self):
            turn.acquire()
            taken.append(self)

        def __exit__(self, *_error):
            turn.release()

    store._turn = Turn()
    store.reclaim()

    assert len(taken) >= len(RECORD_TABLES)


def test_records_of_a_state_before_a_clearing_are_told_to_be_gone(base, store):
    base.csv("Source_id\na\n")
    before = base.workbench.profile()
    sample_shop.clear(base.workbench)

    with pytest.raises(ConflictError, match="emptied since"):
        store.stored(CUSTOMERS, before.snapshot, 0, before.change)


def test_files_that_are_lost_are_told_however_often_the_pointers_are_taken(base, store):
    write(store, 0)
    gather(store)
    for file in files(base):
        if file.suffix == ".parquet":
            file.unlink()

    with pytest.raises(StoreError, match="is missing"):
        store.stored(CUSTOMERS, store.snapshot(), 0, 1)

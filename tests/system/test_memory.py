"""Long work ends before the memory does, by what the system tells of the machine and its groups."""

import polars as pl
import pytest

from engine.errors import MemoryFullError
from engine.imports import commit
from engine.limits import MB, MEMORY
from engine.store.records import memory as records_memory
from engine.system import memory, spool
from engine.system.memory import Memory, expect_memory, has_memory, memories
from engine.system.spool import parts, spooled
from tests.bases import Base

MACHINE = {"proc/meminfo": "MemTotal: 4194304 kB\nMemFree: 1 kB\nMemAvailable: 2097152 kB\n"}
HALF = Memory(4096 * MB, 2048 * MB)
V2 = {
    "proc/self/cgroup": "0::/shop/workbench\n",
    "sys/fs/cgroup/shop/workbench/memory.max": "max\n",
    "sys/fs/cgroup/shop/memory.max": f"{1000 * MB}\n",
    "sys/fs/cgroup/shop/memory.current": f"{900 * MB}\n",
    "sys/fs/cgroup/shop/memory.stat": f"anon 7\nactive_file {100 * MB}\ninactive_file {200 * MB}\n",
}
V1 = {
    "proc/self/cgroup": "5:cpu,cpuacct:/\n4:memory:/docker/7\n0::/\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{3000 * MB}\n",
    "sys/fs/cgroup/memory/memory.stat": "cache 1\n",
    "sys/fs/cgroup/memory/docker/7/memory.limit_in_bytes": f"{500 * MB}\n",
    "sys/fs/cgroup/memory/docker/7/memory.usage_in_bytes": f"{400 * MB}\n",
    "sys/fs/cgroup/memory/docker/7/memory.stat": f"total_active_file {MB}\n",
}
TELLS = {
    "nothing": ({}, []),
    "no number of what is free": ({"proc/meminfo": "MemTotal: 5 kB\n"}, []),
    "the machine alone": (MACHINE, [HALF]),
    "a group that cannot be seen": ({**MACHINE, "proc/self/cgroup": "0::/elsewhere\n"}, [HALF]),
    "the group above": ({**MACHINE, **V2}, [HALF, Memory(1000 * MB, 600 * MB)]),
    "an older system": ({**MACHINE, **V1}, [HALF, Memory(500 * MB, 399 * MB)]),
    "lines that are none": ({**MACHINE, "proc/self/cgroup": "no such line\n"}, [HALF]),
}


def system(folder, files):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


@pytest.mark.parametrize("what", TELLS)
def test_the_machine_and_every_group_with_less_are_found(tmp_path, what):
    files, found = TELLS[what]

    assert list(memories(system(tmp_path, files))) == found


def test_this_machine_tells(tmp_path):
    assert all(0 < one.used < one.total for one in memories())
    assert has_memory(0, 100, tmp_path)  # one that tells nothing refuses nothing


def test_a_step_that_does_not_fit_is_refused_with_what_there_is(tmp_path):
    root = system(tmp_path, {**MACHINE, **V2})
    expect_memory(370 * MB, "the import", root)

    with pytest.raises(
        MemoryFullError, match="the import needs 371 MB more, where 600 MB of 1,000 MB"
    ):
        expect_memory(371 * MB, "the import", root)
    assert f"filled to {MEMORY}" in refusal(root)


def refusal(root):
    with pytest.raises(MemoryFullError) as told:
        expect_memory(10**12, "the import", root)
    return str(told.value)


@pytest.fixture
def full(monkeypatch):
    """A machine whose memory is used up to a share."""

    def filled(percent):
        monkeypatch.setattr(memory, "memories", lambda _root=None: [Memory(10**9, percent * 10**7)])

    return filled


def brought(base):
    base.csv("Source_id\n" + "".join(f"{row}\n" for row in range(20)))


@pytest.fixture
def tiny(monkeypatch):
    """Every step is large enough to count, and a few rows are several parts."""
    for one in (memory, records_memory):
        monkeypatch.setattr(one, "SMALL", 1)
    monkeypatch.setattr(spool, "BATCH", 5)


@pytest.mark.usefixtures("tiny")
def test_an_import_of_several_parts_ends_and_writes_nothing(base, full):
    full(98)

    with pytest.raises(MemoryFullError, match="the next part of the import"):
        brought(base)
    full(10)
    assert base.rows("source_id") == []
    assert base.csv("Source_id\na\n").created == 1


@pytest.mark.usefixtures("tiny")
def test_no_further_part_is_made_that_would_not_fit(full):
    made = []

    def coming():
        for number in range(3):
            made.append(number)
            yield pl.DataFrame({"row": [number] * 5})

    full(98)
    with pytest.raises(MemoryFullError, match="the next part of the import"):
        spooled(coming())
    assert made == [0]
    full(10)
    assert spooled(coming()).height == 15


@pytest.mark.usefixtures("tiny")
def test_records_that_do_not_fit_are_not_read_and_those_in_memory_are(base, full):
    brought(base)
    base.gather()
    assert len(base.rows("source_id")) == 20
    full(98)

    assert len(base.rows("source_id")) == 20
    other = Base(base.folder)
    with pytest.raises(MemoryFullError, match="reading the customers"):
        other.rows("source_id")
    other.close()


def test_an_import_of_a_large_file_ends_wherever_it_is(base, full, monkeypatch):
    for one in (memory, commit):
        monkeypatch.setattr(one, "SMALL", 1)
    path, told = base.file("Source_id\na\n"), []

    def tell(share):
        told.append(share)
        full(98)

    with pytest.raises(MemoryFullError, match="the import needs 0 MB more"):
        base.bring(path, progress=tell)
    assert len(told) == 1
    assert base.rows("source_id") == []


def test_small_work_goes_on_where_memory_is_short(base, full):
    full(100)
    brought(base)
    base.gather()
    other = Base(base.folder)

    assert len(other.rows("source_id")) == 20
    other.close()


def test_where_memory_is_scarce_parts_are_put_aside_on_the_disk(full, monkeypatch):
    monkeypatch.setattr(spool, "BATCH", 1_000)
    whole = pl.DataFrame({"n": range(5_000)})
    (_, room), _ = spool.STORES
    full(spool.SCARCE + 1)
    free = room.free
    found = spooled(parts(whole))

    assert found.equals(whole)
    assert room.free == free
    full(10)
    there = spooled(parts(whole))
    assert there.equals(whole)
    assert room.free < free

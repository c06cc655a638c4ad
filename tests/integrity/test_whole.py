"""A workspace that nobody has damaged has no damage, whatever was done with it."""

from threading import Event, Thread

from engine.store.results.checksums import COUNTED
from tests.integrity.shop import fill, sql, told


def test_a_workspace_with_something_of_everything_is_whole(base):
    base.filled(fill)
    counts = {name: sql(base.folder, f'SELECT count(*) FROM "{name}"')[0][0][0] for name in COUNTED}

    assert told(base) == []
    assert [name for name, count in counts.items() if not count] == []


def test_a_workspace_that_was_emptied_is_whole(base):
    base.filled(fill)
    with base.workbench.change_set("clear") as (change, _):
        change.empty()
    base.workbench.store.reclaim()
    assert told(base) == []
    base.csv("Source_id\na\n")

    assert told(base) == []


def test_what_others_write_while_it_is_compared_is_no_damage(base):
    base.filled(fill)
    ended, written = Event(), Event()

    def write():
        row = 0
        while not ended.is_set():
            base.csv(f"Source_id,size\nnew {row},1\n{row},{row % 3}\n")
            row += 1
            written.set()

    writer = Thread(target=write)
    writer.start()
    try:
        for _ in range(3):
            written.clear()
            assert written.wait(30)
            assert told(base) == []
    finally:
        ended.set()
        writer.join()

"""A workspace that nobody has damaged has no damage, whatever was done with it."""

from engine.changes.log import log
from engine.changes.undo import undo
from engine.store.results.checksums import COUNTED
from tests.integrity.beside import writing
from tests.integrity.shop import fill, sql, told
from tests.redemptions.counter import Counter


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
    with writing(lambda row: base.csv(f"Source_id,size\nnew {row},1\n{row},{row % 3}\n")) as wait:
        for _ in range(3):
            wait()
            assert told(base) == []


def test_what_nobody_has_asked_for_since_the_last_change_is_no_damage(base):
    """Counts in memory may be of a state before, until somebody asks for them."""
    counter = Counter(base)
    counter.voucher("TEN")
    for _ in range(2):
        counter.redeem("TEN", amount=5_000)
    assert counter.use("TEN")[0] == 2
    redeemed = next(line.number for line in log(base.workbench).lines if line.cause == "redemption")
    undo(base.workbench, redeemed)

    assert told(base) == []

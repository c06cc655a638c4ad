"""Killed at any instant, an erasure is done or nothing of it is; whoever opens next ends it."""

import random

import pytest

from engine.exports.order import Order
from engine.exports.run import export_records
from engine.privacy import erasure
from engine.segments import library
from engine.store.check import faults
from tests.bases import NOW, Base
from tests.forks import Fork
from tests.memberships.law import check
from tests.privacy.bytes import found
from tests.privacy.everywhere import CITY
from tests.store.steps import NEVER, drawn, program
from tests.store.test_killed import killed
from tests.strategies import examples

pytestmark = pytest.mark.hypothesis  # `make fuzz` kills at 100 instants
KILLS = examples(4, fuzzed=100)
WRITER = program("from engine.privacy.erasure import erase", "erase(access, [who])")


def test_kills_leave_an_erasure_that_is_done_or_was_never_begun(tmp_path):
    folder = tmp_path / "workspace"
    opened(folder)
    at, outcomes = NOW.isoformat(), []
    most = killed(Fork(WRITER, folder), NEVER, f"{at} person-first")
    for turn, step in enumerate(drawn(random.Random(54), most, KILLS)):
        killed(Fork(WRITER, folder), step, f"{at} person-{turn}")
        outcomes.append(is_gone(folder, turn))

    assert (outcomes[0], outcomes[-1]) == (False, True)


def opened(folder):
    """A workspace of people whom a segment, a filter and a kept export name."""
    base = Base.new(folder)
    names = ["first", *range(KILLS)]
    rows = "".join(f"person-{name},Jane Doe {name},Warsaw\n" for name in names)
    base.csv(f"Source_id,Name,City\n{rows}")
    orders = "".join(f"order-{name},person-{name},5\n" for name in names)
    base.csv(f"Source_id,Customer_source_id,Amount\n{orders}", kind="orders")
    library.create(base.workbench, "Poles", CITY)
    for name in names:
        asked = {"name": {"conditions": {"$is": [f"Jane Doe {name}"]}}}
        library.create(base.workbench, f"Jane Doe {name}'s", asked)
        export_records(base.workbench, Order(customers=(f"person-{name}",)))
    base.close()


def is_gone(folder, turn):
    """Whether one was erased, of whom then nothing is left; else all is there."""
    base = Base(folder)
    known = base.column("source_id")
    orders = base.workbench.profile().activity.records("orders").height
    gone = f"person-{turn}" not in known
    done = erasure.index(base.workbench)
    check(base)

    assert faults(base.workbench.store) == []
    assert orders == 1 + KILLS
    assert len(done) == 1 + KILLS - len(known)
    base.close()
    left = found(folder, [f"person-{turn}", f"Jane Doe {turn}"])
    assert bool(left) is not gone
    if not gone:
        assert any(file.startswith("exports/") for file, _ in left)
    return gone

"""Killed at any instant, a redemption is there whole or not at all."""

import random

import pytest

from engine.redemptions.redeem import redeem
from engine.redemptions.vouchers import create_voucher
from engine.segments import library
from engine.store.check import faults
from tests.bases import NOW, Base
from tests.forks import Fork
from tests.memberships.law import check
from tests.redemptions.counter import Counter, asked
from tests.store.steps import NEVER, drawn
from tests.store.test_killed import killed
from tests.strategies import examples

pytestmark = pytest.mark.hypothesis  # `make fuzz` kills at 200 instants
KILLS = examples(4, fuzzed=200)
BUYERS = {"summary.orders.total_count": {"conditions": {"$more_than": [0]}}}
WRITER = """
import sys
from datetime import datetime
from pathlib import Path
from engine.actors import Actor
from engine.redemptions.attempt import attempt
from engine.redemptions.redeem import redeem
from engine.workspace.workbench import Workbench
from tests.store.steps import Steps, kill
last, at, who = sys.stdin.readline().split()
workbench = Workbench.open(Path(sys.argv[1]), lambda: datetime.fromisoformat(at))
access = workbench.acting(Actor("me", "test"))
asked = attempt(["TEN", "CARD"], customer=who, order={"source_id": who, "amount": 1500})
steps = Steps(int(last))
redeem(access, asked, who)
print(steps.number, flush=True)
kill()
"""


def test_kills_leave_all_of_a_redemption_or_nothing(tmp_path):
    folder = tmp_path / "workspace"
    opened(folder)
    at = NOW.isoformat()
    most = killed(Fork(WRITER, folder), NEVER, f"{at} first")
    held, kept = 1, []
    for turn, step in enumerate(drawn(random.Random(52), most, KILLS)):
        killed(Fork(WRITER, folder), step, f"{at} c{turn}")
        found = redeemed(folder, turn)
        kept.append(found - held)
        held = found + 1  # a look redeems one itself

    assert {*kept} <= {0, 1}
    assert (kept[0], kept[-1]) == (0, 1)


def opened(folder):
    """A workspace with two vouchers and a segment that each redemption moves."""
    base = Base.new(folder)
    terms = {"type": "AMOUNT", "amount_off": 1000}
    create_voucher(base.workbench, {"code": "TEN", "discount": terms})
    create_voucher(base.workbench, {"code": "CARD", "gift": {"amount": 10**9}})
    library.create(base.workbench, "Buyers", BUYERS)
    base.close()


def redeemed(folder, turn):
    """How many redemptions there are, each with all that belongs to it; then one more works."""
    base = Base(folder)
    counter, found = Counter(base), faults(base.workbench.store)
    check(base)
    orders = counter.records("orders", "status", "total_amount")
    records = counter.records("redemptions", "voucher_code", "result", "gift_amount")
    many = len(orders)
    buyers = base.who("segments", "$is", "Buyers")

    assert found == []
    assert orders == [("PAID", 0)] * many
    assert records == [("TEN", "SUCCESS", None), ("CARD", "SUCCESS", 500)] * many
    assert counter.use("TEN") == (many, None)
    assert counter.use("CARD") == (many, 10**9 - 500 * many)
    assert base.rows("id") == base.rows("id")[:many]
    assert len(buyers) == len(base.rows("id")) == many
    sent = {"source_id": f"o{turn}", "amount": 1500}
    assert redeem(base.workbench, asked("TEN", "CARD", who=f"after {turn}", order=sent)).succeeded
    base.close()
    return many

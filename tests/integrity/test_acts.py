"""
Whatever is done with a workspace, in any order: it stays whole, and members are as asked afresh.

The other laws are each of a few acts; this one has all of them, with little in each.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.changes.log import log
from engine.changes.undo import undo
from engine.customers.deletion import delete_customer
from engine.customers.editing import upsert
from engine.customers.events import record_event
from engine.customers.merging import merge
from engine.errors import WorkbenchError
from engine.privacy import erasure, retention
from engine.privacy.retention_rules import RetentionRule, set_rule
from engine.redemptions.campaigns import create_campaign, delete_campaign
from engine.redemptions.redeem import redeem
from engine.redemptions.rollback import roll_back
from engine.redemptions.vouchers import create_voucher, delete_voucher
from engine.segments import library, versions
from tests.bases import Base
from tests.integrity.shop import told
from tests.memberships.law import check
from tests.redemptions.counter import TEN, asked
from tests.strategies import examples

CITIES = ("Rome", "Oslo", "")
FILTERS = (
    {"address.city": {"conditions": {"$is": ["Rome"]}}},
    {"metadata.note": {"conditions": {"$in": ["c1", "TEN"]}}},
    {"summary.orders.total_amount": {"conditions": {"$more_than": [900]}}},
    {"created_at": {"conditions": {"$more_than_ago": [3]}}},
)
MOST = 30  # acts of one history


class Day:
    """What somebody does with a workspace; `chance` says with what."""

    def __init__(self, base, chance):
        self.base, self.chance = base, chance

    @property
    def bench(self):
        return self.base.workbench

    @property
    def who(self):
        return f"c{self.chance.randint(0, 6)}"

    @property
    def code(self):
        return self.chance.choice(["TEN", "GIFT"])

    @property
    def segment(self):
        return f"S{self.chance.randint(0, 2)}"

    def bring_customers(self):
        rows = "".join(f"{self.who},{self.chance.choice(CITIES)},{self.who}\n" for _ in range(4))
        self.base.csv(f"Source_id,City,note\n{rows}")

    def bring_orders(self):
        number, amount = self.chance.randint(0, 9), self.chance.randint(1, 2000)
        text = f"id,customer_source_id,amount,status,note\no{number},{self.who},{amount},PAID,"
        self.base.csv(f"{text}{self.who}\n", kind="orders")

    def write(self):
        document = {"source_id": self.who, "address": {"city": self.chance.choice(CITIES)}}
        upsert(self.bench, {**document, "metadata": {"note": self.who}})

    def happen(self):
        record_event(self.bench, "view", {"source_id": self.who}, {"note": self.who})

    def delete(self):
        delete_customer(self.bench, self.who)

    def merge(self):
        merge(self.bench, self.who, self.who)

    def erase(self):
        erasure.erase(self.bench, [self.who], self.chance.choice(["kept", "removed"]))

    def issue(self):
        create_voucher(self.bench, {**TEN, "code": self.code, "metadata": {"note": self.who}})

    def withdraw(self):
        delete_voucher(self.bench, self.code)

    def campaign(self):
        create_campaign(self.bench, "May", TEN, count=2)

    def end_campaign(self):
        delete_campaign(self.bench, "May")

    def redeem(self):
        redeem(self.bench, asked(self.code, amount=2_000, who=self.who))

    def roll_back(self):
        made = self.bench.profile().activity.records("redemptions")["id"].to_list()
        roll_back(self.bench, self.chance.choice([*made, "r_none"]))

    def define(self):
        library.create(self.bench, self.segment, self.chance.choice(FILTERS))

    def redefine(self):
        library.edit(self.bench, self.segment, raw=self.chance.choice(FILTERS))

    def list_up(self):
        library.create_static(self.bench, "T", [self.who])

    def restore(self):
        versions.restore(self.bench, self.segment, 1)

    def drop(self):
        library.delete(self.bench, self.segment)

    def undo(self):
        numbers = [line.number for line in log(self.bench, most=20).lines]
        undo(self.bench, self.chance.choice([*numbers, 0]))  # nothing has the number 0

    def keep_shorter(self):
        kind = self.chance.choice(["orders", "events"])
        set_rule(self.bench, RetentionRule(kind, self.chance.choice([10, 60]), "created_at"))

    def retain(self):
        retention.run(self.bench)

    def wait(self):
        self.base.later(days=self.chance.randint(1, 40))

    def move(self):
        self.bench.configure(time_zone=self.chance.choice(["UTC", "America/New_York"]))

    def reopen(self):
        self.base.close()
        self.base._open(self.base.now)


ACTS = [name for name, one in vars(Day).items() if callable(one) and not name.startswith("_")]
OFTEN = ["bring_customers", "bring_orders", "write", "redeem", "undo", "delete", "issue"]


@settings(
    max_examples=examples(2, fuzzed=300),
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # a history takes seconds: shrinking takes minutes
)
@given(st.randoms(use_true_random=False))
def test_a_workspace_stays_whole_whatever_is_done_with_it(chance):
    with TemporaryDirectory() as folder:
        base = Base.new(Path(folder) / "workspace")
        day, done = Day(base, chance), []
        for place in range(MOST):
            base.later(seconds=chance.randint(1, 5_000))
            done.append(chance.choice([*ACTS, *OFTEN, *OFTEN]))
            try:
                getattr(day, done[-1])()
            except WorkbenchError as refusal:
                done[-1] += f" refused: {refusal}"
            if place % 10 == 9:
                base.workbench.refresh()
                check(base, replay=False)
                assert told(base) == [], done
        base.close()

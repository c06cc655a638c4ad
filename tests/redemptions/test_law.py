"""
The laws of redemptions, under any history of them.

Counters equal a count of the records, summaries a base read anew, memberships an evaluation afresh,
entries and exits lead to them; and all of it undone is the start.
"""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from engine.base.kinds.registry import owned_kinds
from engine.base.uses import Use
from engine.changes.log import LogFilter, log
from engine.changes.undo import WAYS, undo
from engine.customers.orders import save_order
from engine.redemptions.vouchers import add_balance, edit_voucher
from engine.segments import library
from engine.store.check import faults
from tests.base.test_uses import counted
from tests.bases import Base
from tests.memberships.law import check
from tests.redemptions.counter import HALF, Counter
from tests.strategies import examples

CODES, PEOPLE = ("TEN", "HALF", "CARD", "ROME", "GONE"), ("ann", "bob", "cid")
SEGMENTS = {
    "Buyers": {"summary.orders.total_amount": {"conditions": {"$more_than": [500]}}},
    "Failed": {"summary.redemptions.total_failed": {"conditions": {"$more_than": [0]}}},
    "Went back": {"summary.redemptions.total_rolled_back": {"conditions": {"$more_than": [0]}}},
    "Cards": {"summary.redemptions.gift.amount_to_go": {"conditions": {"$more_than": [0]}}},
    "Romans": {"address.city": {"conditions": {"$is": ["Rome"]}}},
}
who = st.sampled_from(PEOPLE)
codes = st.lists(st.sampled_from(CODES), min_size=1, max_size=2, unique=True)
cities = st.sampled_from([None, "Rome", "Oslo"])
amounts = st.none() | st.sampled_from([0, 999, 2000])
orders = st.none() | st.sampled_from(["o1", "o2"])
places = st.integers(0, 3)  # of a redemption among those that there are, newest first
steps = st.one_of(
    st.tuples(st.just("redeem"), codes, who, cities, amounts, orders),
    st.tuples(st.just("redeem"), codes, who, cities, amounts, st.none()),
    st.tuples(st.just("roll back"), places),
    st.tuples(st.just("bring"), who, st.sampled_from(CODES), st.integers(0, 300), places),
    st.tuples(st.just("order"), st.sampled_from(["o1", "o2"]), who,
              st.sampled_from(["PAID", "CREATED", "CANCELED"])),
    st.tuples(st.just("edit"), st.sampled_from(["TEN", "HALF"]), st.none() | st.integers(1, 3)),
    st.tuples(st.just("fill"), st.integers(-300, 300)),
    st.tuples(st.just("undo"), places),
)  # fmt: skip
LAWS = settings(max_examples=examples(5, fuzzed=200), phases=[Phase.explicit, Phase.generate])


class History:
    """A shop to which things happen."""

    def __init__(self, folder):
        self.base = Base.new(Path(folder) / "workspace")
        self.counter, self.workbench = Counter(self.base), self.base.workbench
        for name, document in SEGMENTS.items():
            library.create(self.workbench, name, document)
        self.counter.voucher("TEN", redemption={"quantity": 3})
        self.counter.voucher("HALF", HALF, customer_limit=1)
        self.counter.voucher("CARD", gift={"amount": 1000})
        self.counter.voucher("ROME", segments=["Romans"])
        self.begun = self.lines()[0].number
        self.start = self.state()

    def lines(self):
        """What can be undone and was not, newest first."""
        lines = log(self.workbench, LogFilter(causes=tuple(WAYS))).lines
        return [line for line in lines if line.undone_by is None]

    def state(self):
        """All living records, less what every change writes."""
        profile = self.workbench.profile()
        frames = {"customers": profile.customers} | {
            name: profile.activity.records(name) for name in ("orders", "redemptions", "vouchers")
        }
        rows = {
            name: frame.drop("change", "updated_at", strict=False).rows(named=True)
            for name, frame in frames.items()
        }
        names = profile.snapshot.names  # whoever lacks a key may have its column
        return {name: [without_nulls(row) for row in each] for name, each in rows.items()} | {
            "names": names
        }

    def do(self, what, *told):
        self.base.later(seconds=1)
        DONE[what](self, *told)

    def redeem(self, codes, who, city, amount, order):
        customer = {"source_id": who, "address": {"city": city}, "metadata": {"city": city}}
        sent = {"source_id": order, "amount": amount}
        self.counter.redeem(*codes, customer=customer, order=sent)

    def roll_back(self, place):
        done = [key for key, kind in self.counter.records("redemptions", "id", "object")
                if kind != "redemption_rollback"]  # fmt: skip
        if place < len(done):
            self.counter.roll_back(done[-1 - place])

    def bring(self, who, code, amount, place):
        self.base.csv(
            f"Id,Customer_source_id,Voucher_code,Result,Gift_amount\nr{place},{who},{code},"
            f"SUCCESS,{amount}\n",
            kind="redemptions",
        )

    def order(self, source, who, status):
        sent = {"source_id": source, "status": status, "amount": 800}
        save_order(self.workbench, {**sent, "customer": {"source_id": who}})

    def edit(self, code, limit):
        edit_voucher(self.workbench, code, {"redemption_limit": limit})

    def fill(self, cents):
        left = self.counter.use("CARD")[1]
        if left + cents >= 0 and cents:
            try:
                add_balance(self.workbench, "CARD", cents)
            except Exception as error:  # noqa: BLE001 - imports may have spent more than was there
                assert "at most" in str(error)  # noqa: PT017

    def undo(self, place):
        lines = [line for line in self.lines() if line.number > self.begun]
        if place < len(lines):
            undo(self.workbench, lines[place].number)

    def undo_all(self):
        while (line := self.lines()[0]).number > self.begun:
            undo(self.workbench, line.number)


def without_nulls(record):
    return {name: value for name, value in record.items() if value is not None}


DONE = {
    "redeem": History.redeem,
    "roll back": History.roll_back,
    "bring": History.bring,
    "order": History.order,
    "edit": History.edit,
    "fill": History.fill,
    "undo": History.undo,
}


def summaries(base):
    """Every summary of every customer."""
    profile = base.workbench.profile()
    paths = [field.path for kind in owned_kinds() for field in kind.summaries]
    values = {path: profile.values(profile.catalogue.field(path)) for path in paths}
    return {path: None if found is None else found.to_list() for path, found in values.items()}


def check_uses(base):
    activity = base.workbench.profile().activity
    times, spent = counted(activity.records("redemptions"))
    for code in CODES:
        assert activity.uses().of_code(code) == Use(times[code, "everybody"], spent[code])


@LAWS
@given(st.lists(steps, min_size=1, max_size=10))
def test_whatever_happens_everything_is_as_if_counted_afresh(history):
    with TemporaryDirectory() as folder:
        shop = History(folder)
        with closing(shop.base):
            for step in history:
                shop.do(*step)
                check(shop.base)
                check_uses(shop.base)
            kept = summaries(shop.base)
            with closing(Base(shop.base.folder, shop.base.now)) as anew:
                assert summaries(anew) == kept
                check_uses(anew)
            shop.undo_all()
            assert shop.state() == shop.start
            check(shop.base)
            check_uses(shop.base)
            assert faults(shop.workbench.store) == []

"""
Any history of edits, events, merges, late imports and undos: what is kept equals a rebuild, members
equal the filters asked afresh, an undo leaves what was before, and all undone is the start.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.changes.log import log
from engine.changes.undo import preview, undo
from engine.customers.deletion import delete_customer
from engine.customers.editing import edit, upsert
from engine.customers.events import record_event
from engine.customers.merging import merge
from engine.errors import WorkbenchError
from engine.segments import library
from engine.store.check import faults
from engine.workspace.workbench import Workbench
from tests.bases import Base
from tests.memberships.law import check
from tests.strategies import examples

SOURCES = st.sampled_from(["ann", "bob", "eve"])
TRAILS = st.sampled_from(["t1", "t2"])
CITIES = st.sampled_from(["Rome", "Oslo", None])
FILTERS = (
    {"summary.orders.total_amount": {"conditions": {"$more_than": [100]}}},
    {"summary.redemptions.total_redeemed": {"conditions": {"$more_than": [1]}}},
    {"events.view.count": {"conditions": {"$more_than": [0]}}},
    {"address.city": {"conditions": {"$is_not": ["Rome"]}}},
    {"anonymous": {"conditions": {"$is": [True]}}},
    {"loyalty.referred_customers": {"conditions": {"$more_than": [0]}}},
)
ACTIONS = st.one_of(
    st.tuples(st.just("edit"), SOURCES, CITIES),
    st.tuples(st.just("upsert"), st.none() | SOURCES, st.none() | TRAILS, CITIES),
    st.tuples(st.just("event"), st.none() | SOURCES, st.none() | TRAILS),
    st.tuples(st.just("orders"), SOURCES, st.integers(0, 3)),
    st.tuples(st.just("redemptions"), st.lists(st.tuples(st.none() | SOURCES, TRAILS),
                                               min_size=1, max_size=3)),
    st.tuples(st.just("referrer"), SOURCES, SOURCES),
    st.tuples(st.just("merge"), SOURCES | TRAILS, SOURCES | TRAILS, st.booleans()),
    st.tuples(st.just("delete"), SOURCES),
    st.tuples(st.just("undo"), st.integers(0, 3)),
)  # fmt: skip


def state(workbench):
    """All that records and summaries say, and where merged profiles lead."""
    profile = workbench.profile()
    tables = {
        name: [
            {column: value for column, value in record.items() if value is not None}
            for record in profile.records(table).drop("change").sort("row").to_dicts()
        ]
        for name, table in RECORD_TABLES.items()
    }
    summaries = {
        field.path: profile.values(field)
        for field in profile.catalogue.fields()
        if field.activity or field.table == "referrals"
    }
    counted = {
        path: None if values is None else values.to_list() for path, values in summaries.items()
    }
    return tables, counted, profile.merged.sort("row").to_dicts(), dict(profile.snapshot.names)


def begin(base):
    """The segments that everything moves members of."""
    for place, document in enumerate(FILTERS):
        library.create(base.workbench, f"segment {place}", document)
    # A name that a segment reads outlives who brought it.
    record_event(base.workbench, "view", {"source_id": "zoe"})


class History:
    """A workspace that actions change."""

    def __init__(self, folder):
        self.base, self.written = Base.new(folder).filled(begin), 0
        self.first = self.base.workbench.profile().change

    def run(self, action, *given):
        """Does one action, if what it names is there."""
        try:
            getattr(self, action)(*given)
        except WorkbenchError:
            return False
        return True

    def edit(self, source, city):
        edit(self.base.workbench, source, {"city": city, "address": {"city": city}})

    def upsert(self, source, trail, city):
        document = {"source_id": source, "address": {"city": city}, "metadata": {"seen": city}}
        upsert(self.base.workbench, document, trail)

    def event(self, source, trail):
        record_event(self.base.workbench, "view", {"source_id": source}, {"n": 1}, trail)

    def orders(self, source, count):
        rows = "".join(f"{source},o{place},PAID,{90 * place}\n" for place in range(count))
        if rows:
            self.base.csv(f"Customer_source_id,Id,Status,Amount\n{rows}", kind="orders")

    def redemptions(self, rows):
        self.written += 1
        lines = "".join(
            f"r{place}{self.written % 2},{source or ''},{trail},SUCCESS\n"
            for place, (source, trail) in enumerate(rows)
        )
        text = f"Id,Customer_source_id,Tracking_id,Result\n{lines}"
        self.base.csv(text, kind="redemptions")

    def referrer(self, source, other):
        edit(self.base.workbench, source, {"referrer": other})

    def merge(self, first, second, keep):
        names = [self.named(one) for one in (first, second)]
        merge(self.base.workbench, *names, {"city": "second"} if keep else {})

    def delete(self, source):
        delete_customer(self.base.workbench, source)

    def named(self, name):
        if not name.startswith("t"):
            return name
        known = self.base.workbench.profile().customers
        found = known.filter(known["anonymous"].fill_null(value=False))
        return found["id"][0] if found.height else name

    def undo(self, place):
        open_ = self.undoable()
        if open_:
            undo(self.base.workbench, open_[-1 - place % len(open_)])

    def take_back(self, number):
        undo(self.base.workbench, number)

    def undoable(self):
        """Changes of records that nobody has taken back."""
        lines = log(self.base.workbench).lines
        kept = [line for line in lines if (line.change or 0) > self.first and not line.undone_by]
        return sorted(line.number for line in kept if line.cause not in ("undo", "definition"))


@settings(
    max_examples=examples(6, fuzzed=400),
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # a history takes a second: shrinking takes minutes
)
@given(st.lists(ACTIONS, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_any_history_equals_a_rebuild_and_all_of_it_undone_is_the_start(actions, chance):
    with TemporaryDirectory() as folder:
        history = History(Path(folder) / "workspace")
        base = history.base
        start = state(base.workbench)
        for action in actions:
            before, number = state(base.workbench), base.workbench.profile().change
            base.later(seconds=1)
            history.run(*action)
            check(base)
            if action[0] not in ("undo",) and base.workbench.profile().change > number:
                last = history.undoable()[-1]
                if not preview(base.workbench, last).conflicts:
                    undo(base.workbench, last)
                    assert before == state(base.workbench), action
                    check(base)
                    history.run(*action)
            fresh = Workbench.open(base.folder, lambda: base.now)
            assert state(fresh) == state(base.workbench), action
            fresh.close()
        assert faults(base.workbench.store) == []
        rest = history.undoable()
        chance.shuffle(rest)
        while rest:
            left = [number for number in rest if not history.run("take_back", number)]
            assert len(left) < len(rest)  # what is refused waits for another one
            rest = left
        assert faults(base.workbench.store) == []
        assert start[0][CUSTOMERS.name] == state(base.workbench)[0][CUSTOMERS.name]
        assert start[1:] == state(base.workbench)[1:]
        check(base)
        base.close()

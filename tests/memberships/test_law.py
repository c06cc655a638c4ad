"""Incremental equals evaluated afresh: any history, any filters, segments in segments too."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.changes.log import log
from engine.changes.undo import undo
from engine.customers.merging import merge
from engine.errors import ConflictError
from engine.evaluation import column_cache
from engine.filters.expression import to_json
from engine.memberships import step, verdicts
from engine.segments import library
from engine.segments.versions import edit_members
from engine.store.check import faults
from engine.store.results import members
from tests.base.test_model import KINDS
from tests.bases import Base
from tests.memberships.law import check, crowd, deleted, name
from tests.strategies import CATALOGUE, VALUES, examples, groups, near_days

SOURCES = ["ann", "bob", "eve", "zoe"]
POSITION = st.integers(0, 5)


def shown(kind, value):
    return value if kind.key in ("number", "boolean") else kind.show(value)


def typed(named):
    one = VALUES[named.kind].map(lambda value: shown(named.kind, value))
    return st.lists(one, max_size=3) if named.many else one


metadata = st.fixed_dictionaries(
    {}, optional={key: typed(named) for key, named in CATALOGUE.metadata.items()}
)
customers = st.fixed_dictionaries(
    {"source_id": st.sampled_from(SOURCES)},
    optional={
        "birthdate": near_days.map(str),
        "loyalty_points": st.integers(0, 3),
        "referrer": st.sampled_from([*SOURCES, None]),
        "metadata": metadata,
    },
)
FIRST = {
    "source_id": "ann",
    "metadata": {
        "string": "a", "number": 1.5, "boolean": True, "date": "2024-02-29",
        "instant": "2024-02-29T12:00:00Z", "strings": ["a"], "numbers": [1], "booleans": [True],
        "dates": ["2024-02-29"], "instants": ["2024-02-29T12:00:00Z"],
    },
}  # fmt: skip
files = st.one_of(
    st.tuples(st.just("customers"), st.lists(customers, min_size=1, max_size=3)),
    *(
        st.tuples(st.just(kind), st.lists(record, min_size=1, max_size=3))
        for kind, record in KINDS.items()
    ),
)
paths = st.sampled_from(
    ["summary.redemptions.gift.amount_to_go", "summary.orders.last_order_date",
     "summary.orders.total_count", "loyalty.referred_customers", "events.visit.count",
     "updated_at", "created_at"]
)  # fmt: skip
TESTS = {
    "summary.redemptions.gift.amount_to_go": {"$less_than": [100]},
    "summary.orders.last_order_date": {"$less_than": [20]},
    "summary.orders.total_count": {"$more_than": [1]},
    "loyalty.referred_customers": {"$more_than_equal": [1]},
    "events.visit.count": {"$is": [0, 2]},
    "updated_at": {"$less_than_ago": [1]},
    "created_at": {"$more_than": [1]},
}
windowed = st.builds(
    lambda path, days: {path: {"conditions": TESTS[path], "window": {"last_days": days}}},
    st.sampled_from([path for path in TESTS if path.startswith(("summary", "events"))]),
    st.integers(1, 40),
)
on_segments = st.sampled_from(
    [{"$is": ["@"]}, {"$is_not": ["@"]}, {"$count_more": [1]}, {"$includes": ["@", "@"]}]
)
filters = st.one_of(
    groups().map(to_json),
    paths.map(lambda path: {path: {"conditions": TESTS[path]}}),
    windowed,
    on_segments.map(lambda tests: {"segments": {"conditions": tests}}),
)
steps = st.one_of(
    st.tuples(st.just("bring"), files),
    st.tuples(st.just("create"), filters, st.sampled_from(["auto-update", "passive"])),
    st.tuples(st.just("edit"), POSITION, filters),
    st.tuples(st.just("delete"), st.sampled_from(SOURCES)),
    st.tuples(st.just("remove"), POSITION),
    st.tuples(st.just("listed"), st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3)),
    st.tuples(st.just("taken_off"), POSITION, st.sampled_from(SOURCES)),
    st.tuples(st.just("merged"), st.sampled_from(SOURCES), st.sampled_from(SOURCES)),
    st.tuples(st.just("parted")),
    st.tuples(st.just("later"), st.integers(0, 400 * 24), st.booleans()),
    st.tuples(st.just("turn"), st.integers(-1, 2), st.booleans()),
    st.tuples(st.just("zoned"), st.sampled_from(["UTC", "Pacific/Kiritimati", "America/Havana"])),
)


def bring(base, file):
    kind, rows = file
    base.json(*rows, kind=kind)
    return True


def create(base, document, kind):
    library.create(base.workbench, name(), resolved(base, document), kind)
    return False  # others wait for a change set or a refresh


def edit(base, place, document):
    saved = [one for one in library.saved(base.workbench) if one.filter is not None]
    if saved:
        chosen = saved[place % len(saved)]
        library.edit(base.workbench, chosen.id, raw=resolved(base, document))
    return False  # others wait for a change set or a refresh


def remove(base, place):
    saved = library.saved(base.workbench)
    if saved:
        library.delete(base.workbench, saved[place % len(saved)].id)
    return False  # others wait for a change set or a refresh


def delete(base, source):
    deleted(base, source)
    return True


def listed(base, sources):
    there = {*base.column("source_id")}.intersection(sources)
    if there:
        library.create_static(base.workbench, name(), sorted(there))
    return False  # others wait for a change set or a refresh


def taken_off(base, place, source):
    """From a list, by hand; whoever has become that one goes with it."""
    saved = [one for one in library.saved(base.workbench) if one.filter is None]
    if saved and source in base.column("source_id"):
        chosen = saved[place % len(saved)]
        edit_members(base.workbench, chosen.id, "by hand", remove=[source])
        assert source not in names_of(base, chosen)
    return False


def names_of(base, segment):
    profile = base.workbench.profile()
    rows = library.members(base.workbench, segment).positions
    return profile.customers["source_id"].gather(rows).to_list()


def merged(base, one, other):
    if one != other and {one, other} <= {*base.column("source_id")}:
        merge(base.workbench, one, other)
        return True
    return False


def parted(base):
    """The last merge is undone."""
    lines = log(base.workbench).lines
    found = next((one for one in lines if one.cause == "merge" and not one.undone_by), None)
    if found is None:
        return False
    undo(base.workbench, found.number)
    return True


def later(base, hours, refreshed):
    base.later(hours=hours)
    if refreshed:
        base.workbench.memberships.refresh(base.workbench.clock)
    return refreshed


def turn(base, ticks, refreshed):
    """To the instant at which somebody is due, or a microsecond beside it."""
    due = base.workbench.memberships.due()
    if due is not None:
        base.now = max(base.now, due + timedelta(microseconds=ticks))
    return later(base, 0, refreshed)


def zoned(base, zone):
    base.workbench.configure(time_zone=zone)
    return True


DO = {
    "bring": bring, "create": create, "edit": edit, "remove": remove, "delete": delete,
    "later": later, "turn": turn, "zoned": zoned, "listed": listed, "taken_off": taken_off,
    "merged": merged, "parted": parted,
}  # fmt: skip


def resolved(base, document):
    """The filter with the ids of saved segments where it says `@`."""
    if "segments" not in document or "$groups" in document:
        return document
    ids = [segment.id for segment in library.saved(base.workbench)] or ["nobody"]
    tests = document["segments"]["conditions"]
    named = {key: [ids[place % len(ids)] if value == "@" else value
                   for place, value in enumerate(values)]
             for key, values in tests.items() if isinstance(values, list)}  # fmt: skip
    return {**document, "segments": {**document["segments"], "conditions": {**tests, **named}}}


PARTS = {0: (2**32, 0, 0), 16: (2**32, 2, 1)}  # of members: all in one, or many small ones
LAW = settings(
    phases=[Phase.generate],
    max_examples=examples(7, fuzzed=400),
    suppress_health_check=[HealthCheck.too_slow],
)


@LAW
@given(
    st.lists(steps, min_size=1, max_size=12),
    st.booleans(),
    st.sampled_from([0, 16]),
    st.sampled_from([0.03, 1.0]),
)
def test_any_history_leaves_what_evaluating_afresh_says(history, crowded, few, large):
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(column_cache, "FEWEST", 0)  # columns are taken over, though there are few
        patch.setattr(verdicts, "FEW", few)  # both ways to evaluate a few customers
        patch.setattr(step, "LARGE", large)  # everybody is asked, or who may have moved
        patch.setattr(
            members, "MOST", (2**32, 2, 1) if few else (2**32, 0, 0)
        )  # in parts or in full
        base = Base.new(Path(folder) / "workspace")
        base.json(FIRST, *(crowd() if crowded else ()))
        for act, *arguments in history:
            base.later(minutes=1)
            refreshed = False
            try:
                refreshed = DO[act](base, *arguments)
            except ConflictError as error:
                assert "circle" in str(error) or "is used in" in str(error)  # noqa: PT017
            check(base, refreshed=refreshed)
            assert faults(base.workbench.store) == []
        base.close()

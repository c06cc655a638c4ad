"""Small writes in one group leave what the same writes leave one by one, each with its own line."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.errors import ConflictError
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import incoming
from engine.memberships import step, verdicts
from engine.segments import library
from engine.store.check import faults
from engine.store.results.change_log import log_lines
from engine.store.results.moves import moves_of
from engine.workspace.writes import SmallWrite
from tests.bases import ME, Base
from tests.memberships.law import check, crowd
from tests.memberships.test_law import FIRST, SOURCES, files, filters, resolved
from tests.strategies import examples

THREADS = 64
GROUPS = settings(
    phases=[Phase.generate],
    max_examples=examples(5, fuzzed=300),
    suppress_health_check=[HealthCheck.too_slow],
)
writes = st.one_of(
    st.tuples(st.just("apart"), files),
    st.tuples(st.just("bring"), files),
    st.tuples(st.just("fail"), st.integers(0, 9)),
)
deletions = st.tuples(st.just("delete"), st.sampled_from(SOURCES))
groups_of_writes = st.lists(st.one_of(writes, writes, deletions), min_size=1, max_size=6)


def small(base, write, place):
    """A drawn write as whoever waits hands it in."""
    what, told = write
    made = {"bring": bringing, "apart": bringing_apart, "delete": deleting, "fail": failing}[what]
    cause, body, keys = made(base, told, place)
    return SmallWrite(cause, ME, base.workbench.now, body, frozenset(keys))


def bringing(base, file, place):
    kind, rows = file
    path = base.lines(*rows, kind=kind)
    path = path.rename(path.with_name(f"{place}.jsonl"))
    coming = incoming(base.workbench, TABLES[kind], path, parse_mapping({}))
    return "import", lambda change, profile: counted(coming.write(change, profile).run), coming.keys


def bringing_apart(base, file, place):
    """As `bringing`, of records that only the write in this place of a group brings."""
    kind, rows = file
    own = ("id", "source_id", "customer_source_id")
    place_in_group = place.split("-")[1]
    rows = [
        {key: f"{one} {place_in_group}" if key in own else one for key, one in row.items()}
        for row in rows
    ]
    return bringing(base, (kind, rows), place)


def counted(run):
    return run.change, run.created, run.updated, run.unchanged, run.rejected, run.customers_created


def deleting(_base, source, _place):
    def body(change, profile):
        gone = profile.customers.filter(pl.col("source_id") == source)
        if not gone.is_empty():
            versions, schema = gone.drop("change"), change.before.schema(CUSTOMERS)
            rows = change.before.next_rows["customers"]
            change.append(CUSTOMERS, versions.with_columns(deleted=True), schema, rows)
        return gone.height

    return "deletion", body, [("customers", source)]


def failing(_base, number, _place):
    def body(change, _profile):
        change.record(lambda connection: 1 / 0)  # nothing of it is ever written
        raise ConflictError(f"no {number}")

    return "edit", body, []


def one_by_one(base, group):
    return [done(base, [write])[0] for write in group]


def together(base, group):
    return done(base, group)


def done(base, waiting):
    """Lets writes run that all wait already; gives what each caller gets, in their order."""
    queue = base.workbench._writes
    queue._waiting.extend(waiting)
    while queue._waiting:
        queue._lead()
    return [str(write.outcome.exception() or write.outcome.result()) for write in waiting]


def everything(base):
    """Records, members, moves and lines of the log, without ids that are drawn by chance."""
    bench = base.workbench
    profile, saved = bench.profile(), library.saved(bench)
    with bench.store.read() as connection:
        lines = [
            (one.at, one.actor, one.cause, one.change, sorted(one.touched))
            for one in log_lines(connection)
            if one.cause != "segment"
        ]
        # The clock moves when records do: behind an import of nothing, or before one in a group.
        lines.sort(key=lambda line: (line[0], line[2] != "clock"), reverse=True)
        moves = {
            segment.name: [
                (move.cause, move.change, move.at, sorted(move.entered), sorted(move.left))
                for move in moves_of(connection, segment.id)
            ]
            for segment in saved
        }
    members = bench.memberships.members(profile, bench.clock(), [one.id for one in saved])
    records = {
        name: sorted(map(repr, profile.records(table).drop("id").rows()))
        for name, table in RECORD_TABLES.items()
    }
    inside = {segment.name: set(members[segment.id]) for segment in saved}
    return lines, moves, inside, records, profile.snapshot.next_rows, profile.change


def begin(base):
    base.json(FIRST, *crowd())


def history(folder, way, document, batches):
    base = Base.new(folder).filled(begin)
    results = []
    for place, one in enumerate(document):
        kind = ("auto-update", "passive")[place % 2]
        try:
            library.create(base.workbench, f"segment {place}", resolved(base, one), kind)
        except ConflictError as error:
            assert "circle" in str(error)  # noqa: PT017
    for number, batch in enumerate(batches):
        base.later(hours=30)
        group = [small(base, write, f"{number}-{place}") for place, write in enumerate(batch)]
        before = base.workbench.store.last_change()
        results.append(way(base, group))
        check(base, refreshed=base.workbench.store.last_change() > before)
        assert faults(base.workbench.store) == []
    found = everything(base)
    base.close()
    return results, found


@GROUPS
@given(
    st.lists(filters, max_size=4),
    st.lists(groups_of_writes, min_size=1, max_size=4),
    st.sampled_from([0, 16]),
    st.sampled_from([0.03, 1.0]),
)
def test_a_group_leaves_what_the_same_writes_leave_one_by_one(document, batches, few, large):
    document = [one for one in document if "segments" not in one or "$groups" in one]
    document.append({"summary.redemptions.gift.amount_to_go": {"conditions": {"$less_than": [90]}}})
    document.append({"loyalty.referred_customers": {"conditions": {"$more_than_equal": [1]}}})
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(verdicts, "FEW", few)
        patch.setattr(step, "LARGE", large)
        ways = {way: Path(folder) / way.__name__ for way in (one_by_one, together)}
        for path in ways.values():
            path.mkdir()
        apart, joined = (
            history(path / "workspace", way, document, batches) for way, path in ways.items()
        )

    assert joined == apart


def edit(row, city):
    """Gives one customer another city; the result is the number of the change set."""

    def body(change, profile):
        one = profile.customers.filter(pl.col("row") == row).drop("change")
        schema, rows = change.before.schema(CUSTOMERS), change.before.next_rows["customers"]
        change.append(CUSTOMERS, one.with_columns(address_city=pl.lit(city)), schema, rows)
        return change.number

    return body


def in_cities(base):
    """A segment for each of four cities."""
    for city in ("Oslo", "Rome", "Bonn", "Lima"):
        library.create(base.workbench, city, {"address.city": {"conditions": {"$is": [city]}}})


def written(base, row, city):
    return base.workbench.write_small("edit", edit(row, city), [("customers", f"{row}")])


def test_every_one_of_64_threads_gets_its_own_result_and_members_are_right(base):
    base.json(*crowd())
    in_cities(base)
    before, barrier = base.workbench.store.last_change(), Barrier(THREADS)

    def work(place):
        barrier.wait()
        return [written(base, place, city) for city in ("Oslo", "Rome", "Lima")]

    with ThreadPoolExecutor(THREADS) as threads:
        found = [number for numbers in threads.map(work, range(THREADS)) for number in numbers]

    assert sorted(found) == list(range(before + 1, before + 3 * THREADS + 1))
    assert base.column("address_city")[:THREADS] == ["Lima"] * THREADS
    with base.workbench.store.read() as connection:
        lines = log_lines(connection)
        moved = {move.change for move in moves_of(connection)}
    assert sorted(line.change for line in lines if line.cause == "edit") == sorted(found)
    assert moved.issuperset(found)
    check(base)
    assert faults(base.workbench.store) == []


def test_writes_that_wait_share_one_transaction_and_whoever_fails_fails_alone(base, monkeypatch):
    base.json(*crowd())
    in_cities(base)
    store, commits = base.workbench.store, []
    committed = store._committed
    monkeypatch.setattr(store, "_committed", lambda group: commits.append(committed(group)))
    cause, now = "edit", base.workbench.now
    waiting = [
        SmallWrite(cause, ME, now, edit(row, "Oslo"), frozenset({("customers", f"{row}")}))
        for row in range(3)
    ]
    _, body, _ = failing(base, 7, 0)
    waiting.insert(1, SmallWrite(cause, ME, now, body, frozenset()))

    assert together(base, waiting) == ["2", "no 7", "3", "4"]
    assert len(commits) == 1
    check(base)


def test_the_history_tells_the_moves_of_a_group_in_the_order_of_its_change_sets(base):
    base.json(*crowd())
    in_cities(base)
    now, key = base.workbench.now, "customers"
    waiting = [
        SmallWrite("edit", ME, now, edit(row, city), frozenset({(key, f"{row}")}))
        for row, city in enumerate(("Rome", "Oslo", "Rome", "Oslo"))
    ]

    assert together(base, waiting) == ["2", "3", "4", "5"]
    with base.workbench.store.read() as connection:
        moves = [move for move in moves_of(connection) if move.change and move.change > 1]
    assert [(move.change, *move.entered) for move in moves] == [(2, 0), (3, 1), (4, 2), (5, 3)]


def test_a_commit_that_fails_fails_for_all_and_leaves_nothing(base):
    base.json(*crowd())
    in_cities(base)
    now, before = base.workbench.now, everything(base)

    def broken(change, profile):
        change.record(lambda connection: 1 / 0)
        return edit(1, "Oslo")(change, profile)

    waiting = [SmallWrite("edit", ME, now, body, frozenset()) for body in (edit(0, "Rome"), broken)]

    assert together(base, waiting) == ["division by zero"] * 2
    assert everything(base) == before
    assert written(base, 0, "Oslo") == 2
    check(base)


def test_a_write_with_another_clock_and_one_on_the_same_record_wait_for_the_next_group(base):
    base.json(*crowd())
    in_cities(base)
    now, later, key = base.workbench.now, base.now + timedelta(hours=1), {("customers", "0")}
    waiting = [
        SmallWrite("edit", ME, now, edit(0, "Rome"), frozenset(key)),
        SmallWrite("edit", ME, now, edit(0, "Oslo"), frozenset(key)),
        SmallWrite("edit", ME, lambda: later, edit(1, "Oslo"), frozenset()),
    ]

    assert together(base, waiting) == ["2", "3", "4"]
    assert base.workbench.store.snapshot().at == later
    assert base.column("address_city")[:2] == ["Oslo", "Oslo"]

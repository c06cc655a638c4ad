"""A printed query over the files of a workspace: `window` and `where`, records and segments too."""

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.answers import answer
from engine.base.kinds.registry import RECORD_TABLES, owned_kinds
from engine.base.sql import statement
from engine.base.sql.tables import COUNTED, living
from engine.filters.expression import Condition, Group, Window
from engine.segments import library
from tests import strategies
from tests.bases import Base
from tests.strategies import WORDS

DAYS = ("2026-09-30", "2026-10-31T09:30:00Z", "2026-11-01", "2026-11-02T09:30:00Z", "2027-01-01")
NAMES = ["ann", "bob", "eve", "joe"]
STATUSES = ("SUCCEEDED", "ROLLED_BACK", "FAILED")


def customers():
    for place, name in enumerate(NAMES):
        word = WORDS[place + 4]
        nested = {"a.b": place} if place % 2 else {"a": {"b": place}}
        more = {"word": word, "words": [word, None, word], "born": f"199{place}-02-28"}
        yield {
            "source_id": name,
            "name": word if place else None,
            "birthdate": f"199{place}-11-02",
            "loyalty": {"points": place or None},
            "metadata": nested | (more if place else {"words": []}),
            "referrer": NAMES[place - 1] if place else NAMES[0],
        }


def orders():
    for place in range(24):
        name, status = NAMES[place % 3], ("PAID", "FULFILLED", "CANCELED", "PAID")[place % 4]
        known = {"total_amount": 1 - place} if place % 5 == 0 else {}
        amount = {} if place == 7 else {"amount": place * place, "discount_amount": place % 3}
        happened = {"created_at": DAYS[place % 5], "metadata": {"channel": WORDS[place % 8]}}
        yield {"id": f"o{place % 20}", "customer_source_id": name, "status": status} | (
            known | amount | happened
        )


def redemptions():
    for place in range(24):
        yield (
            {
                "id": f"r{place}",
                "customer_source_id": NAMES[place % 4],
                "date": DAYS[place % 5],
                "voucher_code": ("card", "cord", "unknown", None)[place % 7 % 4],
                "campaign": (None, "Spring", "Autumn")[place % 3],
                "gift_amount": (10, None, 25)[place % 3],
                "object": ("redemption", "redemption_rollback")[place % 11 == 0],
            }
            | ({"result": "FAILURE"} if place % 5 == 0 else {})
            | ({"status": STATUSES[place // 2 % 3]} if place % 2 else {})
        )


def events():
    for place in range(20):
        yield {
            "id": f"e{place}",
            "customer_source_id": NAMES[place % 3],
            "event": ("visit", "leave.now")[place % 2],
            "created_at": DAYS[place % 5],
            "metadata": {"tags": [WORDS[place % 6]], "size": place},
        }


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A shop whose tables stand as Parquet beside it, connected to DuckDB."""
    folder = tmp_path_factory.mktemp("portable")
    base = Base.new(folder / "workspace")
    base.json(*customers())
    gift = {"code": "card", "type": "GIFT_VOUCHER", "value": 100}
    base.json(gift, {"code": "cord", "type": "DISCOUNT_VOUCHER", "value": 5}, kind="vouchers")
    activity = {"orders": orders, "redemptions": redemptions, "events": events}
    for kind, records in activity.items():
        base.json(*records(), kind=kind)
    texts = {"metadata": {"a": {"b": "text"}}}  # kept, and missing: the name is a number
    base.json({"source_id": "joe", "name": "Joe"}, {"source_id": "eve"} | texts,
              {"source_id": "bob"} | texts, {"source_id": "zoe"})  # fmt: skip
    library.create(base.workbench, "Named", {"name": {"conditions": {"$has_value": True}}})
    base.engine = connected(base, folder)
    yield base
    base.engine.close()
    base.close()


def connected(base, folder):
    """DuckDB with every stored version in a Parquet file, and the members of the segments."""
    bench, engine = base.workbench, duckdb.connect()
    snapshot = bench.store.snapshot()
    for name, table in RECORD_TABLES.items():
        path = folder / f"{name}.parquet"
        bench.store.versions(table, snapshot).write_parquet(path)
        versions = f"'{path}'"
        engine.execute(f"CREATE VIEW {name} AS {living(versions)}")
    rows = [
        (segment.id, row)
        for segment in library.saved(bench)
        for row in members(base, {"segments": {"conditions": {"$is": [segment.id]}}})
    ]
    held = pl.DataFrame(rows, {"segment": pl.String, "customer_row": pl.Int64}, orient="row")
    held.write_parquet(folder / "members.parquet")
    engine.execute(f"CREATE VIEW members AS FROM '{folder / 'members.parquet'}'")
    return engine


def members(base, group):
    """The `row`s of whom Polars finds."""
    group = library.understood(base.workbench, group) if isinstance(group, dict) else group
    found = answer(base.workbench.profile(), group, base.workbench.clock())
    return found.profile.customers["row"].filter(found.mask).to_list()


def queried(base, group):
    """The `row`s of whom DuckDB finds."""
    profile, clock = base.workbench.profile(), base.workbench.clock()
    query = statement.sql(group, profile.catalogue, profile.snapshot, clock)
    return [row for (row,) in base.engine.execute(query).fetchall()]


windows = st.sampled_from(
    [None, Window(last_days=1), Window(last_days=3), Window(start="2026-10-31", end="2026-11-02"),
     Window(start="2026-11-01T00:00:00+02:00"), Window(end="2026-11-01")]
)  # fmt: skip


@st.composite
def one_of(draw, fields, catalogue=None):
    """A condition on one of some fields, narrowed where it may be."""
    field = draw(st.sampled_from(fields))
    tests = st.lists(
        strategies.tests_of(field), min_size=1, max_size=2, unique_by=lambda test: test.operator
    )
    narrows = field.activity and catalogue is not None
    inside = catalogue.of_records(field.table) if narrows else None
    return Condition(
        field.path,
        tuple(draw(tests)),
        draw(st.sampled_from(["match", "skip"])),
        draw(st.booleans()),
        draw(windows) if narrows else None,
        draw(st.none() | filters(inside.fields())) if narrows else None,
    )


def filters(fields, catalogue=None):
    """A filter of one or two conditions."""
    some = st.lists(
        one_of(fields, catalogue), min_size=1, max_size=2, unique_by=lambda each: each.field
    )
    return st.builds(
        Group, st.sampled_from(["and", "or"]), some.map(tuple), st.just(()), st.booleans()
    )


@settings(max_examples=strategies.examples(30, fuzzed=2_000))
@given(data=st.data())
def test_any_filter_over_the_files_of_a_workspace_finds_whom_polars_finds(base, data):
    catalogue = base.workbench.profile().catalogue
    group = data.draw(filters(catalogue.fields(), catalogue))

    assert members(base, group) == queried(base, group)


ACTIVITY = sorted({field.path for kind in owned_kinds() for field in kind.summaries})


def test_every_summary_has_its_aggregate():
    assert ACTIVITY == sorted(COUNTED)


@pytest.mark.parametrize("narrowed", [{}, {"window": {"last_days": 3}}])
@pytest.mark.parametrize("path", [*ACTIVITY, "loyalty.referred_customers", "events.visit.count"])
def test_every_value_of_a_summary_is_the_same_there(base, path, narrowed):
    narrowed = {} if path.startswith("loyalty") else narrowed
    field = base.workbench.profile().catalogue.field(path)
    values = base.workbench.profile().values(field)
    shown = {field.kind.show(value) for value in values.to_list() if value is not None}
    tests = [{"$has_value": True}, *({"$is": [value]} for value in sorted(shown))]

    for test in tests:
        condition = {path: {"conditions": test, **narrowed}}
        group = library.understood(base.workbench, condition)
        assert members(base, group) == queried(base, group), test


@pytest.mark.parametrize(
    "condition",
    [
        {"metadata.a.b": {"conditions": {"$more_than": [0]}}},
        {"metadata.a.b": {"conditions": {"$is_unknown": True}}},
        {"segments": {"conditions": {"$count": [1]}}},
        {"segments": {"conditions": {"$is_not": ["nobody"]}}},
        {"metadata.nobody": {"conditions": {"$is_not": ["a"]}}},
        {"events.nobody.count": {"conditions": {"$is": [0]}}},
        {"birthdate": {"conditions": {"$today": True}}},
    ],
)
def test_what_is_stored_in_other_ways_is_found_there_too(base, condition):
    group = library.understood(base.workbench, condition)

    assert members(base, group) == queried(base, group)

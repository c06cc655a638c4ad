"""1,000 random segments over a million customers: at once, after changes, and what is stored."""

import random
import sys
import time

import polars as pl
import pytest
from sqlalchemy import func, select

from engine import library, samples
from engine.filters.expression import to_json
from engine.memberships.overlap import regions
from engine.segments import answer
from engine.store.memberships import members_of, memberships
from engine.store.segments import Segment, save_segment
from engine.store.tables import membership_rows
from tests.bases import Base

CUSTOMERS, SEGMENTS, CHANGED = 1_000_000, 1_000, 10_000
ALONE = 50  # segments that are evaluated one by one; the rest is reckoned
CITIES = ["Berlin", "Warsaw", "Madrid", "Milano", "Paris", "London", "Oslo", "Rome", "Wien", "Bern"]
TESTS = [
    lambda chance: ("address.city", {"$in": chance.sample(CITIES, 3)}),
    lambda chance: ("address.country", {"$is_not": [chance.choice(["Egypt", "Poland", "Spain"])]}),
    lambda chance: ("loyalty.points", {"$more_than": [chance.randrange(0, 4000, 100)]}),
    lambda chance: ("created_at", {"$after": [f"20{chance.randrange(20, 26)}-01-01"]}),
    lambda chance: ("birthdate", {"$is_month": [chance.randrange(1, 13)]}),
    lambda chance: ("metadata.shoe_size", {"$more_than_equal": [chance.randrange(35, 47)]}),
    lambda chance: ("metadata.newsletter", {"$is": [chance.random() < 0.5]}),
    lambda chance: ("email", {"$ends_with": [chance.choice([".com", ".example", ".org"])]}),
    lambda chance: ("phone", {"$has_value": True}),
    lambda chance: ("updated_at", {"$less_than": [chance.choice([30, 90, 365])]}),
]  # fmt: skip


def drawn(chance):
    """A filter of two to five conditions on different fields."""
    chosen = [test(chance) for test in chance.sample(TESTS, chance.randrange(2, 6))]
    fields = {path: {"conditions": conditions} for path, conditions in chosen}
    return {"junction": chance.choice(["and", "or"]), **fields}


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A demo shop with the segments, saved."""
    made = Base(tmp_path_factory.mktemp("bench") / "workspace")
    samples.demo(made.workbench, CUSTOMERS)
    yield made
    made.close()


def told(what, seconds, target):
    sys.stdout.write(f"{what:<58} {seconds * 1000:>10,.1f} ms   {target}\n")


def timed(work):
    started = time.perf_counter()
    found = work()
    return found, time.perf_counter() - started


def saved(base, raws):
    """Saves the filters as segments and finds all their members in one pass."""
    bench, clock = base.workbench, base.workbench.clock()
    with bench.memberships.writing(clock) as writing:
        for place, raw in enumerate(raws):
            new = Segment(f"seg_{place}", f"{place}", "auto-update", 1, raw, clock.now, None)
            save_segment(writing.connection, new, "bench")
        writing.upkeep.definitions = writing.definitions
        _, seconds = timed(lambda: writing.upkeep.catch_up(writing.profile))
    return seconds


class Timed:
    """The pass over memberships inside a change set, timed."""

    def __init__(self, bench):
        self.follow, self.seconds = bench.memberships.follow, 0.0
        bench.memberships.follow = self

    def __call__(self, *arguments):
        found, self.seconds = timed(lambda: self.follow(*arguments))
        return found


def test_memberships(base):
    bench, chance = base.workbench, random.Random(11)
    raws = [to_json(library.understood(bench, drawn(chance))) for _ in range(SEGMENTS)]
    groups = [library.understood(bench, raw) for raw in raws]
    profile, clock = bench.profile(), bench.clock()
    for group in groups[:ALONE]:
        answer(profile, group, clock)  # every column is prepared
    _, alone = timed(lambda: [answer(profile, group, clock).count for group in groups[:ALONE]])
    one_by_one = alone * SEGMENTS / ALONE
    told("one by one (reckoned)", one_by_one, "")
    full, total = timed(lambda: saved(base, raws))
    told("full refresh", full, f"{one_by_one / full:.1f} x faster than one by one (8)")
    told("  with the writing of bitmaps, entries and exits", total, "")
    sources, watch = profile.customers["source_id"].drop_nulls(), Timed(bench)
    for changed in (CHANGED, 1, 1):
        rows = sources.sample(changed, seed=changed)
        cities = [chance.choice(CITIES) for _ in rows]
        file = base.file(pl.DataFrame({"Source_id": rows, "City": cities}).write_csv())
        base.later(seconds=1)
        _, both = timed(lambda file=file: base.bring(file))
        told(f"import of {changed:,} changed customers, all in all", both, "")
        target = f"{full / 3 * 1000:,.0f} ms, a third" if changed > 1 else "30 ms"
        told("  of it the memberships", watch.seconds, target)
    with bench.store.read() as connection:
        stored = connection.scalar(select(func.sum(func.length(membership_rows.c.rows))))
        lines = memberships(connection)
        found = {key: one.rows for key, one in members_of(connection, list(lines)[:8]).items()}
    each = stored / sum(line.count for line in lines.values())
    sys.stdout.write(f"{each:.3f} byte a membership (0.5)\n")
    _, overlap = timed(lambda: regions(found))
    told("overlap of 8", overlap, "50 ms")
    large = max(found.values(), key=len)
    _, page = timed(lambda: list(large[len(large) // 2 : len(large) // 2 + 50]))
    told("a page of members", page, "10 ms")

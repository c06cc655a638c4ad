"""1,000 random segments over a million customers: at once, after changes, and what is stored."""

import random
import sys
import time
from statistics import median

import polars as pl
import pytest
from sqlalchemy import func, select

from engine.base.answers import answer
from engine.base.kinds.registry import CUSTOMERS
from engine.filters.expression import to_json
from engine.samples import sample_shop
from engine.segments import library
from engine.segments.overlap import regions
from engine.store.results.members import members_of
from engine.store.results.memberships import memberships
from engine.store.results.segments import Segment
from engine.store.results.tables import membership_part
from tests.bases import Base
from tests.measuring.machine_readable import main, size

FIGURES = {}  # what was told so far
TOTAL, SEGMENTS = size("customers", 1_000_000), size("segments", 1_000)
CHANGED = TOTAL // 100  # customers
ALONE = 50  # segments that are evaluated one by one; the rest is reckoned
EDITS = size("edits", 9)  # of which the median counts
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
    sample_shop.demo(made.workbench, TOTAL)
    yield made
    made.close()


def told(what, seconds, target):
    FIGURES[f"{what.strip()}, ms"] = {"workbench": round(seconds * 1000, 2)}
    sys.stdout.write(f"{what:<58} {seconds * 1000:>10,.1f} ms   {target}\n")


def timed(work):
    started = time.perf_counter()
    found = work()
    return found, time.perf_counter() - started


def saved(base, raws):
    """Saves the filters as segments and finds all their members in one pass."""
    with base.workbench.definitions("definition") as writing:
        for place, raw in enumerate(raws):
            new = Segment(f"seg_{place}", f"{place}", "auto-update", 1, raw, writing.act.at, None)
            library.save(writing, None, new)
        writing.upkeep.ledger.definitions = writing.definitions
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


def alone(base, groups, *, kept):
    """Seconds for all segments one by one, reckoned from some; with or without kept leaves."""
    profile, clock = base.workbench.profile(), base.workbench.clock()
    masks, spent = profile.masks, 0.0
    for group in groups[:ALONE]:
        answer(profile, group, clock)  # every column is prepared
    masks.forget()
    some = groups if kept else groups[:ALONE]
    for group in some:
        spent += timed(lambda group=group: answer(profile, group, clock).count)[1]
        if not kept:
            masks.forget()
    return spent * len(groups) / len(some)


def imported(base, changed, chance):
    """A file that gives some customers another city."""
    sources = base.workbench.profile().customers["source_id"].drop_nulls()
    rows = sources.sample(changed, seed=changed)
    cities = [chance.choice(CITIES) for _ in rows]
    file = base.file(pl.DataFrame({"Source_id": rows, "City": cities}).write_csv())
    base.later(seconds=1)
    return timed(lambda: base.bring(file))[1]


def edited(base, position, city):
    """One customer moves to another city, as a change set of its own; then the base is read."""
    base.later(seconds=1)
    with base.workbench.change_set("edit") as (change, profile):
        one = profile.customers[position : position + 1].drop("change")
        moved = one.with_columns(address_city=pl.lit(city), updated_at=pl.lit(base.now))
        rows = change.before.next_rows["customers"]
        change.append(CUSTOMERS, moved, change.before.schema(CUSTOMERS), rows)
    return base.workbench.profile()


def test_memberships(base, record_property):
    bench, chance = base.workbench, random.Random(11)
    raws = [to_json(library.understood(bench, drawn(chance))) for _ in range(SEGMENTS)]
    groups = [library.understood(bench, raw) for raw in raws]
    one_by_one = alone(base, groups, kept=False)
    told("one by one, each by itself (reckoned)", one_by_one, "")
    told("one by one, by way of kept leaves", alone(base, groups, kept=True), "")
    bench.profile().masks.forget()
    full, total = timed(lambda: saved(base, raws))
    told("full refresh", full, f"{one_by_one / full:.1f} x faster than one by one (8)")
    told("  with the writing of bitmaps, entries and exits", total, "")
    watch = Timed(bench)
    imported(base, 100, chance)  # what is prepared once is prepared
    both = imported(base, CHANGED, chance)
    told(f"import of {CHANGED:,} changed customers, all in all", both, "")
    told("  of it the memberships", watch.seconds, f"{full / 3 * 1000:,.0f} ms, a third")
    spent = [
        (timed(lambda place=place: edited(base, place, chance.choice(CITIES)))[1], watch.seconds)
        for place in range(EDITS)
    ]
    told("one changed customer, the change set and the next base", middle(spent, 0), "300 ms")
    told("  of it the memberships, entries and exits", middle(spent, 1), "30 ms")
    with bench.store.read() as connection:
        stored = connection.scalar(select(func.sum(func.length(membership_part.c.rows))))
        lines = memberships(connection)
        found = {key: one.rows for key, one in members_of(connection, list(lines)[:8]).items()}
    each = stored / sum(line.count for line in lines.values())
    sys.stdout.write(f"{each:.3f} byte a membership (0.5)\n")
    _, overlap = timed(lambda: regions(found))
    told("overlap of 8", overlap, "50 ms")
    large = max(found.values(), key=len)
    _, page = timed(lambda: list(large[len(large) // 2 : len(large) // 2 + 50]))
    told("a page of members", page, "10 ms")
    for name, figures in FIGURES.items():
        record_property(name, figures)


def middle(spent, place):
    """The median of what was measured."""
    return median(each[place] for each in spent)


if __name__ == "__main__":
    main(__file__)

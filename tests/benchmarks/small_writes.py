"""
Many single-record writes in a row, edits and one-row imports by turns: the last beside the first.

    python -m tests.benchmarks.small_writes --customers 20000 --segments 50 --writes 10000 --json
"""

import argparse
import json
import random
import sqlite3
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.filters.expression import to_json
from engine.samples import sample_shop
from engine.segments import library
from tests.bases import Base
from tests.benchmarks.bench_memberships import CITIES, drawn, saved
from tests.benchmarks.machine import machine

SOME = 100  # writes at either end, of which the medians are
UPSERT = """
INSERT INTO customer VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE
SET city = excluded.city, updated_at = excluded.updated_at
"""


class Spent(NamedTuple):
    """Seconds; of a machine that others keep busy the processor's tell more."""

    wall: float
    processor: float


class Shop:
    """A demo shop with segments that its writes move."""

    def __init__(self, folder: Path, customers: int, segments: int) -> None:
        self.base = Base(folder)
        self.chance = random.Random(11)
        sample_shop.demo(self.base.workbench, customers)
        drawings = (drawn(self.chance) for _ in range(segments))
        saved(
            self.base, [to_json(library.understood(self.base.workbench, raw)) for raw in drawings]
        )
        self.sources = self.base.column("source_id")
        self.kept = [place for place, name in enumerate(self.sources) if name]

    def write(self, turn: int) -> Spent:
        """One write, to the end of its transaction and with the base after it."""
        place, city = self.chance.choice(self.kept), self.chance.choice(CITIES)
        self.base.later(seconds=1)
        started = Spent(time.perf_counter(), time.process_time())
        if turn % 2:
            self._edit(place, city)
        else:
            self.base.csv(f"Source_id,City,Loyalty_points\n{self.sources[place]},{city},{turn}\n")
        return Spent(time.perf_counter() - started.wall, time.process_time() - started.processor)

    def _edit(self, place: int, city: str) -> None:
        with self.base.workbench.change_set("edit") as (change, profile):
            one = profile.customers[place : place + 1].drop("change")
            at = pl.lit(self.base.now).cast(pl.Datetime("us", "UTC"))
            moved = one.with_columns(address_city=pl.lit(city), updated_at=at)
            rows = change.before.next_rows[CUSTOMERS.name]
            change.append(CUSTOMERS, moved, change.before.schema(CUSTOMERS), rows)
        self.base.workbench.profile()

    def files(self) -> int:
        """Of the record table that has most: Parquet files and those of its log."""
        tables = self.base.folder / "tables"
        return max(
            sum(1 for file in (tables / name).rglob("*") if file.is_file())
            for name in RECORD_TABLES
        )


def measured(customers: int, segments: int, writes: int) -> dict[str, object]:
    """
    The figures of that many writes.

    Returns:
        Milliseconds: `first_ms`, `last_ms` (medians of a hundred writes, and the same by the
        processor's time), `edit_ms`, `import_ms` (of the last hundred of each); `files` of the
        largest table, at most, during the run; `writes_per_s` beside `sqlite_writes_per_s` of the
        same upserts in plain SQLite.
    """
    with TemporaryDirectory() as folder:
        shop = Shop(Path(folder) / "workspace", customers, segments)
        shop.write(0)  # what is prepared once is prepared
        shop.write(1)
        spent, files, started = [], 0, time.perf_counter()
        for turn in range(writes):
            spent.append(shop.write(turn))
            files = max(files, shop.files() if turn % SOME == SOME - 1 else 0)
        seconds = time.perf_counter() - started
        files = max(files, shop.files())
        shop.base.close()
        plain = plain_sqlite(Path(folder) / "plain.db", customers, writes)
    return {
        "customers": customers,
        "segments": segments,
        "writes": writes,
        "first_ms": middle(spent[:SOME], "wall"),
        "last_ms": middle(spent[-SOME:], "wall"),
        "first_processor_ms": middle(spent[:SOME], "processor"),
        "last_processor_ms": middle(spent[-SOME:], "processor"),
        "edit_ms": middle(spent[1::2][-SOME:], "wall"),
        "import_ms": middle(spent[::2][-SOME:], "wall"),
        "files": files,
        "writes_per_s": round(writes / seconds, 1),
        "sqlite_writes_per_s": round(plain, 1),
        "machine": machine(),
    }


def middle(spent: list[Spent], which: str) -> float:
    """The median, in milliseconds."""
    return round(median(getattr(one, which) for one in spent) * 1000, 2)


def plain_sqlite(file: Path, customers: int, writes: int) -> float:
    """The same upserts a second with nothing but SQLite: no history, no segments, no merging."""
    chance, database = random.Random(11), sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE customer (id TEXT PRIMARY KEY, city TEXT, updated_at INTEGER)")
    database.execute("BEGIN")
    rows = ((f"source_{row}", "Oslo", 0) for row in range(customers))
    database.executemany("INSERT INTO customer VALUES (?, ?, ?)", rows)
    database.execute("COMMIT")
    started = time.perf_counter()
    for turn in range(writes):
        key, city = f"source_{chance.randrange(customers)}", chance.choice(CITIES)
        database.execute(UPSERT, (key, city, turn))
    seconds = time.perf_counter() - started
    database.close()
    return writes / seconds


def main() -> None:
    """Prints one JSON object, or one figure a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("customers", 20_000), ("segments", 50), ("writes", 10_000)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measured(asked.customers, asked.segments, asked.writes)
    lines = [f"{name:<20} {value}" for name, value in found.items()]
    sys.stdout.write(json.dumps(found) + "\n" if asked.json else "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

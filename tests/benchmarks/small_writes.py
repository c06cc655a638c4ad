"""
Many single-record writes in a row, edits and one-row imports by turns: the last beside the first;
and edits by many threads at once, which share their commits, with a reader beside them.

    python -m tests.benchmarks.small_writes --customers 20000 --segments 50 --writes 10000 --json
"""

import random
import sqlite3
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import NamedTuple

import polars as pl

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.base.profiles import Profile
from engine.changes.log import line_of_change
from engine.changes.undo import undo
from engine.filters.expression import to_json
from engine.samples import sample_shop
from engine.segments import library
from engine.store.changes import ChangeSet
from engine.store.results.moves import latest_moves
from engine.store.snapshot import last_change
from tests.bases import Base
from tests.benchmarks.bench_memberships import CITIES, drawn, saved
from tests.measuring.machine import machine
from tests.measuring.machine_readable import told

SOME = 100  # writes at either end, of which the medians are
UNDONE = 5  # of the edits behind them
WRITERS, EACH = 64, 8  # threads, and writes by each
PAUSE = 0.02  # seconds between two looks of the reader
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
        self.edit(place, city)
        self.base.workbench.profile()

    def edit(self, place: int, city: str) -> int:
        """Gives one customer another city; the number of the change set, once it is committed."""

        def moved(change: ChangeSet, profile: Profile) -> int:
            one = profile.customers[place : place + 1]
            at = pl.Series([change.now], dtype=pl.Datetime("us", "UTC"))
            versions = one.with_columns(address_city=pl.lit(city), updated_at=at)
            rows = change.before.next_rows[CUSTOMERS.name]
            change.append(CUSTOMERS, versions, change.before.schema(CUSTOMERS), rows)
            return change.number

        return self.base.workbench.write_small("edit", moved, [(CUSTOMERS.name, f"{place}")])

    def alone(self, writes: int) -> list[Spent]:
        """Edits one after the other, each until it is committed with its entries and exits."""
        spent = []
        for _ in range(writes):
            place, city = self.chance.choice(self.kept), self.chance.choice(CITIES)
            self.base.later(seconds=1)
            self.base.workbench.profile()
            started = Spent(time.perf_counter(), time.process_time())
            self.edit(place, city)
            ended = Spent(time.perf_counter(), time.process_time())
            spent.append(
                Spent(*(after - before for after, before in zip(ended, started, strict=True)))
            )
        return spent

    def undone(self, edits: int) -> list[Spent]:
        """Edits, each taken back: what the latter takes."""
        spent = []
        for _ in range(edits):
            self.base.later(seconds=1)
            number = self.edit(self.chance.choice(self.kept), self.chance.choice(CITIES))
            line = line_of_change(self.base.workbench, number)
            started = Spent(time.perf_counter(), time.process_time())
            undo(self.base.workbench, line.number)
            ended = Spent(time.perf_counter(), time.process_time())
            spent.append(Spent(ended.wall - started.wall, ended.processor - started.processor))
        return spent

    def at_once(self, each: int) -> tuple[float, list[Spent], list[int]]:
        """
        Edits by many threads, while one reads the last state over and over.

        Returns:
            Seconds; what each look of the reader took; the numbers of the change sets.
        """
        looks: list[Spent] = []
        ended, numbers = Event(), list[int]()
        drawn = [
            [(self.chance.choice(self.kept), self.chance.choice(CITIES)) for _ in range(each)]
            for _ in range(WRITERS)
        ]

        def work(edits: list[tuple[int, str]]) -> None:
            numbers.extend(self.edit(*one) for one in edits)

        def look() -> None:
            while not ended.wait(PAUSE):
                started = time.perf_counter()
                with self.base.workbench.store.read() as connection:
                    last_change(connection)
                    latest_moves(connection, 100)
                looks.append(Spent(time.perf_counter() - started, 0))

        threads = [Thread(target=work, args=(edits,)) for edits in drawn]
        reader, started = Thread(target=look), time.perf_counter()
        for thread in (reader, *threads):
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - started
        ended.set()
        reader.join()
        return seconds, looks, numbers

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
        same upserts in plain SQLite. `alone_ms` of one edit until it is committed, with entries and
        exits, and `undo_ms` of taking one back; `together_per_s` by 64 threads at once, beside
        `sqlite_together_per_s` of as many threads with a connection each; `read_ms`, the median of
        a reader's looks meanwhile.
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
        alone = shop.alone(min(writes, SOME))
        undone = shop.undone(UNDONE)
        together, looks, numbers = shop.at_once(EACH)
        shop.base.close()
        plain = plain_sqlite(Path(folder) / "plain.db", customers, writes)
        plain_together = plain_at_once(Path(folder) / "plain.db", customers, EACH)
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
        "alone_ms": middle(alone, "wall"),
        "alone_processor_ms": middle(alone, "processor"),
        "undo_ms": middle(undone, "wall"),
        "together_per_s": round(len(set(numbers)) / together, 1),
        "sqlite_together_per_s": round(plain_together, 1),
        "read_ms": middle(looks, "wall"),
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


def plain_at_once(file: Path, customers: int, each: int) -> float:
    """The same upserts by many threads at once, a second, each with a connection of its own."""

    def work(seed: int) -> None:
        chance = random.Random(seed)
        database = sqlite3.connect(file, isolation_level=None, timeout=60)
        database.execute("PRAGMA synchronous=FULL")
        for turn in range(each):
            database.execute(
                UPSERT, (f"source_{chance.randrange(customers)}", chance.choice(CITIES), turn)
            )
        database.close()

    threads = [Thread(target=work, args=(seed,)) for seed in range(WRITERS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return WRITERS * each / (time.perf_counter() - started)


if __name__ == "__main__":
    told(measured, __doc__, customers=20_000, segments=50, writes=10_000)

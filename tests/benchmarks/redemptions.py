"""
Redemptions by many callers at once, each with its entries and exits; and one alone.

    python -m tests.benchmarks.redemptions --customers 100000 --segments 100 --seconds 60 --json
"""

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

from engine.redemptions.attempt import attempt
from engine.redemptions.campaigns import campaign_codes, create_campaign
from engine.redemptions.redeem import redeem
from engine.redemptions.vouchers import create_voucher
from engine.store.snapshot import last_change
from tests.benchmarks.small_writes import PAUSE, Shop
from tests.measuring.machine import machine
from tests.measuring.machine_readable import told

CALLERS, ALONE = 32, 30
NEW = 0.05  # share of redemptions by customers who do not exist yet
OFF = {"discount": {"type": "PERCENT", "percent_off": 10}}
SCHEMA = """
CREATE TABLE customer (id TEXT PRIMARY KEY, name TEXT);
CREATE TABLE voucher (code TEXT PRIMARY KEY, uses INTEGER, quantity INTEGER);
CREATE TABLE orders (id TEXT PRIMARY KEY, customer TEXT, amount INTEGER, total INTEGER);
CREATE TABLE redemption (id TEXT PRIMARY KEY, code TEXT, customer TEXT, orders TEXT);
"""


class Till:
    """A shop whose codes are redeemed."""

    def __init__(self, folder: Path, customers: int, segments: int, codes: int) -> None:
        self.shop = Shop(folder, customers, segments)
        self.access = self.shop.base.workbench
        create_voucher(self.access, {"code": "SALE", **OFF})
        terms = {**OFF, "redemption": {"quantity": 1}}
        create_campaign(self.access, "Once", terms, codes)
        self.codes: Iterator[str] = iter(campaign_codes(self.access, "Once")["code"].to_list())
        self.sources = [name for name in self.shop.sources if name]

    def redeem(self, chance: random.Random) -> bool:
        """One redemption: of a code of its own, or of the one that all use."""
        code = "SALE" if chance.random() < 0.5 else next(self.codes, "SALE")
        new = chance.random() < NEW
        source = f"new {chance.random()}" if new else chance.choice(self.sources)
        order = {
            "source_id": f"o {chance.random()}",
            "items": [{"product_id": "p", "quantity": 2, "price": chance.randrange(10_000)}],
        }
        return redeem(self.access, attempt([code], customer=source, order=order)).succeeded

    def look(self) -> float:
        """Seconds of a page that looks for something new, and at a count."""
        started = time.perf_counter()
        with self.access.store.read() as connection:
            last_change(connection)
        return time.perf_counter() - started


def measured(customers: int, segments: int, seconds: int) -> dict[str, object]:
    """
    The figures.

    Returns:
        `redemptions_per_s` by 32 callers, with `failed` among them, and `waited_ms`, the median of
        how long one waited; `alone_ms` of one alone, `look_ms` of a reader beside them; and of
        the same rows in plain SQLite `sqlite_per_s` and `sqlite_alone_ms`.
    """
    with TemporaryDirectory() as folder:
        till = Till(Path(folder) / "workspace", customers, segments, seconds * 200)
        chance = random.Random(CALLERS)  # as no caller draws
        for _ in range(5):  # what is prepared once is prepared
            till.redeem(chance)
        alone = [timed(lambda: till.redeem(chance))[0] for _ in range(ALONE)]
        looks, done = list[float](), Event()
        reader = Thread(target=lambda: looks.extend(watched(till, done)))
        reader.start()
        told, lasted = at_once(till.redeem, seconds)
        done.set()
        reader.join()
        till.shop.base.close()
        plain = Plain(Path(folder) / "plain.db", customers)
        plain_alone = [timed(lambda: plain.redeem(chance))[0] for _ in range(ALONE)]
        plain_told, plain_lasted = at_once(plain.redeem, min(seconds, 10))
    return {
        "customers": customers,
        "segments": segments,
        "callers": CALLERS,
        "seconds": round(lasted, 1),
        "redemptions": len(told),
        "failed": sum(not succeeded for _, succeeded in told),
        "redemptions_per_s": round(len(told) / lasted, 1),
        "waited_ms": middle([one for one, _ in told]),
        "alone_ms": middle(alone),
        "look_ms": middle(looks),
        "sqlite_per_s": round(len(plain_told) / plain_lasted, 1),
        "sqlite_alone_ms": middle(plain_alone),
        "machine": machine(),
    }


def at_once(
    work: Callable[[random.Random], Any], seconds: int
) -> tuple[list[tuple[float, Any]], float]:
    """What each call took and gave, by many callers for so long; and how long it was."""
    told: list[tuple[float, Any]] = []
    ends = time.perf_counter() + seconds

    def call(seed: int) -> None:
        chance = random.Random(seed)
        while time.perf_counter() < ends:
            told.append(timed(lambda: work(chance)))

    started = time.perf_counter()
    threads = [Thread(target=call, args=(seed,)) for seed in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told, time.perf_counter() - started


def watched(till: Till, done: Event) -> Iterator[float]:
    """What each look of a reader took, until all is done."""
    while not done.wait(PAUSE):
        yield till.look()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came of it."""
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def middle(seconds: list[float]) -> float:
    """The median, in milliseconds."""
    return round(median(seconds) * 1000, 2)


class Plain:
    """The same rows with nothing but SQLite: no history, no segments, no summaries."""

    def __init__(self, file: Path, customers: int) -> None:
        self.file, self.customers = file, customers
        database = self.opened()
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript(SCHEMA)
        rows = ((f"source_{row}", "name") for row in range(customers))
        database.execute("BEGIN")
        database.executemany("INSERT INTO customer VALUES (?, ?)", rows)
        database.execute("INSERT INTO voucher VALUES ('SALE', 0, NULL)")
        database.execute("COMMIT")
        database.close()

    def opened(self) -> sqlite3.Connection:
        """A connection that brings to the disk what it commits."""
        database = sqlite3.connect(self.file, isolation_level=None, timeout=60)
        database.execute("PRAGMA synchronous=FULL")
        return database

    def redeem(self, chance: random.Random) -> None:
        """One transaction, over a connection of its own as one of a pool would be."""
        database, key = self.opened(), chance.random()
        source = f"source_{chance.randrange(self.customers)}"
        database.execute("BEGIN IMMEDIATE")
        database.execute("SELECT uses, quantity FROM voucher WHERE code = 'SALE'").fetchone()
        database.execute(
            "INSERT INTO customer VALUES (?, 'name') ON CONFLICT (id) DO NOTHING", (source,)
        )
        database.execute("UPDATE voucher SET uses = uses + 1 WHERE code = 'SALE'")
        database.execute("INSERT INTO orders VALUES (?, ?, 5, 4)", (f"o {key}", source))
        database.execute("INSERT INTO redemption VALUES (?, 'SALE', ?, '')", (f"r {key}", source))
        database.execute("COMMIT")
        database.close()


if __name__ == "__main__":
    told(measured, __doc__, customers=100_000, segments=100, seconds=60)

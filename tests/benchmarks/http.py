"""
The HTTP API asked by its clients: one upsert, a page of customers, and upserts by many at once.

    python -m tests.benchmarks.http --customers 1000000 --segments 1000 --seconds 20 --json

One call alone is asked of the application in its own process, so that a figure holds all that the
server does and nothing of a network. Many at once ask a server in a process of its own, as programs
do: their own work is no part of it.
"""

import json
import random
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import local
from typing import Any

from anyio.from_thread import start_blocking_portal
from starlette.testclient import TestClient

from engine.accounts import keys
from engine.api.app import api
from engine.workspace.jobs import Runner
from engine.workspace.journal import Journal
from tests.benchmarks.bench_memberships import CITIES
from tests.benchmarks.load import Server
from tests.benchmarks.redemptions import CALLERS, Plain, at_once, middle, timed
from tests.benchmarks.small_writes import Shop
from tests.measuring.machine import machine
from tests.measuring.machine_readable import told

ALONE = 20  # calls of each kind, of which the medians are
NEW = 0.2  # share of the upserts at once that create a customer
SCHEMA = """
CREATE TABLE customer (id TEXT PRIMARY KEY, source_id TEXT UNIQUE, document TEXT, updated_at REAL);
CREATE TABLE log (number INTEGER PRIMARY KEY, at REAL, key TEXT, cause TEXT);
CREATE TABLE version (number INTEGER, id TEXT, document TEXT, PRIMARY KEY (number, id));
"""
PUT = """
INSERT INTO customer VALUES (?, ?, ?, unixepoch('subsec')) ON CONFLICT (source_id) DO UPDATE
SET document = excluded.document, updated_at = excluded.updated_at
"""
LISTS = {
    "newest": {},
    "updated": {"order": "-updated_at"},
    "by_source_id": {"order": "source_id"},
    "of_a_city": {"city": "Oslo"},
}


class Clients:
    """A shop behind its API, and a program that has a key to it."""

    def __init__(self, folder: Path, customers: int, segments: int) -> None:
        self.shop = Shop(folder, customers, segments)
        workbench = self.shop.base.workbench
        key = keys.create(workbench, "benchmark")
        runner = Runner(Journal(folder / "jobs"))
        self.client = TestClient(
            api(lambda: workbench, lambda: runner, ""), "http://127.0.0.1:8501"
        )
        self.opened = ExitStack()  # one event loop for all calls, as a server has
        self.client.portal = self.opened.enter_context(start_blocking_portal())
        self.headers = {"X-App-Id": key.app_id, "X-App-Token": key.app_token}
        self.sources = [name for name in self.shop.sources if name]

    def upsert(self, chance: random.Random, *, new: bool) -> None:
        """Creates a customer, or gives a known one another city."""
        customer = upserted(chance, self.sources, new=new)
        self._done(self.client.post("/v1/customers", json=customer, headers=self.headers))

    def page(self, asked: dict[str, str]) -> None:
        """A hundred customers."""
        params = {"limit": "100", **asked}
        self._done(self.client.get("/v1/customers", params=params, headers=self.headers))

    def close(self) -> None:
        """Ends the loop and the shop."""
        self.opened.close()
        self.shop.base.close()

    def _done(self, answer: Any) -> None:
        assert answer.status_code == 200, answer.text


class Programs:
    """Many at once, each with a connection of its own to a server that serves a workspace."""

    def __init__(self, server: Server, headers: dict[str, str], sources: list[str]) -> None:
        self.server, self.headers, self.sources = server, headers, sources
        self.own = local()

    def upsert(self, chance: random.Random) -> None:
        """One of many: mostly of a known customer."""
        if not hasattr(self.own, "connection"):
            self.own.connection = HTTPConnection("127.0.0.1", self.server.port)
        customer = upserted(chance, self.sources, new=chance.random() < NEW)
        self.own.connection.request("POST", "/v1/customers", json.dumps(customer), self.headers)
        answer = self.own.connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()


def upserted(chance: random.Random, sources: list[str], *, new: bool) -> dict[str, Any]:
    """A customer who is new, or a known one who has moved."""
    source = f"new {chance.random()}" if new else chance.choice(sources)
    return {"source_id": source, "address": {"city": chance.choice(CITIES)}}


class PlainCustomers(Plain):
    """
    The same upsert with nothing but SQLite: the customer read and merged, written, kept as a
    version and logged, and given back as JSON. It asks no key and knows no segments.
    """

    def __init__(self, file: Path, customers: int) -> None:
        self.file, self.customers = file, customers
        document = json.dumps({"name": "Ann Lee", "address": {"city": "Rome"}, "metadata": {}})
        database = self.opened()
        database.execute("PRAGMA journal_mode=WAL")
        database.executescript(SCHEMA)
        rows = ((f"cust_{row}", f"source_{row}", document) for row in range(customers))
        database.execute("BEGIN")
        database.executemany("INSERT INTO customer VALUES (?, ?, ?, 0)", rows)
        database.execute("COMMIT")
        database.close()

    def upsert(self, chance: random.Random) -> str:
        """One transaction, over a connection of its own as one of a pool would be."""
        new = chance.random() < NEW
        source = f"new {chance.random()}" if new else f"source_{chance.randrange(self.customers)}"
        database = self.opened()
        database.execute("BEGIN IMMEDIATE")
        asked = "SELECT id, document FROM customer WHERE source_id = ?"
        key, stored = database.execute(asked, (source,)).fetchone() or (source, "{}")
        known = json.loads(stored)
        known["address"] = {**known.get("address", {}), "city": chance.choice(CITIES)}
        document = json.dumps(known)
        database.execute(PUT, (key, source, document))
        log = "INSERT INTO log VALUES (NULL, unixepoch('subsec'), 'benchmark', 'upsert')"
        number = database.execute(log).lastrowid
        database.execute("INSERT INTO version VALUES (?, ?, ?)", (number, key, document))
        database.execute("COMMIT")
        database.close()
        return document


def measured(customers: int, segments: int, seconds: int) -> dict[str, object]:
    """
    The figures.

    Returns:
        Milliseconds: `upsert_new_ms` and `upsert_known_ms` of one alone, the customer as stored in
        its answer; `list_ms` of a hundred customers, by order and filter, and the first of each
        behind an upsert: `list_after_known_ms` of a known one, `list_after_new_ms` of a new one.
        `upserts_per_s` by 32 clients at once and `waited_ms` of one; `sqlite_per_s` and
        `sqlite_alone_ms` of the same upsert in plain SQLite.
    """
    with TemporaryDirectory() as folder:
        clients, chance = (
            Clients(Path(folder) / "workspace", customers, segments),
            random.Random(CALLERS),
        )
        for asked in LISTS.values():  # what is prepared once is prepared
            clients.page(asked)
        for turn in range(ALONE):
            clients.upsert(chance, new=turn % 2 == 0)
        new = repeated(lambda: clients.upsert(chance, new=True))
        known = repeated(lambda: clients.upsert(chance, new=False))
        lists, after_known, after_new = {}, {}, {}
        for name, asked in LISTS.items():
            page = partial(clients.page, asked)
            lists[name] = repeated(page)
            after_known[name] = behind(partial(clients.upsert, chance, new=False), page)
            after_new[name] = behind(partial(clients.upsert, chance, new=True), page)
        clients.close()
        spent, lasted = of_a_server(clients, seconds)
        plain = PlainCustomers(Path(folder) / "plain.db", customers)
        plain_alone = repeated(lambda: plain.upsert(chance))
        plain_spent, plain_lasted = at_once(plain.upsert, min(seconds, 10))
    return {
        "customers": customers,
        "segments": segments,
        "upsert_new_ms": new,
        "upsert_known_ms": known,
        "list_ms": lists,
        "list_after_known_ms": after_known,
        "list_after_new_ms": after_new,
        "upserts_per_s": round(len(spent) / lasted, 1),
        "waited_ms": middle([one for one, _ in spent]),
        "sqlite_alone_ms": plain_alone,
        "sqlite_per_s": round(len(plain_spent) / plain_lasted, 1),
        "machine": machine(),
    }


def of_a_server(clients: Clients, seconds: int) -> tuple[list[tuple[float, Any]], float]:
    """What upserts by many at once took, and how long it was."""
    server = Server(clients.shop.base.folder)
    programs = Programs(server, clients.headers, clients.sources)
    try:
        programs.upsert(random.Random())  # it begins with the records
        at_once(programs.upsert, 1)
        return at_once(programs.upsert, seconds)
    finally:
        server.stop()


def repeated(work: Callable[[], None]) -> float:
    """The median of some calls, in milliseconds."""
    return middle([timed(work)[0] for _ in range(ALONE)])


def behind(write: Callable[[], None], read: Callable[[], None]) -> float:
    """The median of reads, in milliseconds, each of them the first behind a write."""
    spent = []
    for _ in range(ALONE):
        write()
        spent.append(timed(read)[0])
    return middle(spent)


if __name__ == "__main__":
    told(measured, __doc__, customers=20_000, segments=50, seconds=5)

"""
The HTTP API asked by its clients: one upsert, a page of customers, and upserts by many at once.

    python -m tests.benchmarks.http --customers 1000000 --segments 1000 --seconds 20 --json

The application is asked in its own process, so that a figure holds all that the server does and
nothing of a network.
"""

import random
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.testclient import TestClient

from engine.accounts import keys
from engine.api.app import api
from engine.workspace.jobs import Runner
from engine.workspace.journal import Journal
from tests.benchmarks.bench_memberships import CITIES
from tests.benchmarks.machine import machine
from tests.benchmarks.machine_readable import told
from tests.benchmarks.redemptions import Plain, at_once, middle, timed
from tests.benchmarks.small_writes import Shop

ALONE = 20  # calls of each kind, of which the medians are
NEW = 0.2  # share of the upserts at once that create a customer
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
        self.headers = {"X-App-Id": key.app_id, "X-App-Token": key.app_token}
        self.sources = [name for name in self.shop.sources if name]

    def upsert(self, chance: random.Random, *, new: bool) -> None:
        """Creates a customer, or gives a known one another city."""
        source = f"new {chance.random()}" if new else chance.choice(self.sources)
        customer = {"source_id": source, "address": {"city": chance.choice(CITIES)}}
        self._done(self.client.post("/v1/customers", json=customer, headers=self.headers))

    def mixed(self, chance: random.Random) -> None:
        """One upsert of many: mostly of a known customer."""
        self.upsert(chance, new=chance.random() < NEW)

    def page(self, asked: dict[str, str]) -> None:
        """A hundred customers."""
        params = {"limit": "100", **asked}
        self._done(self.client.get("/v1/customers", params=params, headers=self.headers))

    def _done(self, answer: Any) -> None:
        assert answer.status_code == 200, answer.text


def measured(customers: int, segments: int, seconds: int) -> dict[str, object]:
    """
    The figures.

    Returns:
        Milliseconds: `upsert_new_ms` and `upsert_known_ms` of one alone, the customer as stored in
        its answer; `list_ms`, `list_after_write_ms` of a hundred customers, by order and filter.
        `upserts_per_s` by 32 clients at once and `waited_ms` of one; `sqlite_per_s` and
        `sqlite_alone_ms` of a transaction of four rows in plain SQLite.
    """
    with TemporaryDirectory() as folder:
        clients, chance = Clients(Path(folder) / "workspace", customers, segments), random.Random(7)
        for asked in LISTS.values():  # what is prepared once is prepared
            clients.page(asked)
        for turn in range(ALONE):
            clients.upsert(chance, new=turn % 2 == 0)
        new = repeated(lambda: clients.upsert(chance, new=True))
        known = repeated(lambda: clients.upsert(chance, new=False))
        lists, after = {}, {}
        for name, asked in LISTS.items():
            clients.upsert(chance, new=False)
            after[name] = middle([timed(lambda asked=asked: clients.page(asked))[0]])
            lists[name] = repeated(lambda asked=asked: clients.page(asked))
        spent, lasted = at_once(clients.mixed, seconds)
        clients.shop.base.close()
        plain = Plain(Path(folder) / "plain.db", customers)
        plain_alone = repeated(lambda: plain.redeem(chance))
        plain_spent, plain_lasted = at_once(plain.redeem, min(seconds, 10))
    return {
        "customers": customers,
        "segments": segments,
        "upsert_new_ms": new,
        "upsert_known_ms": known,
        "list_ms": lists,
        "list_after_write_ms": after,
        "upserts_per_s": round(len(spent) / lasted, 1),
        "waited_ms": middle([one for one, _ in spent]),
        "sqlite_alone_ms": plain_alone,
        "sqlite_per_s": round(len(plain_spent) / plain_lasted, 1),
        "machine": machine(),
    }


def repeated(work: Callable[[], None]) -> float:
    """The median of some calls, in milliseconds."""
    return middle([timed(work)[0] for _ in range(ALONE)])


if __name__ == "__main__":
    told(measured, __doc__, customers=20_000, segments=50, seconds=5)

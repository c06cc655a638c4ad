"""
Many clients of a real server at once, killed in the middle: what was answered has to be there.

    python -m tests.benchmarks.load --clients 50 --seconds 300 --json
    python -m tests.benchmarks.load --clients 20 --seconds 120 --kills 20
    python -m tests.benchmarks.load --clients 50 --seconds 300 --rare 0 --pages 1

Each client reads, upserts, redeems, edits segments, imports files, erases customers and asks for
exports in turn; with `--rare 0` nobody imports or erases, for which all others wait. `--pages` are
tabs of browsers that stay open beside them and go from page to page.
A server that is killed starts again at once; a client whose request was lost asks for something
else. In the end every answered write is looked for in the workspace, nobody who was erased may be
left anywhere, a file came in as a whole or not at all, every event is looked for in what a webhook
was sent, and `check --deep` goes over the whole.
Exit status 1: something was lost.
"""

import json
import random
import re
import socket
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread
from typing import Any

import httpx2

from engine.accounts import keys
from engine.messages import targets
from engine.redemptions.vouchers import create_voucher
from engine.segments.library import saved
from tests.bases import Base
from tests.benchmarks.bench_memberships import CITIES
from tests.benchmarks.small_writes import Shop
from tests.measuring.machine import machine
from tests.measuring.machine_readable import told
from tests.measuring.open_page import PATHS, OpenPage
from tests.messages.conftest import Receiver

CUSTOMERS, SEGMENTS, OWN = 2_000, 20, 5  # OWN: customers that one client writes
FILE_ROWS = 200
PATIENCE = 180  # seconds: a killed server holds what goes to a webhook for two minutes
COMMAND = (str(Path(sys.executable).with_name("workbench")),)
TEN = {"code": "SALE", "discount": {"type": "AMOUNT", "amount_off": 1000}}


class Server:
    """A process that serves a workspace, without pages unless they are asked for."""

    def __init__(self, folder: Path, *, pages: bool = False) -> None:
        self.folder = folder
        self.options = () if pages else ("--no-pages",)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        """Starts it and waits until it answers."""
        words = ("serve", *self.options, "--port", str(self.port), "--workspace", str(self.folder))
        self.process = subprocess.Popen([*COMMAND, *words], stdout=subprocess.DEVNULL)
        ends = time.monotonic() + PATIENCE
        while not self._answers():
            assert time.monotonic() < ends, "the server does not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """At once, whatever it is at; then it starts again."""
        self.process.kill()
        self.process.wait()
        self.start()

    def stop(self) -> None:
        """In order."""
        self.process.terminate()
        self.process.wait(PATIENCE)

    def _answers(self) -> bool:
        try:
            return httpx2.get(f"{self.address}/healthz").status_code == 200
        except httpx2.TransportError:
            return False


class Answered:
    """What was answered, by all clients, and how long it took."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.numbers: dict[str, int] = {}  # by source id, the last one that was answered
        self.names: dict[str, int] = {}  # by segment
        self.redemptions: set[str] = set()
        self.exports: set[str] = set()
        self.erased: set[str] = set()  # source ids
        self.imports: dict[str, str] = {}  # by the name that its customers begin with, its action
        self.spent: dict[str, list[float]] = defaultdict(list)
        self.lost = 0  # requests without an answer
        self.refused: list[str] = []


class Client:
    """One of them; what it writes is nobody else's."""

    def __init__(
        self, number: int, address: str, headers: dict[str, str], all_: Answered, rare: int
    ) -> None:
        self.number, self.answered, self.rare = number, all_, rare
        self.web = httpx2.Client(base_url=address, headers=headers, timeout=PATIENCE)
        self.chance, self.turn, self.segment = random.Random(number), 0, ""

    def run(self, ends: float) -> None:
        """Asks for one thing after the other."""
        acts: list[Callable[[], None]] = [self.look] * 4 + [self.upsert] * 4 + [self.redeem] * 4
        acts += [self.edit, self.export, *[self.bring, self.erase] * self.rare]
        while time.monotonic() < ends:
            self.turn += 1
            try:
                self.chance.choice(acts)()
            except httpx2.TransportError:
                with self.answered.lock:
                    self.answered.lost += 1
                time.sleep(0.1)  # it is killed: all would ask again at once
        self.web.close()

    def look(self) -> None:
        """A page of customers."""
        self._asked("GET", f"/v1/customers?limit=100&page={self.chance.randrange(1, 20)}")

    def upsert(self) -> None:
        """Another city for one of its customers, and the number of the turn."""
        source = f"load-{self.number}-{self.chance.randrange(OWN)}"
        body = {"source_id": source, "address": {"city": self.chance.choice(CITIES)},
                "metadata": {"n": self.turn}}  # fmt: skip
        if self._asked("POST", "/v1/customers", body):
            self.answered.numbers[source] = self.turn

    def redeem(self) -> None:
        """A code that everybody uses."""
        body = {"customer": {"source_id": f"load-{self.number}-{self.chance.randrange(OWN)}"},
                "order": {"amount": 5000}}  # fmt: skip
        if found := self._asked("POST", "/v1/vouchers/SALE/redemption", body):
            self.answered.redemptions.add(found["id"])

    def edit(self) -> None:
        """A segment of its own gets another name and another city."""
        city = {"conditions": {"$is": [self.chance.choice(CITIES)]}}
        body = {"name": f"{self.number} {self.turn}",
                "filter": {"junction": "and", "address.city": city}}  # fmt: skip
        path = f"/v1/segments/{self.segment}" if self.segment else "/v1/segments"
        if found := self._asked("PUT" if self.segment else "POST", path, body):
            self.segment = found["id"]
            self.answered.names[self.segment] = self.turn

    def export(self) -> None:
        """All customers."""
        if found := self._asked("POST", "/v1/exports", {"exported_object": "customer"}):
            self.answered.exports.add(found["id"])

    def bring(self) -> None:
        """A file of customers of its own."""
        name = f"brought-{self.number}-{self.turn}-"
        rows = "".join(f"{name}{row},{row},Warsaw\n" for row in range(FILE_ROWS))
        file = {"file": ("brought.csv", f"Source_id,Name,City\n{rows}".encode())}
        if found := self._asked("POST", "/v1/customers/importCSV", files=file):
            self.answered.imports[name] = found["async_action_id"]

    def erase(self) -> None:
        """A customer who came for that."""
        name = f"erased-{self.number}-{self.turn}"
        found = self._asked("POST", "/v1/customers", {"source_id": name, "name": f"{name}-name"})
        if found and self._asked("POST", f"/v1/customers/{found['id']}/permanent-deletion"):
            self.answered.erased.add(name)

    def _asked(self, method: str, path: str, body: object = None, **sent: Any) -> dict[str, str]:
        """The answer; empty where it is refused."""
        started = time.perf_counter()
        answer = self.web.request(method, path, json=body, **sent)
        with self.answered.lock:
            kind = f"{method} /{path.split('?')[0].split('/')[2]}"
            self.answered.spent[kind].append(time.perf_counter() - started)
            if answer.is_success:
                return answer.json()
            self.answered.refused.append(f"{method} {path}: {answer.text}")
        return {}


def measured(clients: int, seconds: int, kills: int, rare: int, pages: int) -> dict[str, object]:
    """
    The figures; ends the program with 1 where something was lost.

    Returns:
        `per_s` requests, `lost` those without an answer; `p50_ms` and `p99_ms` by what was asked;
        `faults`, each a line; `events`, of how many redemptions a webhook was told. `pages_ms`: the
        p50 and p99 of each page until it was drawn.
    """
    with TemporaryDirectory() as temporary, receiving() as receiver:
        folder = Path(temporary) / "workspace"
        headers = prepared(folder, receiver.url)
        server, answered = Server(folder, pages=pages > 0), Answered()
        some = [Client(each, server.address, headers, answered, rare) for each in range(clients)]
        tabs = [OpenPage(server.address, time.monotonic() + seconds) for _ in range(pages)]
        for tab in tabs:
            tab.start()
        loaded(server, some, seconds, kills)
        for tab in tabs:
            tab.join()
        late = sorted(answered.redemptions - told_of(receiver, answered.redemptions))
        exports = list(exported(server, headers, answered.exports))
        imports = list(imported(server, headers, answered.imports))
        server.stop()
        found = [*lacking(folder, answered), *exports, *imports, *answered.refused,
                 *left(folder, answered.erased), *checked(folder),
                 *(f"no event of {one}" for one in late),
                 *(fault for tab in tabs for fault in tab.faults)]  # fmt: skip
    figures = {
        "clients": clients,
        "kills": kills,
        "rare": rare,
        "per_s": round(sum(map(len, answered.spent.values())) / seconds, 1),
        "answered": {name: len(spent) for name, spent in sorted(answered.spent.items())},
        "lost": answered.lost,
        "p50_ms": {name: _part(spent, 50) for name, spent in sorted(answered.spent.items())},
        "p99_ms": {name: _part(spent, 99) for name, spent in sorted(answered.spent.items())},
        "events": len(answered.redemptions) - len(late),
        "pages_ms": {
            path: [_part(spent, 50), _part(spent, 99)]
            for path in PATHS
            if (spent := [one for tab in tabs for one in tab.spent[path]])
        },
        "faults": found,
        "machine": machine(),
    }
    if found:
        sys.stdout.write(json.dumps(figures) + "\n")
        sys.exit(1)
    return figures


def _part(spent: list[float], percent: int) -> float:
    return round(quantiles([*spent, *spent], n=100)[percent - 1] * 1000, 1)


def prepared(folder: Path, hook: str) -> dict[str, str]:
    """A shop with a voucher and a webhook; the headers of a key to it."""
    shop = Shop(folder, CUSTOMERS, SEGMENTS)
    access = shop.base.workbench
    create_voucher(access, TEN)
    targets.create(access, "load", hook, ["redemption.succeeded"])
    key = keys.create(access, "load")
    shop.base.close()
    return {"X-App-Id": key.app_id, "X-App-Token": key.app_token}


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver of events, at work."""
    receiver = Receiver()
    thread = Thread(target=receiver.serve_forever)
    thread.start()
    yield receiver
    receiver.shutdown()
    thread.join()
    receiver.server_close()


def loaded(server: Server, clients: Sequence[Client], seconds: int, kills: int) -> None:
    """Lets the clients ask for so long, and kills the server now and then."""
    ends = time.monotonic() + seconds
    threads = [Thread(target=one.run, args=(ends,)) for one in clients]
    for thread in threads:
        thread.start()
    chance, done = random.Random(7), Event()
    for left in range(kills, 0, -1):
        pause = max(0.0, ends - time.monotonic()) / left
        done.wait(chance.uniform(0.5, 1.0) * pause)
        server.kill()
    for thread in threads:
        thread.join()


def told_of(receiver: Receiver, wanted: set[str]) -> set[str]:
    """The redemptions of which an event came; waits as long as others come."""
    told: set[str] = set()
    last, came = time.monotonic(), 0
    while not wanted <= told and time.monotonic() < last + PATIENCE:
        got = receiver.got
        if len(got) > came:
            fresh, came, last = got[came:], len(got), time.monotonic()
            told |= {json.loads(body)["data"]["redemption"]["id"] for _, body in fresh}
        time.sleep(0.2)
    return told


def exported(server: Server, headers: dict[str, str], wanted: set[str]) -> Iterator[str]:
    """Each export that nobody knows, or that is neither done nor said to be interrupted."""
    with httpx2.Client(base_url=server.address, headers=headers, timeout=PATIENCE) as web:
        for one in sorted(wanted):
            found = web.get(f"/v1/exports/{one}").json()
            if found.get("status") not in ("DONE", "ERROR"):
                yield f"the export {one} is {found}"


def imported(server: Server, headers: dict[str, str], asked: dict[str, str]) -> Iterator[str]:
    """Each import that is not over, or has not the customers that it says."""
    with httpx2.Client(base_url=server.address, headers=headers, timeout=PATIENCE) as web:
        said = {name: web.get(f"/v1/async-actions/{one}").json() for name, one in asked.items()}
    base = Base(server.folder)
    there = base.workbench.profile().customers["source_id"].drop_nulls()
    base.close()
    counts = Counter(there.filter(there.str.starts_with("brought-")).str.replace(r"\d+$", ""))
    for name, one in said.items():
        wanted = {"DONE": FILE_ROWS, "FAILED": 0}.get(one["status"])
        if counts[name] != wanted:
            yield f"the import {name} is {one}, and {counts[name]} customers came"
    yield from (f"{name} has {count} customers" for name, count in counts.items()
                if count != FILE_ROWS)  # fmt: skip


def left(folder: Path, erased: set[str]) -> Iterator[str]:
    """Each file that still names somebody who was erased."""
    sought = [name.encode() for name in erased]
    for file in (file for file in folder.rglob("*") if file.is_file()):
        content = file.read_bytes()
        yield from (f"{name.decode()} is in {file}" for name in sought
                    if re.search(re.escape(name) + rb"(?!\d)", content))  # fmt: skip


def lacking(folder: Path, answered: Answered) -> Iterator[str]:
    """Each answered write that is not there, in a line."""
    base = Base(folder)
    profile = base.workbench.profile()
    there = set(profile.activity.records("redemptions")["id"])
    yield from (f"the redemption {one} is gone" for one in answered.redemptions - there)
    stored = profile.values(profile.catalogue.field("metadata.n"))
    numbers = dict(zip(profile.customers["source_id"], stored, strict=True))
    for source, number in answered.numbers.items():
        if (found := numbers.get(source)) is None or found < number:
            yield f"{source} has {found}, and {number} was answered"
    names = {one.id: one.name for one in saved(base.workbench)}
    for segment, turn in answered.names.items():
        if segment not in names or int(names[segment].split()[1]) < turn:
            yield f"the segment {segment} is {names.get(segment)}, and {turn} was answered"
    base.close()


def checked(folder: Path) -> list[str]:
    """What `check --deep` says."""
    words = ("check", "--deep", "--workspace", str(folder))
    done = subprocess.run([*COMMAND, *words], capture_output=True, text=True, check=False)
    return [] if done.returncode == 0 else (done.stdout + done.stderr).splitlines()


if __name__ == "__main__":
    told(measured, __doc__, clients=50, seconds=60, kills=0, rare=1, pages=0)

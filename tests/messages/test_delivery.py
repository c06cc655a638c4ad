"""At least once, in order, tried again with growing pauses, dead in the end, and sent again."""

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from engine.api.app import PRINTERS
from engine.errors import NotFoundError
from engine.messages import delivery, targets
from engine.messages.courier import Courier
from engine.messages.delivery import ATTEMPTS, KEPT, LEASE, PAUSES
from engine.store.results import outbox
from tests.bases import NOW
from tests.forks import Fork

PEOPLE = "Source_id,Name\nann,Ann\nbob,Bob\n"


@pytest.fixture
def two(sender):
    """Two messages that wait, in their order."""
    sender.hook("customer.created")
    sender.base.csv(PEOPLE)
    return sender


def attempts(sender):
    """How many there are in one look."""
    sender.deliver()
    count = len(sender.receiver.got)
    sender.receiver.got = []
    return count


def test_whoever_delivers_may_run_a_loop(two):
    async def within():
        return two.told()

    # A thread of its own: that of a worker which drives a browser has a loop already.
    with ThreadPoolExecutor(1) as thread:
        told = thread.submit(lambda: asyncio.run(within())).result()

    assert [("customer.created", "ann"), ("customer.created", "bob")] == told


def test_the_pauses_grow():
    assert list(PAUSES) == sorted({*PAUSES})


def test_what_is_not_taken_holds_the_others_until_its_pause_is_over(two):
    two.receiver.status = 500
    assert 1 == attempts(two)
    assert (2, "500") == (two.progress().waiting, two.progress().answer)
    assert two.progress().due == two.base.now + PAUSES[0]
    assert 0 == attempts(two)
    two.base.now += PAUSES[0]
    two.receiver.status = 202

    assert [("customer.created", "ann"), ("customer.created", "bob")] == two.told()
    assert (0, 2, None) == (two.progress().waiting, two.progress().delivered, two.progress().due)


def test_after_the_last_attempt_it_is_dead_and_the_next_one_goes(two):
    two.receiver.status = lambda body: 400 if b"ann" in body else 200
    tried = []
    for pause in (*PAUSES, PAUSES[0]):
        tried += two.told()
        two.base.now += pause
    [dead] = targets.dead(two.workbench, "crm")

    assert [*[("customer.created", "ann")] * ATTEMPTS, ("customer.created", "bob")] == tried
    assert (dead.event, dead.answer) == ("customer.created", "400")
    assert (0, 1, 1) == (
        two.progress().waiting, two.progress().delivered, two.progress().dead,
    )  # fmt: skip


def test_dead_ones_are_sent_again_behind_the_others_under_their_ids(two):
    two.receiver.status = 503
    ids = [one["id"] for one in gone_dead(two, 2)]
    two.receiver.status = 200
    two.base.csv("Source_id\ncid\n")
    assert 2 == targets.send_again(two.workbench, "crm")
    again = two.sent()

    assert ["cid", "ann", "bob"] == [one["data"]["customer"]["source_id"] for one in again]
    assert ids == [one["id"] for one in again[1:]]
    assert (0, 3, 0) == (two.progress().waiting, two.progress().delivered, two.progress().dead)
    assert 0 == targets.send_again(two.workbench, "crm")


def gone_dead(sender, count):
    """The messages, once that many are dead."""
    seen = {}
    for _ in range(count):
        for pause in (*PAUSES, PAUSES[0]):
            for one in sender.sent():
                seen[one["id"]] = one
            sender.base.now += pause
    assert count == sender.progress().dead
    return list(seen.values())


def test_one_message_is_sent_again_though_it_was_delivered(two):
    first, second = two.sent()
    assert 1 == targets.send_again(two.workbench, "crm", second["id"])

    assert [second] == two.sent()
    for unknown in ("evt_x_1", "nonsense", first["id"] + "9", "evt_x_99999999999"):
        with pytest.raises(NotFoundError, match="no message"):
            targets.send_again(two.workbench, "crm", unknown)


def test_send_again_tries_at_once_what_is_held_up(two):
    two.receiver.status = 500
    two.deliver()
    two.receiver.bodies()
    two.receiver.status = 200
    targets.send_again(two.workbench, "crm")

    assert 2 == len(two.sent())


@pytest.mark.parametrize(
    ("status", "answer"), [(302, "302, a redirect, which is not followed"), (404, "404")]
)
def test_what_is_no_success_is_none(two, status, answer):
    two.receiver.status = status
    two.deliver()

    assert (answer, 2) == (two.progress().answer, two.progress().waiting)
    assert 1 == len(two.receiver.got)


def test_nobody_there_is_an_answer_too(sender):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    targets.create(sender.workbench, "crm", f"http://127.0.0.1:{port}/", ["customer.created"])
    sender.base.csv(PEOPLE)
    sender.deliver()

    assert sender.progress().answer.startswith("no connection")


def test_an_answer_that_does_not_come_in_time_is_none(sender, monkeypatch):
    monkeypatch.setattr(delivery, "TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        targets.create(sender.workbench, "crm", f"http://127.0.0.1:{port}/", ["customer.created"])
        sender.base.csv(PEOPLE)
        sender.deliver()

    assert "no answer within 0.05 seconds" == sender.progress().answer


def test_one_webhook_does_not_hold_another(two):
    two.receiver.status = 500
    two.deliver()
    two.receiver.bodies()
    two.receiver.status = 200
    two.hook("customer.created", name="other")
    two.base.csv("Source_id\ncid\n")

    assert [("customer.created", "cid")] == two.told()


def test_while_it_is_off_nothing_is_sent_and_what_waits_stays(two):
    targets.change(two.workbench, "crm", active=False)
    assert [] == two.sent()
    targets.change(two.workbench, "crm", active=True)

    assert 2 == len(two.sent())


def test_what_another_process_is_at_is_left_to_it_until_its_lease_is_over(two):
    [target] = targets.targets(two.workbench)
    with two.workbench.note() as connection:
        assert outbox.claim(connection, target.id, "other", two.base.now, two.base.now + LEASE)
    assert [] == two.sent()
    two.base.now += LEASE

    assert 2 == len(two.sent())


def test_what_was_delivered_long_ago_is_forgotten(two):
    two.deliver()
    two.base.now += 2 * KEPT
    two.base.csv("Source_id\ncid\n")
    two.deliver()

    assert (0, 1) == (two.progress().waiting, two.progress().delivered)


WRITER = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from engine.actors import Actor
from engine.customers import editing
from engine.workspace.workbench import Workbench
at = datetime.fromisoformat(sys.argv[2])
access = Workbench.open(Path(sys.argv[1]), lambda: at).acting(Actor("me", "test"))
editing.create(access, {"source_id": "killed"})
if sys.argv[3] == "sending":
    from engine.customers.detail import few_objects  # in place of the API, which takes 2 s to load
    from engine.messages import delivery
    delivery._keep_progress = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    delivery.deliver(access, {"customers": few_objects})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("when", "times"), [("waiting", 1), ("sending", 2)])
def test_a_kill_between_the_commit_and_the_note_loses_nothing(sender, when, times):
    sender.hook("customer.created")
    sender.base.close()
    process = Fork(WRITER, sender.base.folder, NOW.isoformat(), when)
    process.communicate()
    assert process.returncode < 0
    sender.base._open(NOW + LEASE)
    sender.workbench = sender.base.workbench
    sender.deliver()
    got = [json.loads(body) for _, body in sender.receiver.got]

    assert times == len(got)
    assert 1 == len({one["id"] for one in got})
    assert ["killed"] * times == [one["data"]["customer"]["source_id"] for one in got]


def test_a_process_that_serves_delivers_by_itself(sender):
    sender.hook("customer.created")
    arrived = Event()
    sender.receiver.status = lambda _: arrived.set() or 200
    courier = Courier(lambda: sender.workbench, PRINTERS)
    sender.base.csv(PEOPLE)
    courier.start()
    assert arrived.wait(20)
    courier.end()

    assert ["ann", "bob"] == [
        one["data"]["customer"]["source_id"] for one in sender.receiver.bodies()
    ]

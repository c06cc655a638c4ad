"""The last use of a code, wanted by two processes, or by many threads, at one instant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from engine.redemptions.redeem import redeem
from engine.store.check import faults
from tests.redemptions.counter import asked
from tests.redemptions.races import raced

RACES, THREADS = 40, 16


def test_one_of_two_processes_wins_each_last_use(base, workspace):
    base.close()
    told, kept, records, found = raced(workspace, RACES)

    assert told == {"+-": RACES}
    assert kept == {1: RACES}
    assert records == {"SUCCESS": RACES, "FAILURE": RACES}
    assert found == []


def test_threads_that_share_a_commit_share_what_is_left(counter):
    counter.voucher("FIVE", redemption={"quantity": 5})
    counter.voucher("CARD", gift={"amount": 1000})
    ready = Barrier(THREADS)

    def hand_in(number):
        ready.wait()
        first = redeem(counter.workbench, asked("FIVE", who=f"c{number}"))
        second = redeem(counter.workbench, asked("CARD", who=f"c{number}", amount=300))
        return first.succeeded, second.entries[0].amount or 0

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(hand_in, range(THREADS)))

    assert sum(first for first, _ in done) == 5
    assert sorted(amount for _, amount in done)[-4:] == [100, 300, 300, 300]
    assert sum(amount for _, amount in done) == 1000
    assert (counter.use("FIVE"), counter.use("CARD")) == ((5, None), (4, 0))
    assert len(counter.records("redemptions", "id")) == 2 * THREADS
    assert faults(counter.workbench.store) == []


def test_one_customer_at_once_is_one_customer(counter):
    counter.voucher("ONCE", customer_limit=1)
    counter.base.csv("Source_id\nann\n")
    [key] = counter.base.column("id")
    ready = Barrier(THREADS)

    def hand_in(number):
        ready.wait()
        customer = {"id": key} if number % 2 else {"source_id": "ann"}
        return redeem(counter.workbench, asked("ONCE", customer=customer)).succeeded

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(hand_in, range(THREADS)))

    assert sum(done) == 1
    assert counter.base.column("source_id") == ["ann"]


def test_a_key_at_once_is_one_request(counter):
    counter.voucher("TEN")
    ready = Barrier(THREADS)

    def hand_in(_number):
        ready.wait()
        return redeem(counter.workbench, asked("TEN", who="ann"), "key")

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(hand_in, range(THREADS)))

    assert len({one.entries for one in done}) == 1
    assert sum(not one.replayed for one in done) == 1
    assert counter.use("TEN") == (1, None)

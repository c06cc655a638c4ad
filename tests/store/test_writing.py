"""Threads of one process that write to the database: one after the other, and nobody for ever."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, get_ident

import pytest

from engine.errors import StoreError
from engine.store import database
from engine.store.database import TURNS, writing


class Turn:
    """A lock that says when somebody waits for it."""

    def __init__(self):
        self.lock, self.asked = Lock(), Event()

    def acquire(self, **how):
        if self.lock.locked():
            self.asked.set()
        return self.lock.acquire(**how)

    def release(self):
        self.lock.release()


@pytest.fixture
def engine(base):
    """The database of a workspace."""
    return base.workbench.store._database


@pytest.fixture
def begun(monkeypatch):
    """The threads that have asked SQLite for a transaction to write in."""
    found, watched = [], database.watched
    monkeypatch.setattr(
        database, "watched", lambda connection: (found.append(get_ident()), watched(connection))
    )
    return found


def test_whoever_waits_for_another_thread_asks_sqlite_only_when_that_is_done(engine, begun):
    turn = TURNS[engine] = Turn()

    def write():
        with writing(engine):
            return get_ident()

    with ThreadPoolExecutor(1) as threads:
        with writing(engine):
            waits = threads.submit(write)
            assert turn.asked.wait(30)
            assert begun == [get_ident()]
        assert begun == [get_ident(), waits.result()]


def test_whoever_does_not_wait_is_refused_at_once_and_the_turn_goes_on(engine, begun):
    refused = pytest.raises(StoreError, match="somebody else writes")
    with writing(engine), refused, writing(engine, waits=False):
        pytest.fail("two wrote")

    assert begun == [get_ident()]
    for waits in (True, False):
        with writing(engine, waits=waits):
            pass


def test_one_who_fails_gives_the_turn_on(engine):
    with pytest.raises(ZeroDivisionError), writing(engine):
        1 / 0  # noqa: B018 - anything

    with writing(engine, waits=False):
        assert not TURNS[engine].acquire(blocking=False)


def test_who_waits_for_long_asks_sqlite_all_the_same(engine, monkeypatch):
    monkeypatch.setattr(database, "SECONDS", 0)
    turn = TURNS[engine] = Lock()
    turn.acquire()  # by one who never ends

    with writing(engine) as connection:
        assert connection.in_transaction()
    assert turn.locked(), "who has it gives it back"

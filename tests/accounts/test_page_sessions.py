"""Sessions outlive the server that they began on, and what ends them does so too."""

import pytest
from sqlalchemy import select

from engine.accounts import people
from engine.accounts.page_sessions import LONGEST, MINUTE, PageSessions
from engine.accounts.sessions import IDLE, Sessions
from engine.integrity.backups import back_up
from engine.integrity.restoring import restore
from engine.store.database import WAIT
from engine.store.results.tables import page_session
from tests.accounts.test_sessions import HOME, WORD, Seconds
from tests.bases import ME, Base

VISIT = "bob@example.com", "bob@example.com 1"


@pytest.fixture
def server(base):
    return Server(base)


class Server:
    """A server whose clocks go together, and which is started anew."""

    def __init__(self, base):
        self.base, self.clock = base, Seconds()
        people.add(base.workbench, "Ann", ["build"], WORD, without_admin=True)
        people.add(base.workbench, "Bob", ["view"], email=VISIT[0])
        self.sessions = Sessions(self.clock)

    def sign_in(self):
        return self.sessions.sign_in(self.base.workbench, "ann", WORD, HOME)

    def person(self, token):
        return self.sessions.person(self.base.workbench, token)

    def provided(self):
        return self.sessions.provided(self.base.workbench, *VISIT)

    def wait(self, seconds):
        self.clock.now += seconds
        self.base.later(seconds=seconds)
        return self

    def started_anew(self, *, after=0.0):
        """Another process, whose own seconds begin anywhere."""
        self.base.later(seconds=after)
        self.clock = Seconds()
        self.clock.now = 7.0
        self.sessions = Sessions(self.clock)
        return self


def test_who_is_signed_in_stays_so_after_a_restart(server):
    token, visit = server.sign_in(), server.provided()
    server.started_anew()

    assert server.person(token).name == "Ann"
    assert server.provided() == visit


def test_whom_a_provider_vouched_for_is_in_the_log_once_whatever_restarts(server):
    for _ in range(3):
        assert server.provided()
        server.started_anew()
    with server.base.workbench.store.read() as connection:
        lines = connection.exec_driver_sql("SELECT count(*) FROM change_log WHERE cause='sign-in'")
        assert lines.scalar() == 1


def test_a_look_waits_for_nobody_who_writes_and_the_next_one_is_noted(server):
    token = server.sign_in()
    server.wait(MINUTE)
    with server.base.workbench.store.pause_writers():
        assert server.person(token).name == "Ann"
    assert server.person(token).name == "Ann"

    with server.base.workbench.store.read() as connection:
        [seen] = connection.execute(select(page_session.c.seen_at)).scalars()
    assert seen == server.base.now


ENDS = {
    "signing out": lambda server, token: server.sessions.sign_out(server.base.workbench, token),
    "another role": lambda server, _: people.set_roles(server.base.workbench, "ann", ["admin"]),
    "another password": lambda server, _: people.set_password(
        server.base.workbench, "ann", "another one 123"
    ),
    "removal": lambda server, _: people.remove(server.base.workbench, "ann"),
    "an hour without a look": lambda server, _: server.wait(IDLE + 1),
    "an hour without a server": lambda server, _: server.started_anew(after=IDLE + 1),
    "half an hour each way": lambda server, _: server.wait(IDLE / 2).started_anew(after=IDLE),
    "a clock set back": lambda server, _: server.started_anew(after=-MINUTE - 1),
}


@pytest.mark.parametrize("way", ENDS)
def test_what_ends_a_session_ends_it_for_the_next_server_too(server, way):
    token = server.sign_in()
    ENDS[way](server, token)
    server.started_anew()

    assert server.person(token) is None
    server.started_anew()
    assert server.person(token) is None


def test_a_visit_that_has_ended_does_not_begin_again_with_the_next_server(server):
    assert server.provided()
    server.sessions.leave(server.base.workbench, VISIT[1])
    server.started_anew()

    assert server.provided() is None
    assert server.sessions.provided(server.base.workbench, VISIT[0], "another visit")


def test_a_session_ends_after_twelve_hours_on_however_many_servers(server):
    token = server.sign_in()
    for _ in range(int(LONGEST / IDLE) * 2):
        server.wait(IDLE / 2 - MINUTE)
        assert server.person(token)
        server.started_anew(after=MINUTE)
    server.wait(IDLE / 2)

    assert server.person(token) is None


def test_looks_are_noted_once_a_minute(server):
    token = server.sign_in()
    store = server.base.workbench.store
    noted = []
    for _ in range(4):
        server.wait(MINUTE / 2)
        assert server.person(token)
        with store.read() as connection:
            noted.append(connection.exec_driver_sql("SELECT seen_at FROM page_session").scalar())

    assert len({*noted}) == 3
    assert noted[1] == noted[2]


def test_no_secret_of_a_browser_is_kept(server):
    secrets = [server.sign_in(), VISIT[1]]
    server.provided()
    server.base.close()
    kept = b"".join(file.read_bytes() for file in server.base.folder.glob("workbench.db*"))

    assert [secret for secret in secrets if secret.encode() in kept] == []
    assert b"page_session" in kept


def test_over_sessions_are_forgotten_and_those_of_visits_are_not(server):
    server.sign_in()
    assert server.provided()
    server.wait(LONGEST + 1)
    token = server.sign_in()
    with server.base.workbench.store.read() as connection:
        keys = connection.exec_driver_sql("SELECT key FROM page_session ORDER BY began_at").all()

    assert [key.split()[0] for (key,) in keys] == ["visit", "token"]
    assert server.person(token)


def test_a_backup_brings_nobody_in(server, tmp_path):
    token = server.sign_in()
    back_up(server.base.workbench, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "again", ME, lambda: server.base.now)
    again = Base(tmp_path / "again", server.base.now)

    assert server.person(token)
    assert Sessions(server.clock).person(again.workbench, token) is None
    again.close()


def test_emptying_the_workspace_signs_nobody_out(server):
    token = server.sign_in()
    with server.base.workbench.change_set("clear") as (change, _):
        change.empty()
    server.started_anew()

    assert server.person(token)


def test_a_session_that_the_disk_does_not_take_ends_with_the_server(server, monkeypatch):
    monkeypatch.setattr("engine.store.database.PRAGMAS", (WAIT, "PRAGMA query_only=1"))
    server.base.close()
    server.base = Base(server.base.folder)
    token = server.sign_in()
    server.wait(MINUTE * 2)

    assert server.person(token).name == "Ann"
    server.sessions.sign_out(server.base.workbench, token)
    assert server.person(token) is None
    another = server.sign_in()
    server.started_anew()
    assert server.person(another) is None
    server.base.close()


def test_a_visit_that_two_requests_bring_at_once_begins_one_session(server):
    sessions, (bob, _) = PageSessions(server.clock), people.people(server.base.workbench)[::-1]
    for _ in range(2):
        sessions.begin(server.base.workbench, "visit 1", bob, None)
    with server.base.workbench.store.read() as connection:
        lines = connection.exec_driver_sql("SELECT count(*) FROM change_log WHERE cause='sign-in'")
        assert lines.scalar() == 1

    assert sessions.find(server.base.workbench, "visit 1").name == "Bob"

"""Signing in: sessions that end, tries that are counted, and what the log keeps of both."""

from itertools import pairwise

import pytest

from engine.accounts import people
from engine.accounts.page_sessions import LONGEST, MOST
from engine.accounts.sessions import IDLE, Sessions, actor
from engine.accounts.tries import FREE, KEPT, Pauses
from engine.accounts.tries import LONGEST as LONGEST_PAUSE
from engine.changes.log import label, log
from engine.errors import PauseError, SignInError

WORD, HOME = "correct horse battery", "192.0.2.7"


class Seconds:
    """A clock that stands until it is moved."""

    now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Seconds()


@pytest.fixture
def sessions(clock):
    return Sessions(clock)


@pytest.fixture
def bench(base):
    people.add(base.workbench, "Ann", ["build"], WORD, without_admin=True)
    return base.workbench


def told(bench):
    """The log behind the list of people, oldest first: what, who, which person, from where."""
    return [
        (label(line.cause), line.actor, line.touched["people"], line.after)
        for line in log(bench).lines[::-1]
        if line.cause != "person"
    ]


def test_who_signs_in_is_known_by_the_token_until_they_sign_out(bench, sessions):
    token = sessions.sign_in(bench, " ann", WORD, HOME)
    found = sessions.person(bench, token)
    sessions.sign_out(bench, token)
    sessions.sign_out(bench, token)

    assert (actor(found).name, actor(found).rights) == ("Ann", {"view", "build"})
    assert sessions.person(bench, token) is None
    assert told(bench) == [
        ("Signed in", "Ann", ["Ann"], {"address": HOME}),
        ("Signed out", "Ann", ["Ann"], None),
    ]


@pytest.mark.parametrize(("name", "word"), [("Ann", "wrong"), ("Bob", WORD), ("", "")])
def test_whoever_is_refused_is_not_told_which_of_both_is_wrong(bench, sessions, name, word):
    with pytest.raises(SignInError, match="this name and this password"):
        sessions.sign_in(bench, name, word, HOME)

    who = "Ann" if name == "Ann" else "somebody"
    assert told(bench) == [("Sign-in refused", who, [who], {"address": HOME})]


def test_a_session_ends_where_nobody_looks_for_long(bench, sessions, clock):
    token = sessions.sign_in(bench, "ann", WORD, HOME)
    for _ in range(3):
        clock.now += IDLE - 1
        assert sessions.person(bench, token)
    clock.now += IDLE + 1

    assert sessions.person(bench, token) is None


def test_a_session_ends_however_much_somebody_looks(bench, sessions, clock):
    token = sessions.sign_in(bench, "ann", WORD, HOME)
    for _ in range(int(LONGEST / IDLE) * 2):
        clock.now += IDLE / 2
        assert sessions.person(bench, token)
    clock.now += IDLE / 2

    assert sessions.person(bench, token) is None


CHANGES = {
    "roles": lambda access: people.set_roles(access, "ann", ["view"]),
    "password": lambda access: people.set_password(access, "ann", "another one 123"),
    "removal": lambda access: people.remove(access, "ann"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_session_of_whoever_is_changed_or_removed_ends_at_the_next_look(
    bench, sessions, change
):
    token = sessions.sign_in(bench, "ann", WORD, HOME)
    CHANGES[change](bench)

    assert sessions.person(bench, token) is None


@pytest.mark.parametrize("token", ["", "x", "\ud800"])
def test_a_token_that_is_none_is_nobody(bench, sessions, token):
    assert sessions.person(bench, token) is None


def test_of_many_sessions_the_oldest_goes(base, bench, sessions, monkeypatch):
    monkeypatch.setattr("engine.accounts.page_sessions.MOST", 2)
    tokens = []
    for _ in range(3):
        tokens.append(sessions.sign_in(bench, "ann", WORD, HOME))
        base.later(seconds=1)

    assert [sessions.person(bench, token) is not None for token in tokens] == [False, True, True]
    assert MOST == 1_000


def test_whom_a_provider_vouches_for_is_looked_up_by_email_once_in_the_log(bench, sessions):
    people.add(bench, "Bob", ["view"], email="bob@example.com")

    for _ in range(2):
        assert sessions.provided(bench, "Bob@Example.com", "Bob 1").name == "Bob"
        assert sessions.provided(bench, "eve@example.com", "eve 1") is None
    assert [line[:2] for line in told(bench)] == [
        ("Signed in", "Bob"),
        ("Sign-in refused", "somebody"),
    ]


def test_a_session_by_a_provider_ends_too_and_begins_with_another_visit_there(
    bench, sessions, clock
):
    people.add(bench, "Bob", ["view"], email="bob@example.com")
    assert sessions.provided(bench, "bob@example.com", "bob 1")
    clock.now += IDLE + 1

    assert sessions.provided(bench, "bob@example.com", "bob 1") is None
    assert sessions.provided(bench, "bob@example.com", "bob 2")
    people.remove(bench, "Bob")
    assert sessions.provided(bench, "bob@example.com", "bob 2") is None


def test_no_cookie_passes_for_what_a_provider_has_said(bench, sessions):
    people.add(bench, "Bob", ["admin"], email="bob@example.com")
    assert sessions.provided(bench, "bob@example.com", "bob@example.com 1")

    assert sessions.person(bench, "bob@example.com 1") is None
    assert sessions.person(bench, "visit bob@example.com 1") is None
    sessions.sign_out(bench, "bob@example.com 1")
    assert sessions.provided(bench, "bob@example.com", "bob@example.com 1")
    sessions.leave(bench, "bob@example.com 1")
    assert sessions.provided(bench, "bob@example.com", "bob@example.com 1") is None


def test_tries_are_counted_before_the_password_is_looked_at(bench, sessions, clock):
    for _ in range(FREE["name"]):
        with pytest.raises(SignInError, match="check both"):
            sessions.sign_in(bench, "ann", "wrong", HOME)
    with pytest.raises(PauseError, match="try again in 2 seconds"):
        sessions.sign_in(bench, "ann", WORD, HOME)
    clock.now += 2

    assert sessions.person(bench, sessions.sign_in(bench, "ann", WORD, HOME))
    assert sessions.person(bench, sessions.sign_in(bench, "ann", WORD, HOME))  # all forgotten


@pytest.mark.parametrize("kind", FREE)
def test_pauses_grow_to_the_longest_and_each_kind_has_its_free_tries(clock, kind):
    pauses, key, waits = Pauses(clock), (kind, "it"), []
    for _ in range(FREE[kind] + 12):
        began = clock.now
        while refused(pauses, key):
            clock.now += 1
        waits.append(clock.now - began)

    assert waits[: FREE[kind]] == [0] * FREE[kind]
    assert all(one <= other for one, other in pairwise(waits))
    assert (waits[FREE[kind]], waits[-1]) == (1, LONGEST_PAUSE)
    assert not refused(pauses, (kind, "another"))


def refused(pauses, key):
    try:
        pauses.begin(key)
    except PauseError:
        return True
    return False


def test_a_try_is_forgotten_in_time(clock):
    pauses = Pauses(clock)
    for _ in range(FREE["name"]):
        pauses.begin(("name", "ann"))
    clock.now += KEPT + 1

    pauses.begin(("name", "ann"))
    pauses.begin(("name", "ann"))

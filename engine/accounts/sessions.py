"""Who is signed in to the pages: sessions of one process, which end by themselves."""

import hashlib
import logging
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from threading import Lock

from engine.accounts.passwords import fits
from engine.accounts.people import Account, person_named, person_with_email
from engine.accounts.roles import rights_of
from engine.accounts.tries import Pauses
from engine.actors import PAGE, Actor
from engine.errors import DiskError, SignInError
from engine.store.database import Transaction
from engine.store.results.change_log import Act
from engine.workspace.workbench import Access, Workbench

IDLE, LONGEST = 3_600.0, 43_200.0  # seconds without a look, and in all
TOKEN, VISIT = "token ", "visit "  # by what a session is known
MOST = 1_000  # sessions at once; the oldest goes
WRONG = "nobody signs in with this name and this password: check both"
NAMELESS = "somebody"  # whoever gives a name that is none: it may be a password in the wrong place


@dataclass(frozen=True)
class PageSession:
    """Somebody signed in, in one browser."""

    name: str
    stamp: str  # of the person: another one since, and the session has ended
    began: float
    seen: float
    ended: bool = False  # it is kept: what a provider's browser brings would begin another one


class Sessions:
    """
    The sessions of one process, by what their tokens hash to: none outlives the server.

    Args:
        now: a clock of seconds that never goes back.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions: dict[str, PageSession] = {}
        self._guard = Lock()
        self._pauses = Pauses(now)

    def sign_in(self, workbench: Workbench, name: str, password: str, address: str) -> str:
        """
        Lets somebody in; gives the token that their browser sends from now on.

        Args:
            address: of the machine they come from.

        Raises:
            SignInError: nobody has that name with that password.
            PauseError: there were too many tries.
        """
        tries = ("name", name.strip().casefold()[:200]), ("address", address)
        self._pauses.begin(*tries)
        person = person_named(workbench, name)
        access = _access(workbench, person)
        if not fits(password, person.password if person else None) or person is None:
            _note(access.write("refusal"), access, {"address": address})
            raise SignInError(WRONG)
        self._pauses.succeeded(*tries)
        token = secrets.token_urlsafe(32)
        self._begin(_key(TOKEN, token), person.name, person.stamp)
        _note(access.write("sign-in"), access, {"address": address})
        return token

    def person(self, workbench: Workbench, token: str) -> Account | None:
        """Whose session a token is, which counts as a look; None: it has ended, or never was."""
        return self._person(workbench, _key(TOKEN, token))

    def _person(self, workbench: Workbench, key: str) -> Account | None:
        session, now = self._sessions.get(key), self._now()
        if session is None or session.ended:
            return None
        person = person_named(workbench, session.name)
        over = now - session.seen > IDLE or now - session.began > LONGEST
        ended = over or person is None or person.stamp != session.stamp
        with self._guard:
            if key in self._sessions and not self._sessions[key].ended:  # not signed out meanwhile
                self._sessions[key] = replace(session, seen=now, ended=ended)
        return None if ended else person

    def provided(self, workbench: Workbench, email: str, visit: str) -> Account | None:
        """
        For whom a provider vouches; None: they are on no list, or the session has ended.

        Args:
            visit: what tells this time at the provider from every other.
        """
        key = _key(VISIT, visit)
        if key not in self._sessions:
            person = person_with_email(workbench, email)
            access = _access(workbench, person)
            _note(access.write("sign-in") if person else access.write("refusal"), access)
            self._begin(key, person.name if person else "", person.stamp if person else "")
        return self._person(workbench, key)

    def sign_out(self, workbench: Workbench, token: str) -> None:
        """Ends a session; nothing happens where there is none."""
        self._end(workbench, _key(TOKEN, token))

    def leave(self, workbench: Workbench, visit: str) -> None:
        """Ends a session that a provider has begun; nothing happens where there is none."""
        self._end(workbench, _key(VISIT, visit))

    def _end(self, workbench: Workbench, key: str) -> None:
        person = self._person(workbench, key)
        if person is None:
            return
        with self._guard:
            self._sessions[key] = replace(self._sessions[key], ended=True)
        access = _access(workbench, person)
        _note(access.write("sign-out"), access)

    def _begin(self, key: str, name: str, stamp: str) -> None:
        with self._guard:
            now = self._now()
            while len(self._sessions) >= MOST:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[key] = PageSession(name, stamp, now, now)


def actor(person: Account) -> Actor:
    """Somebody signed in, as they act."""
    return Actor(person.name, PAGE, rights_of(person.roles), masked=True)


def _access(workbench: Workbench, person: Account | None) -> Access:
    """In whose hands it is; a name that is on no list is not kept."""
    who = Actor(NAMELESS, PAGE, frozenset()) if person is None else actor(person)
    return workbench.acting(who)


def _note(
    writing: AbstractContextManager[tuple[Transaction, Act]],
    access: Access,
    about: dict[str, str] | None = None,
) -> None:
    """A line in the log."""
    try:
        with writing as (_, act):
            act.touched["people"], act.before, act.after = [access.actor.name], about, about
    except DiskError as error:  # where nothing can be written, what is there can be read
        logging.getLogger(__name__).warning("no line of %s: %s", access.actor.name, error)


def _key(kind: str, text: str) -> str:
    """What is kept of a secret; of another kind it is another, for a visit could be guessed."""
    return kind + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

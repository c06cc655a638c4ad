"""Who is signed in to the pages: sessions, which end by themselves."""

import hashlib
import secrets
from collections.abc import Callable

from engine.accounts.page_sessions import LONGEST, TOKEN, VISIT, PageSessions, note
from engine.accounts.passwords import fits
from engine.accounts.people import Account, person_named, person_with_email
from engine.accounts.roles import rights_of
from engine.accounts.tries import Pauses
from engine.actors import PAGE, Actor
from engine.errors import SignInError
from engine.workspace.workbench import Access, Workbench

IDLE = 3_600.0  # seconds without a look
WRONG = "nobody signs in with this name and this password: check both"
NAMELESS = "somebody"  # whoever gives a name that is none: it may be a password in the wrong place


class Sessions:
    """
    How people come to sessions, which are known by what their tokens hash to.

    Args:
        now: a clock of seconds that never goes back.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sessions = PageSessions(now)
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
            note(access.write("refusal"), access, {"address": address})
            raise SignInError(WRONG)
        self._pauses.succeeded(*tries)
        token = secrets.token_urlsafe(32)
        self._sessions.begin(access, _key(TOKEN, token), person, {"address": address})
        return token

    def person(self, workbench: Workbench, token: str) -> Account | None:
        """Whose session a token is, which counts as a look; None: it has ended, or never was."""
        return self._person(workbench, _key(TOKEN, token))

    def _person(self, workbench: Workbench, key: str) -> Account | None:
        session, now = self._sessions.find(workbench, key), self._now()
        if session is None or session.ended:
            return None
        person = person_named(workbench, session.name)
        over = now - session.seen > IDLE or now - session.began > LONGEST
        ended = over or person is None or person.stamp != session.stamp
        self._sessions.look(_access(workbench, person), key, session, ended=ended)
        return None if ended else person

    def provided(self, workbench: Workbench, email: str, visit: str) -> Account | None:
        """
        For whom a provider vouches; None: they are on no list, or the session has ended.

        Args:
            visit: what tells this time at the provider from every other.
        """
        key = _key(VISIT, visit)
        if self._sessions.find(workbench, key) is None:
            person = person_with_email(workbench, email)
            self._sessions.begin(_access(workbench, person), key, person, None)
        return self._person(workbench, key)

    def sign_out(self, workbench: Workbench, token: str) -> None:
        """Ends a session; nothing happens where there is none."""
        self._end(workbench, _key(TOKEN, token))

    def leave(self, workbench: Workbench, visit: str) -> None:
        """Ends a session that a provider has begun; nothing happens where there is none."""
        self._end(workbench, _key(VISIT, visit))

    def _end(self, workbench: Workbench, key: str) -> None:
        person, session = self._person(workbench, key), self._sessions.find(workbench, key)
        if person is not None and session is not None:
            self._sessions.end(_access(workbench, person), key, session)


def actor(person: Account) -> Actor:
    """Somebody signed in, as they act."""
    return Actor(person.name, PAGE, rights_of(person.roles), masked=True)


def _access(workbench: Workbench, person: Account | None) -> Access:
    """In whose hands it is; a name that is on no list is not kept."""
    who = Actor(NAMELESS, PAGE, frozenset()) if person is None else actor(person)
    return workbench.acting(who)


def _key(kind: str, text: str) -> str:
    """What is kept of a secret; of another kind it is another, for a visit could be guessed."""
    return kind + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

"""
The sessions that there are: the workspace keeps them, so that they outlive the server.

How old one is, a process tells by seconds of its own, which nobody sets; one of a process before is
as old as the machine's clock says.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

from engine.accounts.people import Account
from engine.errors import DiskError, StoreError
from engine.store.database import Transaction
from engine.store.results.change_log import Act
from engine.store.results.sessions import (
    StoredSession,
    add_session,
    end_session,
    find_session,
    note_look,
    remove_over,
)
from engine.workspace.workbench import Access, Workbench

LONGEST = 43_200.0  # seconds in all
MINUTE = 60.0  # so often a look is noted in the workspace
MOST = 1_000  # sessions at once; the oldest goes
TOKEN, VISIT = "token ", "visit "  # by what a session is known


@dataclass(frozen=True)
class PageSession:
    """Somebody signed in, in one browser; instants are in the seconds of the process."""

    name: str
    stamp: str  # of the person: another one since, and the session has ended
    began: float
    seen: float
    noted: float  # the last look that the workspace knows
    ended: bool = False  # it is kept: what a provider's browser brings would begin another one
    kept: bool = True  # by the workspace; else the disk took nothing, and it ends with the server


class PageSessions:
    """
    The sessions of a workspace.

    Args:
        now: a clock of seconds that never goes back.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._held: dict[str, PageSession] = {}
        self._guard = Lock()

    def find(self, workbench: Workbench, key: str) -> PageSession | None:
        """The session with a key; None: there never was one, or it is forgotten."""
        held = self._held.get(key)
        if held is not None and not held.kept:
            return held
        with workbench.store.read() as connection:
            stored = find_session(connection, key)
        if stored is None:
            return None
        held = held or self._of_before(stored, workbench)
        return replace(held, ended=held.ended or stored.ended)

    def begin(
        self, access: Access, key: str, person: Account | None, about: dict[str, str] | None
    ) -> None:
        """Begins one, for nobody too, with its line in the log."""
        name, stamp = (person.name, person.stamp) if person else ("", "")
        now = self._now()

        def add(connection: Transaction) -> bool:
            at = access.now()
            if find_session(connection, key) is not None:  # the same browser, at the same time
                return False
            remove_over(connection, TOKEN, at - timedelta(seconds=LONGEST))
            add_session(connection, StoredSession(key, name, stamp, at, at), MOST)
            return True

        writing = access.write("sign-in") if person else access.write("refusal")
        kept = note(writing, access, about, add)
        with self._guard:
            self._held[key] = PageSession(name, stamp, now, now, now, kept=kept)
            while len(self._held) > MOST:
                del self._held[next(iter(self._held))]

    def look(self, access: Access, key: str, session: PageSession, *, ended: bool) -> None:
        """Counts a look at one, by which it turned out to be over, or not."""
        now, noted = self._now(), session.noted
        if session.kept and (ended or now - noted >= MINUTE):
            # A reader stops at no full disk and waits for no import: the next look is noted.
            with suppress(StoreError), access.note(waits=False) as connection:
                noted = now
                if ended:
                    end_session(connection, key)
                else:
                    note_look(connection, key, access.now())
        self._hold(key, replace(session, seen=now, noted=noted, ended=ended))

    def end(self, access: Access, key: str, session: PageSession) -> None:
        """Ends one, with its line in the log."""
        note(
            access.write("sign-out"), access, None, lambda connection: end_session(connection, key)
        )
        self._hold(key, replace(session, ended=True))

    def _hold(self, key: str, session: PageSession) -> None:
        with self._guard:
            before = self._held.get(key, session)  # signed out meanwhile, it stays so
            self._held[key] = replace(session, ended=session.ended or before.ended)

    def _of_before(self, stored: StoredSession, workbench: Workbench) -> PageSession:
        """One that this process has not seen yet."""
        now, at = self._now(), workbench.now()
        age, idle = ((at - then).total_seconds() for then in (stored.began_at, stored.seen_at))
        # Where the clock was set back, nobody knows how old it is.
        return PageSession(
            *(stored.person, stored.stamp, now - age, now - idle, now - idle),
            ended=idle < -MINUTE,
        )


def note(
    writing: AbstractContextManager[tuple[Transaction, Act]],
    access: Access,
    about: dict[str, str] | None = None,
    also: Callable[[Transaction], object] = lambda _connection: None,
) -> bool:
    """
    A line in the log and what goes with it.

    Args:
        also: writes more; where it gives False, there is nothing to tell.

    Returns:
        Whether they are written: where the disk takes nothing, what is there can be read.
    """
    try:
        with writing as (connection, act):
            if also(connection) is not False:
                act.touched["people"], act.before, act.after = [access.actor.name], about, about
    except DiskError as error:
        logging.getLogger(__name__).warning("no line of %s: %s", access.actor.name, error)
        return False
    return True

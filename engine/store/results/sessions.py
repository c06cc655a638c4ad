"""Who is signed in to the pages, by what the secrets of their browsers hash to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from engine.store.results.tables import page_session


@dataclass(frozen=True)
class StoredSession:
    """One session as it outlives its process."""

    key: str  # the kind of secret, and its hash
    person: str
    stamp: str  # of the person as they signed in
    began_at: datetime
    seen_at: datetime  # the last look, to the minute
    ended: bool = False


def add_session(connection: Connection, made: StoredSession, most: int) -> None:
    """
    Writes a new one.

    Args:
        most: how many are kept; the oldest go.
    """
    connection.execute(insert(page_session).values(vars(made)))
    newest = select(page_session.c.key).order_by(page_session.c.began_at.desc()).limit(most)
    connection.execute(delete(page_session).where(page_session.c.key.not_in(newest)))


def find_session(connection: Connection, key: str) -> StoredSession | None:
    """The one with a key."""
    row = connection.execute(select(page_session).where(page_session.c.key == key)).first()
    return None if row is None else StoredSession(**row._mapping)


def note_look(connection: Connection, key: str, at: datetime) -> None:
    """Writes when somebody last looked, unless the session has ended."""
    living = (page_session.c.key == key) & ~page_session.c.ended
    connection.execute(update(page_session).where(living).values(seen_at=at))


def end_session(connection: Connection, key: str) -> None:
    """Ends one for good."""
    _end(connection, page_session.c.key == key)


def end_sessions_of(connection: Connection, person: str) -> None:
    """Ends all that somebody has."""
    _end(connection, page_session.c.person == person)


def end_every_session(connection: Connection) -> None:
    """Ends all that there are."""
    _end(connection, ~page_session.c.ended)


def remove_over(connection: Connection, kind: str, began: datetime) -> None:
    """
    Forgets sessions that are over.

    Args:
        kind: by the beginning of their keys.
        began: those before it are.
    """
    over = page_session.c.ended | (page_session.c.began_at < began)
    mine = page_session.c.key.startswith(kind, autoescape=True)
    connection.execute(delete(page_session).where(mine & over))


def _end(connection: Connection, which: ColumnElement[bool]) -> None:
    connection.execute(update(page_session).where(which).values(ended=True))

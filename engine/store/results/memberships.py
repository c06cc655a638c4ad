"""How large each segment is and as of when."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter

from sqlalchemy import Connection, select

from engine.store.results.settings import restored, save_setting, settings
from engine.store.results.tables import membership
from engine.store.results.upserts import put_rows, upsert

LINE = upsert(membership)
GROUP = "memberships"  # of the settings that say how they were found


@dataclass(frozen=True)
class Membership:
    """The line of one segment: its members are right from `at` until `due`."""

    segment_id: str
    revision: int  # how often the members were written
    count: int
    at: datetime
    due: datetime | None  # None: time moves nobody

    def holds(self, instant: datetime) -> bool:
        """Whether the members are right at an instant, however the clock moves them."""
        return self.at <= instant and (self.due is None or instant < self.due)


NAMES = tuple(field.name for field in fields(Membership))
VALUES = attrgetter(*NAMES)  # of a line, in that order


@dataclass(frozen=True)
class Pass:
    """The last time that memberships were brought up to date."""

    number: int = 0  # grows with each, so that what is in memory is known to be right
    zone: str | None = None  # the project's time zone; None: never


def memberships(connection: Connection) -> dict[str, Membership]:
    """The line of every segment, by its id."""
    rows = connection.execute(select(membership))
    return {row.segment_id: Membership(*row) for row in rows}


def last_pass(connection: Connection) -> Pass:
    """When memberships were brought up to date, as this transaction sees it."""
    return restored(Pass, settings(connection, GROUP).get("pass", {}))


def record_pass(connection: Connection, latest: Pass) -> None:
    """Writes it in place of the one before."""
    save_setting(connection, GROUP, "pass", vars(latest))


def save_lines(connection: Connection, lines: Iterable[Membership]) -> None:
    """Writes lines, new or known."""
    put_rows(connection, LINE, NAMES, [*map(VALUES, lines)])

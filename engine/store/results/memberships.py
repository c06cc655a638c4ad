"""How large each segment is and as of when; who entered and left, and because of what."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Row, func, insert, select

from engine.store.results.settings import save_setting, settings
from engine.store.results.tables import membership, move, move_customer
from engine.store.results.upserts import put, upsert

LINE = upsert(membership)
GROUP = "memberships"  # of the settings that say how they were found
MOVE, MOVED = insert(move), insert(move_customer)
# A stroke that moved a few customers stands in the index under each of them, one that moved more
# under EVERYBODY: a segment's first members would be a million lines.
FEW, EVERYBODY = 32, -1


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


@dataclass(frozen=True)
class Pass:
    """The last time that memberships were brought up to date."""

    number: int = 0  # grows with each, so that what is in memory is known to be right
    zone: str | None = None  # the project's time zone; None: never


@dataclass(frozen=True, eq=False)
class Move:
    """Who entered and who left a segment at one stroke."""

    segment_id: str
    at: datetime  # of the change set, or of the refresh that noticed
    cause: str  # what the change set was; clock, definition or deletion
    change: int | None  # the change set; None: the clock or a definition
    version: int  # of the definition
    entered: BitMap
    left: BitMap


def memberships(connection: Connection) -> dict[str, Membership]:
    """The line of every segment, by its id."""
    rows = connection.execute(select(membership))
    return {row.segment_id: Membership(*row) for row in rows}


def last_pass(connection: Connection) -> Pass:
    """When memberships were brought up to date, as this transaction sees it."""
    return Pass(**settings(connection, GROUP).get("pass", {}))


def record_pass(connection: Connection, latest: Pass) -> None:
    """Writes it in place of the one before."""
    save_setting(connection, GROUP, "pass", vars(latest))


def save_lines(connection: Connection, lines: Iterable[Membership]) -> None:
    """Writes lines, new or known."""
    put(connection, LINE, [vars(line) for line in lines])


def record_moves(connection: Connection, moves: Iterable[Move]) -> None:
    """Adds to the history, in this order."""
    last = connection.scalar(select(func.max(move.c.id))) or 0
    numbered = list(enumerate(moves, start=last + 1))
    if not numbered:
        return
    rows = [
        {**vars(row), "id": key, "entered": row.entered.serialize(), "left": row.left.serialize()}
        for key, row in numbered
    ]
    connection.execute(MOVE, rows)
    index = [{"customer_row": row, "move_id": key} for key, one in numbered for row in _index(one)]
    connection.execute(MOVED, index)


def _index(stroke: Move) -> Iterable[int]:
    """Under whom a stroke is found."""
    customers = stroke.entered | stroke.left
    return customers if len(customers) <= FEW else [EVERYBODY]


def moves_of(
    connection: Connection, segment_id: str | None = None, change: int | None = None
) -> list[Move]:
    """The history of one segment, or of all, oldest first; or what one change set moved."""
    asked = select(move).order_by(move.c.id)
    if change is not None:
        asked = asked.where(move.c.change == change)
    if segment_id is not None:
        asked = asked.where(move.c.segment_id == segment_id)
    return [_move(row) for row in connection.execute(asked)]


def latest_moves(connection: Connection, most: int) -> list[Move]:
    """The last strokes in any segment, newest first."""
    asked = select(move).order_by(move.c.id.desc()).limit(most)
    return [_move(row) for row in connection.execute(asked)]


def moves_about(connection: Connection, row: int) -> list[Move]:
    """What moved one customer in any segment, oldest first; nobody else is in the bitmaps."""
    index = move_customer.c
    about = select(index.move_id).where(index.customer_row.in_((row, EVERYBODY)))
    asked = select(move).where(move.c.id.in_(about)).order_by(move.c.id)
    strokes, alone = map(_move, connection.execute(asked)), BitMap([row])
    return [
        replace(stroke, entered=stroke.entered & alone, left=stroke.left & alone)
        for stroke in strokes
        if row in stroke.entered or row in stroke.left
    ]


def _move(row: Row[Any]) -> Move:
    stored = row._asdict()
    del stored["id"]
    entered, left = (BitMap.deserialize(stored[name]) for name in ("entered", "left"))
    return Move(**{**stored, "entered": entered, "left": left})

"""Who is in each segment, who entered and left, and because of what: bitmaps over customers' `row`.

A membership is one line and one bitmap; the line changes more often than the bitmap.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyroaring import BitMap
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from engine.store.tables import membership, membership_rows, move

AT_ONCE = 500  # segments in one question: SQLite takes at most 32,766 values


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


def members_of(connection: Connection, segment_ids: Iterable[str]) -> dict[str, BitMap]:
    """The `row` of each member of some segments."""
    ids, found = list(segment_ids), {}
    for start in range(0, len(ids), AT_ONCE):
        some = membership_rows.c.segment_id.in_(ids[start : start + AT_ONCE])
        for row in connection.execute(select(membership_rows).where(some)):
            found[row.segment_id] = BitMap.deserialize(row.rows)
    return found


def save_lines(connection: Connection, lines: Sequence[Membership]) -> None:
    """Writes lines, new or known."""
    if lines:
        statement = upsert(membership)
        renewed = {name: statement.excluded[name] for name in ("revision", "count", "at", "due")}
        written = statement.on_conflict_do_update(index_elements=["segment_id"], set_=renewed)
        connection.execute(written, [vars(line) for line in lines])


def save_members(connection: Connection, members: Iterable[tuple[str, BitMap]]) -> None:
    """Writes bitmaps, new or known."""
    rows = [{"segment_id": key, "rows": found.serialize()} for key, found in members]
    if rows:
        statement = upsert(membership_rows)
        renewed = {"rows": statement.excluded.rows}
        written = statement.on_conflict_do_update(index_elements=["segment_id"], set_=renewed)
        connection.execute(written, rows)


def record_moves(connection: Connection, moves: Iterable[Move]) -> None:
    """Adds to the history, in this order."""
    rows = [
        {**vars(row), "entered": row.entered.serialize(), "left": row.left.serialize()}
        for row in moves
    ]
    if rows:
        connection.execute(insert(move), rows)


def moves_of(
    connection: Connection, segment_id: str | None = None, change: int | None = None
) -> list[Move]:
    """The history of one segment, or of all, oldest first; or what one change set moved."""
    asked = select(move).order_by(move.c.id)
    if change is not None:
        asked = asked.where(move.c.change == change)
    if segment_id is not None:
        asked = asked.where(move.c.segment_id == segment_id)
    return [
        Move(
            row.segment_id,
            row.at,
            row.cause,
            row.change,
            row.version,
            BitMap.deserialize(row.entered),
            BitMap.deserialize(row.left),
        )
        for row in connection.execute(asked)
    ]

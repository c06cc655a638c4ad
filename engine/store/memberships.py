"""Who is in each segment, who entered and left, and because of what: bitmaps over customers' `row`.

A membership is a line, a bitmap, and a small bitmap of who entered or left since that was written:
one customer who moves must not cost the writing of a hundred kilobytes for each of 300 segments.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Row, Table, insert, select
from sqlalchemy.dialects.sqlite import Insert
from sqlalchemy.dialects.sqlite import insert as upsert

from engine.store.settings import save_setting, settings
from engine.store.tables import membership, membership_flips, membership_rows, move

AT_ONCE = 500  # segments in one question: SQLite takes at most 32,766 values
MOST_FLIPS = 10_000  # 20 KB beside the 100 KB of an average segment of a million customers
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


@dataclass(frozen=True)
class Pass:
    """The last time that memberships were brought up to date."""

    number: int = 0  # grows with each, so that what is in memory is known to be right
    zone: str | None = None  # the project's time zone; None: never


@dataclass(frozen=True, eq=False)
class Members:
    """The `row` of everybody in one segment."""

    written: BitMap  # as they were last written in full
    flips: BitMap = field(default_factory=BitMap)  # who entered or left since

    @cached_property
    def rows(self) -> BitMap:
        """All of them."""
        return self.written ^ self.flips

    def __len__(self) -> int:
        """How many they are, without putting the two together."""
        both = self.written.intersection_cardinality(self.flips)
        return len(self.written) + len(self.flips) - 2 * both

    def __contains__(self, row: int) -> bool:
        """Whether one customer is among them: a tenth of a microsecond."""
        return (row in self.written) is not (row in self.flips)

    def among(self, asked: BitMap) -> BitMap:
        """Those of some customers, whose number is all that it costs."""
        return (self.written & asked) ^ (self.flips & asked)

    def flipped(self, moved: BitMap) -> "Members":
        """Once these have entered who were not there, and left who were."""
        return Members(self.written, self.flips ^ moved)


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


def members_of(connection: Connection, segment_ids: Iterable[str]) -> dict[str, Members]:
    """Who is in some segments."""
    ids, found = list(segment_ids), {}
    both = select(membership_rows, membership_flips.c.rows.label("flips")).outerjoin(
        membership_flips, membership_flips.c.segment_id == membership_rows.c.segment_id
    )
    for start in range(0, len(ids), AT_ONCE):
        some = membership_rows.c.segment_id.in_(ids[start : start + AT_ONCE])
        for key, rows, flips in connection.execute(both.where(some)):
            found[key] = Members(*map(BitMap.deserialize, (rows, flips) if flips else (rows,)))
    return found


def save_lines(connection: Connection, lines: Iterable[Membership]) -> None:
    """Writes lines, new or known."""
    _put(connection, membership, [vars(line) for line in lines])


def save_members(
    connection: Connection, moved: Mapping[str, Members], known: Container[str]
) -> dict[str, Members]:
    """
    Writes who is in some segments, in full where they are new or many have moved.

    Args:
        moved: by the segment's id; those that are known come from `members_of`.

    Returns:
        The same as they are stored now.
    """
    whole = {
        key: Members(members.rows)
        for key, members in moved.items()
        if key not in known or len(members.flips) > MOST_FLIPS
    }
    stored = {**moved, **whole}
    _put(connection, membership_rows, [_row(key, one.written) for key, one in whole.items()])
    _put(connection, membership_flips, [_row(key, one.flips) for key, one in stored.items()])
    return stored


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
    return [_move(row) for row in connection.execute(asked)]


def latest_moves(connection: Connection, most: int) -> list[Move]:
    """The last strokes in any segment, newest first."""
    asked = select(move).order_by(move.c.id.desc()).limit(most)
    return [_move(row) for row in connection.execute(asked)]


def moves_about(connection: Connection, row: int) -> list[Move]:
    """What moved one customer in any segment, oldest first; nobody else is in the bitmaps."""
    strokes = map(_move, connection.execute(select(move).order_by(move.c.id)))
    alone = BitMap([row])
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


def _row(segment_id: str, rows: BitMap) -> dict[str, Any]:
    return {"segment_id": segment_id, "rows": rows.serialize()}


def _put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes rows that are known by their segment, new or in place of what was there."""
    if rows:
        connection.execute(UPSERTS[table], rows)


def _upsert(table: Table) -> Insert:
    statement = upsert(table)
    names = {column.name for column in table.columns} - {"segment_id"}
    renewed = {name: statement.excluded[name] for name in names}
    return statement.on_conflict_do_update(index_elements=["segment_id"], set_=renewed)


UPSERTS = {table: _upsert(table) for table in (membership, membership_rows, membership_flips)}

"""How large each segment is and as of when; who entered and left, and because of what."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Row, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from engine.store.results.settings import restored, save_setting, settings
from engine.store.results.tables import membership, move, move_customer
from engine.store.results.upserts import put, put_columns, upsert

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


STROKE = tuple(field.name for field in fields(Move))


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
    put(connection, LINE, [vars(line) for line in lines])


def record_moves(connection: Connection, moves: Iterable[Move]) -> None:
    """Adds to the history, in the order of the change sets; what belongs to none comes first."""
    # Tuples, as a group has thousands: of objects the garbage collector would go over all again.
    strokes = sorted(map(attrgetter(*STROKE), moves), key=_change)
    if not strokes:
        return
    columns = dict(zip(STROKE, zip(*strokes, strict=True), strict=True))
    first = (connection.scalar(select(func.max(move.c.id))) or 0) + 1
    ids, bitmaps = range(first, first + len(strokes)), (columns["entered"], columns["left"])
    stored = dict(zip(("entered", "left"), map(_serialized, bitmaps), strict=True))
    put_columns(connection, MOVE, {**columns, **stored, "id": ids})
    index = [
        (row, key) for key, *moved in zip(ids, *bitmaps, strict=True) for row in _index(*moved)
    ]
    rows, keys = zip(*index, strict=True)
    put_columns(connection, MOVED, {"customer_row": rows, "move_id": keys})


def index_rows(connection: Connection) -> Iterator[tuple[int, int]]:
    """Each line that the index of strokes should have: the customer's `row` and the stroke."""
    asked = select(move.c.id, move.c.entered, move.c.left).order_by(move.c.id)
    for key, entered, left in connection.execute(asked):
        for row in _index(BitMap.deserialize(entered), BitMap.deserialize(left)):
            yield row, key


def stored_index(connection: Connection) -> Iterator[tuple[int, int]]:
    """Each line that the index of strokes has."""
    columns = move_customer.c
    asked = select(columns.customer_row, columns.move_id)
    yield from ((row, key) for row, key in connection.execute(asked))


def rewrite_index(connection: Connection) -> None:
    """Makes the index of strokes anew."""
    lines = list(index_rows(connection))
    connection.execute(delete(move_customer))
    if lines:
        rows, keys = zip(*lines, strict=True)
        put_columns(connection, MOVED, {"customer_row": rows, "move_id": keys})


def _change(stroke: tuple[Any, ...]) -> int:
    return stroke[STROKE.index("change")] or 0


def _serialized(bitmaps: Sequence[BitMap]) -> list[bytes]:
    """Each as it is stored; many moves of a group of writes share one."""
    made = {id(one): one for one in bitmaps}
    blobs = {key: one.serialize() for key, one in made.items()}
    return [blobs[id(one)] for one in bitmaps]


def _index(entered: BitMap, left: BitMap) -> Iterable[int]:
    """Under whom a stroke is found."""
    return [*entered, *left] if len(entered) + len(left) <= FEW else [EVERYBODY]


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


def moves_since(connection: Connection, segment_ids: Iterable[str], since: datetime) -> list[Move]:
    """The history of some segments from an instant on, oldest first."""
    wanted = func.json_each(json.dumps(sorted(segment_ids))).table_valued("value")  # any number
    asked = select(move).where(move.c.at >= since, move.c.segment_id.in_(select(wanted.c.value)))
    return [_move(row) for row in connection.execute(asked.order_by(move.c.id))]


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
    stored = list(row)[1:]  # as `Move` has its fields, behind the `id`; bitmaps are the last two
    return Move(*stored[:-2], *map(BitMap.deserialize, stored[-2:]))

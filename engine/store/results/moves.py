"""
Who entered and left segments, and because of what.

A move is of one segment. Moves of the same customers by the same cause are stored as one stroke,
with all the segments that it went through: one customer's new city may be 70 moves.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import (
    Connection,
    Delete,
    Row,
    Table,
    Update,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from engine.store.results.tables import stroke, stroke_customer, stroke_segment
from engine.store.results.upserts import put_columns, put_rows

STROKE = insert(stroke)
THROUGH = stroke_segment, stroke_segment.c.stroke_id == stroke.c.id
# What one segment went through is read without the others of each stroke.
ALONE = (
    *(column for column in stroke.c if column is not stroke.c.segments),
    stroke_segment.c.version,
)
PLACED = (stroke.c.id, stroke.c.segments, stroke.c.entered, stroke.c.left)
INDEXES = {table: insert(table) for table in (stroke_customer, stroke_segment)}
# A stroke that moved a few customers stands in the index under each of them, one that moved more
# under EVERYBODY: a segment's first members would be a million lines.
FEW, EVERYBODY = 32, -1
WITHOUT = update(stroke).where(stroke.c.id == bindparam("key")).values(segments=bindparam("others"))
GONE = delete(stroke).where(stroke.c.id == bindparam("key"))
UNFOUND = delete(stroke_customer).where(
    stroke_customer.c.customer_row == bindparam("customer"),
    stroke_customer.c.stroke_id == bindparam("key"),
)
Line = tuple[int | str, ...]  # of an index


class Move(NamedTuple):
    """Who entered and who left a segment at one stroke."""

    segment_id: str
    at: datetime  # of the change set, or of the refresh that noticed
    cause: str  # what the change set was; clock, definition or deletion
    change: int | None  # the change set; None: the clock or a definition
    version: int  # of the definition
    entered: BitMap
    left: BitMap


class Stroke(NamedTuple):
    """Moves of the same customers by the same cause, as they are stored."""

    at: datetime
    cause: str
    change: int | None
    entered: bytes  # a bitmap, serialized
    left: bytes
    segments: dict[str, int]  # by id, each with the version of its definition


def record_moves(connection: Connection, moves: Iterable[Move]) -> None:
    """Adds to the history what `strokes_of` makes of moves."""
    record_strokes(connection, strokes_of(moves))


def record_strokes(connection: Connection, strokes: Sequence[Stroke]) -> None:
    """Adds to the history, in this order."""
    if not strokes:
        return
    first = (connection.scalar(select(func.max(stroke.c.id))) or 0) + 1
    columns = dict(zip(Stroke._fields, zip(*strokes, strict=True), strict=True))
    ids = range(first, first + len(strokes))
    put_columns(connection, STROKE, {**columns, "id": ids})
    sides = columns["entered"], columns["left"]
    _index(connection, zip(ids, columns["segments"], *sides, strict=True))


def in_order(one: Move | Stroke) -> int:
    """What moves and strokes are sorted by: those that belong to no change set come first."""
    return one.change or 0


def strokes_of(moves: Iterable[Move]) -> list[Stroke]:
    """
    Moves that go together, in the order of the change sets; what belongs to none comes first.

    What went through a segment stays in its order: a move joins no stroke before another of its
    segment.
    """
    found: list[Stroke] = []
    known, last = dict[tuple[object, ...], int](), dict[str, int]()
    ordered = sorted(moves, key=in_order)
    blobs = _blobs(ordered)
    for move in ordered:
        sides = blobs[id(move.entered)], blobs[id(move.left)]
        same = (move.at, move.cause, move.change, *sides)
        place = known.get(same, -1)
        if place <= last.get(move.segment_id, -1):
            known[same] = place = len(found)
            found.append(Stroke(*same, {}))
        found[place].segments[move.segment_id] = move.version
        last[move.segment_id] = place
    return found


def _blobs(moves: Sequence[Move]) -> dict[int, bytes]:
    """The bitmaps as they are stored; many moves of a group of writes share one."""
    made = {id(side): side for move in moves for side in (move.entered, move.left)}
    return {key: side.serialize() for key, side in made.items()}


def _index(
    connection: Connection, strokes: Iterable[tuple[int, dict[str, int], bytes, bytes]]
) -> None:
    lines: dict[Table, list[Line]] = {table: [] for table in INDEXES}
    for one in strokes:
        for table, some in _lines(*one).items():
            lines[table] += some
    for table, some in lines.items():
        put_rows(connection, INDEXES[table], table.columns.keys(), some)


def _lines(
    key: int, segments: dict[str, int], entered: bytes, left: bytes
) -> dict[Table, list[Line]]:
    """Where a stroke is found."""
    rows = [row for side in (entered, left) for row in islice(BitMap.deserialize(side), FEW + 1)]
    rows = rows if len(rows) <= FEW else [EVERYBODY]
    return {
        stroke_customer: [(row, key) for row in rows],
        stroke_segment: [(name, key, version) for name, version in segments.items()],
    }


def index_rows(connection: Connection) -> Iterator[Line]:
    """Each line that the indexes of strokes should have."""
    for one in connection.execute(select(*PLACED).order_by(stroke.c.id)):
        for lines in _lines(*one).values():
            yield from lines


def stored_index(connection: Connection) -> Iterator[Line]:
    """Each line that the indexes of strokes have."""
    for table in INDEXES:
        yield from map(tuple, connection.execute(select(table)))


def rewrite_index(connection: Connection) -> None:
    """Makes the indexes of strokes anew."""
    for table in INDEXES:
        connection.execute(delete(table))
    _index(connection, map(tuple, connection.execute(select(*PLACED)).all()))


def drop_moves(connection: Connection, segment_id: str) -> None:
    """Removes what moved one segment; a stroke through others goes on without it."""
    through = select(*PLACED).join(*THROUGH).where(stroke_segment.c.segment_id == segment_id)
    rest, alone = list[dict[str, object]](), list[Line]()
    for key, segments, *sides in connection.execute(through).all():
        others = {name: version for name, version in segments.items() if name != segment_id}
        if others:
            rest.append({"key": key, "others": others})
        else:
            alone += _lines(key, {}, *sides)[stroke_customer]
    _each(connection, WITHOUT, rest)
    _each(connection, UNFOUND, [{"customer": row, "key": key} for row, key in alone])
    _each(connection, GONE, [{"key": key} for _, key in alone])
    connection.execute(delete(stroke_segment).where(stroke_segment.c.segment_id == segment_id))


def _each(
    connection: Connection, statement: Update | Delete, rows: Sequence[dict[str, object]]
) -> None:
    if rows:
        connection.execute(statement, rows)


def moves_of(
    connection: Connection, segment_id: str | None = None, change: int | None = None
) -> list[Move]:
    """The history of one segment, or of all, oldest first; or what one change set moved."""
    within = () if change is None else (stroke.c.change == change,)
    if segment_id is None:
        return list(_moves(connection.execute(select(stroke).where(*within).order_by(stroke.c.id))))
    through = (
        select(*ALONE).join(*THROUGH).where(stroke_segment.c.segment_id == segment_id, *within)
    )
    return [
        Move(
            *(segment_id, one.at, one.cause, one.change, one.version),
            *(BitMap.deserialize(one.entered), BitMap.deserialize(one.left)),
        )
        for one in connection.execute(through.order_by(stroke.c.id))
    ]


def moves_since(connection: Connection, segment_ids: Iterable[str], since: datetime) -> list[Move]:
    """The history of some segments from an instant on, oldest first."""
    asked = select(stroke).where(stroke.c.at >= since).order_by(stroke.c.id)
    return list(_moves(connection.execute(asked), set(segment_ids)))


def latest_moves(connection: Connection, most: int) -> list[Move]:
    """The last moves in any segment, newest first."""
    asked = select(stroke).order_by(stroke.c.id.desc()).limit(most)
    newest = (reversed(list(_moves([row]))) for row in connection.execute(asked))
    return list(islice(chain.from_iterable(newest), most))


def moves_about(connection: Connection, row: int) -> list[Move]:
    """What moved one customer in any segment, oldest first; nobody else is in the bitmaps."""
    index, alone = stroke_customer.c, BitMap([row])
    about = select(index.stroke_id).where(index.customer_row.in_((row, EVERYBODY)))
    asked = select(stroke).where(stroke.c.id.in_(about)).order_by(stroke.c.id)
    return [
        move._replace(entered=move.entered & alone, left=move.left & alone)
        for move in _moves(connection.execute(asked))
        if row in move.entered or row in move.left
    ]


def _moves(strokes: Iterable[Row[Any]], wanted: Container[str] | None = None) -> Iterator[Move]:
    """The moves of strokes; of all segments, or of those that are wanted."""
    for one in strokes:
        entered, left = map(BitMap.deserialize, (one.entered, one.left))
        for segment_id, version in one.segments.items():
            if wanted is None or segment_id in wanted:
                yield Move(segment_id, one.at, one.cause, one.change, version, entered, left)

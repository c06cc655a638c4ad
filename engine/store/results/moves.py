"""
Who entered and left segments, and because of what.

A move is of one segment. Moves of the same customers by the same cause are stored as one stroke,
with all the segments that it went through: one customer's new city may be 70 moves. Strokes are
found by customer and, as soon as a block of them is full, by segment; the last few are looked
through.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import (
    Column,
    Connection,
    Delete,
    Row,
    Update,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from engine.store.results.tables import stroke, stroke_block, stroke_customer
from engine.store.results.upserts import put_columns, put_rows, upsert

STROKE = insert(stroke)
# What one segment went through is read without the others of each stroke.
ALONE = tuple(column for column in stroke.c if column is not stroke.c.segments)
SIDES = (stroke.c.id, stroke.c.entered, stroke.c.left)
PLACED = (stroke.c.id, stroke.c.segments, stroke.c.entered, stroke.c.left)
CUSTOMER, BLOCKS = insert(stroke_customer), upsert(stroke_block)
# Strokes of which the index has one line for each segment: one for each stroke and segment, 4,000
# of a group of writes, took a fifth of its time.
BLOCK = 512
ASKED = 500  # strokes that one query names
# A stroke that moved a few customers stands in the index under each of them, one that moved more
# under EVERYBODY: a segment's first members would be a million lines.
FEW, EVERYBODY = 32, -1
WITHOUT = update(stroke).where(stroke.c.id == bindparam("key")).values(segments=bindparam("others"))
GONE = delete(stroke).where(stroke.c.id == bindparam("key"))
UNFOUND = delete(stroke_customer).where(
    stroke_customer.c.customer_row == bindparam("customer"),
    stroke_customer.c.stroke_id == bindparam("key"),
)
Line = tuple[int | str | bytes, ...]  # of an index
DEFINITION = "definition"  # the cause of a move that was made by defining a segment
FIRST = (DEFINITION, 1)  # cause and version of the move that brings a segment's first members


class Move(NamedTuple):
    """Who entered and who left a segment at one stroke."""

    segment_id: str
    at: datetime  # of the change set, or of the refresh that noticed
    cause: str  # what the change set was; clock, definition or deletion
    change: int | None  # the change set; None: the clock or a definition
    version: int  # of the definition
    entered: BitMap
    left: BitMap

    @property
    def is_first(self) -> bool:
        """Whether it brings the first members of a segment, who are there as it is defined."""
        return (self.cause, self.version) == FIRST


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
    closed, first = _closed(connection), _last(connection) + 1
    columns = dict(zip(Stroke._fields, zip(*strokes, strict=True), strict=True))
    ids = range(first, first + len(strokes))
    put_columns(connection, STROKE, {**columns, "id": ids})
    _index(connection, zip(ids, columns["entered"], columns["left"], strict=True))
    _close(connection, range(closed, _closed(connection)))


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


def _index(connection: Connection, strokes: Iterable[tuple[int, bytes, bytes]]) -> None:
    lines = [line for one in strokes for line in _lines(*one)]
    put_rows(connection, CUSTOMER, stroke_customer.columns.keys(), lines)


def _lines(key: int, entered: bytes, left: bytes) -> list[Line]:
    """The customers under whom a stroke is found."""
    rows = [row for side in (entered, left) for row in islice(BitMap.deserialize(side), FEW + 1)]
    return [(row, key) for row in (rows if len(rows) <= FEW else [EVERYBODY])]


def _last(connection: Connection) -> int:
    return connection.scalar(select(func.max(stroke.c.id))) or 0


def _closed(connection: Connection) -> int:
    """How many blocks of strokes are full: a line of any other says nothing."""
    return (_last(connection) + 1) // BLOCK


def _close(connection: Connection, blocks: Iterable[int]) -> None:
    lines = [line for block in blocks for line in _block(connection, block)]
    put_rows(connection, BLOCKS, stroke_block.columns.keys(), lines)


def _block(connection: Connection, block: int) -> Iterator[Line]:
    """The segments under which the strokes of a block are found."""
    first = block * BLOCK
    asked = select(stroke.c.id, stroke.c.segments).where(
        stroke.c.id.between(first, first + BLOCK - 1)
    )
    found = defaultdict[tuple[str, int], list[int]](list)
    for key, segments in connection.execute(asked):
        for one in segments.items():
            found[one].append(key)
    for (name, version), keys in sorted(found.items()):
        yield name, block, version, BitMap(keys).serialize()


def _through(connection: Connection, segment_id: str) -> dict[int, int]:
    """The strokes that went through a segment, each with the version of its definition."""
    closed, index = _closed(connection), stroke_block.c
    mine = select(index.version, index.strokes).where(
        index.segment_id == segment_id, index.block < closed
    )
    late = select(stroke.c.id, stroke.c.segments).where(stroke.c.id >= closed * BLOCK)
    found = {
        key: version
        for version, keys in connection.execute(mine)
        for key in BitMap.deserialize(keys)
    }
    for key, segments in connection.execute(late):
        if segment_id in segments:
            found[key] = segments[segment_id]
    return found


def _strokes(
    connection: Connection, columns: Iterable[Column[Any]], keys: Iterable[int]
) -> Iterator[Row[Any]]:
    """Some columns of the strokes with these ids, oldest first."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), ASKED):
        some = stroke.c.id.in_(ordered[start : start + ASKED])
        yield from connection.execute(select(*columns).where(some).order_by(stroke.c.id))


def index_rows(connection: Connection) -> Iterator[Line]:
    """Each line that the indexes of strokes should have."""
    for key, entered, left in connection.execute(select(*SIDES)):
        yield from _lines(key, entered, left)
    for block in range(_closed(connection)):
        yield from _block(connection, block)


def stored_index(connection: Connection) -> Iterator[Line]:
    """Each line that the indexes of strokes have."""
    closed = stroke_block.c.block < _closed(connection)
    for asked in (select(stroke_customer), select(stroke_block).where(closed)):
        yield from map(tuple, connection.execute(asked))


def rewrite_index(connection: Connection) -> None:
    """Makes the indexes of strokes anew."""
    for table in (stroke_customer, stroke_block):
        connection.execute(delete(table))
    _index(connection, map(tuple, connection.execute(select(*SIDES)).all()))
    _close(connection, range(_closed(connection)))


def drop_moves(connection: Connection, segment_id: str) -> None:
    """Removes what moved one segment; a stroke through others goes on without it."""
    rest, alone = list[dict[str, object]](), list[Line]()
    for one in list(_strokes(connection, PLACED, _through(connection, segment_id))):
        others = {name: version for name, version in one.segments.items() if name != segment_id}
        if others:
            rest.append({"key": one.id, "others": others})
        else:
            alone += _lines(one.id, one.entered, one.left)
    _each(connection, WITHOUT, rest)
    _each(connection, UNFOUND, [{"customer": row, "key": key} for row, key in alone])
    _each(connection, GONE, [{"key": key} for _, key in alone])
    connection.execute(delete(stroke_block).where(stroke_block.c.segment_id == segment_id))


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
    versions = _through(connection, segment_id)
    return [
        Move(
            *(segment_id, one.at, one.cause, one.change, versions[one.id]),
            *(BitMap.deserialize(one.entered), BitMap.deserialize(one.left)),
        )
        for one in _strokes(connection, ALONE, versions)
        if change in (None, one.change)
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

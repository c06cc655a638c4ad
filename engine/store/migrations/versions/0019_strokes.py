"""Moves of the same customers by the same cause are one stroke, through many segments."""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op
from pyroaring import BitMap

revision = "0019"
down_revision = "0018"
INSTANT = sa.DateTime(timezone=True)

EVERYBODY, FEW, SUM = -1, 32, 4  # as in engine/store/results/moves.py and column_types.py
MOVES = 'SELECT id, at, cause, "change", entered, "left", segment_id, version FROM move ORDER BY id'
STROKE = "INSERT INTO stroke VALUES (?, ?, ?, ?, ?, ?, ?)"
CUSTOMER = "INSERT INTO stroke_customer VALUES (?, ?)"
SEGMENT = "INSERT INTO stroke_segment VALUES (?, ?, ?)"


def upgrade() -> None:
    op.create_table(
        "stroke",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=True),
        sa.Column("segments", sa.JSON(), nullable=False),
        sa.Column("entered", sa.LargeBinary(), nullable=False),
        sa.Column("left", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["change"], ["change_set.number"], name=op.f("fk_stroke_change")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stroke")),
    )
    op.create_table(
        "stroke_customer",
        sa.Column("customer_row", sa.BigInteger(), autoincrement=False, nullable=False),
        _stroke(),
        sa.PrimaryKeyConstraint("customer_row", "stroke_id", name=op.f("pk_stroke_customer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stroke_segment",
        sa.Column("segment_id", sa.String(), nullable=False),
        _stroke(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_stroke_segment_segment_id")
        ),
        sa.PrimaryKeyConstraint("segment_id", "stroke_id", name=op.f("pk_stroke_segment")),
        sqlite_with_rowid=False,
    )
    _gather(op.get_bind())
    op.drop_table("move_customer")
    op.drop_table("move")
    op.create_index(op.f("ix_stroke_change"), "stroke", ["change"])


def _stroke() -> sa.Column[int]:
    return sa.Column("stroke_id", sa.Integer(), autoincrement=False, nullable=False)


def _gather(connection: sa.Connection) -> None:
    """Takes the moves to strokes, which keep the number of their first move."""
    driver: Any = connection.connection.driver_connection
    write, read = driver.cursor(), driver.cursor()
    moves = iter(read.execute(MOVES).fetchone, None)
    for _, some in groupby(moves, key=lambda move: move[1:4]):  # of one cause at one instant
        for stroke, segments in _strokes(some):
            key, *rest = stroke
            write.execute(STROKE, (key, *rest[:3], json.dumps(segments), *rest[3:]))
            write.executemany(CUSTOMER, [(row, key) for row in _rows(*rest[3:])])
            write.executemany(SEGMENT, [(name, key, version) for name, version in segments.items()])


def _strokes(moves: Iterable[Any]) -> Iterator[tuple[list[Any], dict[str, int]]]:
    """
    Moves that go together, by what they have in common.

    One joins no stroke before another of its segment: what went through a segment stays in order.
    """
    found: list[tuple[list[Any], dict[str, int]]] = []
    known: dict[tuple[bytes, bytes], int] = {}
    last: dict[str, int] = {}
    for *common, segment_id, version in moves:
        sides = tuple(common[-2:])
        place = known.get(sides, -1)
        if place <= last.get(segment_id, -1):
            known[sides] = place = len(found)
            found.append((common, {}))
        found[place][1][segment_id] = version
        last[segment_id] = place
    yield from found


def _rows(entered: bytes, left: bytes) -> list[int]:
    rows = [row for side in (entered, left) for row in BitMap.deserialize(side[SUM:])]
    return rows if len(rows) <= FEW else [EVERYBODY]

"""A full block of strokes has one line in the index for each segment, instead of one a stroke."""

import json
from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from pyroaring import BitMap

from engine.store.results.column_types import SummedBytes

revision = "0021"
down_revision = "0020"
BLOCK = 512  # as in engine/store/results/moves.py
LAST = sa.text("SELECT coalesce(max(id), 0) FROM stroke")
STROKES = sa.text("SELECT id, segments FROM stroke WHERE id BETWEEN :first AND :last")
LINES = sa.table(
    "stroke_block",
    *map(sa.column, ("segment_id", "block", "version")),
    sa.column("strokes", SummedBytes),
)


def upgrade() -> None:
    op.create_table(
        "stroke_block",
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("strokes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_stroke_block_segment_id")
        ),
        sa.PrimaryKeyConstraint("segment_id", "block", "version", name=op.f("pk_stroke_block")),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    for block in range((connection.scalar(LAST) + 1) // BLOCK):
        if lines := list(_lines(connection, block)):
            connection.execute(sa.insert(LINES), lines)
    op.drop_table("stroke_segment")


def _lines(connection: sa.Connection, block: int) -> Iterator[dict[str, object]]:
    within = {"first": block * BLOCK, "last": block * BLOCK + BLOCK - 1}
    found = defaultdict[tuple[str, int], list[int]](list)
    for key, segments in connection.execute(STROKES, within):
        for one in json.loads(segments).items():
            found[one].append(key)
    for (name, version), keys in found.items():
        strokes = BitMap(keys).serialize()
        yield {"segment_id": name, "block": block, "version": version, "strokes": strokes}

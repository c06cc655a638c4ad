"""Memberships as bitmaps, with every entry and exit; change sets can be undone."""

import sqlalchemy as sa
from alembic import op
from pyroaring import BitMap

from engine.store.results.column_types import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("segment_version", sa.Column("reason", sa.String()))
    op.create_table(
        "membership",
        _segment(),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("due", Instant(timezone=True)),
        *_of_segment("membership"),
    )
    op.create_table(
        "membership_rows",
        _segment(),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        *_of_segment("membership_rows"),
    )
    op.create_table(
        "move",
        sa.Column("id", sa.Integer(), nullable=False),
        _segment(),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("change", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("entered", sa.LargeBinary(), nullable=False),
        sa.Column("left", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f("fk_move_segment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["change"], ["change_set.number"], name=op.f("fk_move_change")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
    )
    op.create_index(op.f("ix_move_segment_id"), "move", ["segment_id"])
    op.create_table(
        "undone",
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["change"], ["change_set.number"], name=op.f("fk_undone_change")),
        sa.ForeignKeyConstraint(["by"], ["change_set.number"], name=op.f("fk_undone_by")),
        sa.PrimaryKeyConstraint("change", name=op.f("pk_undone")),
    )
    _move_static_members(op.get_bind())
    op.drop_table("static_member")


def _segment() -> sa.Column[str]:
    return sa.Column("segment_id", sa.String(), nullable=False)


def _of_segment(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["segment_id"], ["segment.id"], name=op.f(f"fk_{table}_segment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("segment_id", name=op.f(f"pk_{table}")),
    )


def _move_static_members(connection: sa.Connection) -> None:
    static = sa.text("SELECT id, created_at FROM segment WHERE type = 'static'")
    members = sa.text('SELECT "row" FROM static_member WHERE segment_id = :id')
    line = sa.text(
        'INSERT INTO membership (segment_id, revision, "count", "at") VALUES (:id, 1, :count, :at)'
    )
    stored = sa.text('INSERT INTO membership_rows (segment_id, "rows") VALUES (:id, :rows)')
    for segment in connection.execute(static).all():
        rows = BitMap(connection.scalars(members, {"id": segment.id}))
        values = {"id": segment.id, "count": len(rows), "at": segment.created_at}
        connection.execute(line, values)
        connection.execute(stored, {"id": segment.id, "rows": rows.serialize()})

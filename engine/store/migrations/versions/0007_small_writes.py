"""Small change sets are kept in the database, and the strokes that moved a customer are indexed."""

import sqlalchemy as sa
from alembic import op
from pyroaring import BitMap

revision = "0007"
down_revision = "0006"

EVERYBODY, FEW = -1, 32  # as in engine/store/results/memberships.py


def upgrade() -> None:
    last = sa.text("UPDATE pointer SET upto = (SELECT coalesce(max(number), 0) FROM change_set)")
    with op.batch_alter_table("pointer") as pointer:
        for name in ("upto", "waiting", "appends"):
            pointer.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute(last)
    # Many appends may have come before: the next one is followed by a compaction.
    op.execute(sa.text("UPDATE pointer SET appends = version"))
    with op.batch_alter_table("pointer") as pointer:
        for name in ("upto", "waiting", "appends"):
            pointer.alter_column(name, server_default=None)
    op.create_table(
        "small_write",
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("versions", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change"], ["change_set.number"], name=op.f("fk_small_write_change")
        ),
        sa.PrimaryKeyConstraint("table", "change", name=op.f("pk_small_write")),
    )
    for name in ("change", "file_sha256"):
        op.create_index(op.f(f"ix_import_run_{name}"), "import_run", [name])
    op.create_table(
        "move_customer",
        sa.Column("customer_row", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("move_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["move_id"], ["move.id"], name=op.f("fk_move_customer_move_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_row", "move_id", name=op.f("pk_move_customer")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_move_customer_move_id"), "move_customer", ["move_id"])
    _index_moves(op.get_bind())


def _index_moves(connection: sa.Connection) -> None:
    moves = connection.execute(sa.text('SELECT id, entered, "left" FROM move ORDER BY id'))
    for some in moves.partitions(1_000):
        lines = [
            {"row": row, "move": move}
            for move, entered, left in some
            for row in _numbers(BitMap.deserialize(entered) | BitMap.deserialize(left))
        ]
        connection.execute(sa.text("INSERT INTO move_customer VALUES (:row, :move)"), lines)


def _numbers(rows: BitMap) -> list[int]:
    return list(rows) if len(rows) <= FEW else [EVERYBODY]

"""Members are kept in parts by size; what one change set moved is found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index(op.f("ix_move_change"), "move", ["change"])
    op.create_table(
        "membership_part",
        sa.Column("segment_id", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["segment_id"],
            ["segment.id"],
            name=op.f("fk_membership_part_segment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("segment_id", "level", name=op.f("pk_membership_part")),
    )
    for level, table in enumerate(("membership_rows", "membership_flips")):
        op.execute(
            'INSERT INTO membership_part (segment_id, level, "rows") '
            f'SELECT segment_id, {level}, "rows" FROM {table}'
        )
        op.drop_table(table)

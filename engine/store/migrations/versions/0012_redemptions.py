"""Keys under which requests were done, with their answers; and who has asked for which codes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change"], ["change_set.number"], name=op.f("fk_idempotency_key_change")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "validation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("failure_code", sa.String()),
        sa.Column("amount", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_validation")),
    )
    for name in ("token", "code"):
        op.create_index(op.f(f"ix_validation_{name}"), "validation", [name])

"""Events go out to webhooks; what each validation came to, and whose it was."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("validation", sa.Column("request", sa.String()))
    op.add_column("validation", sa.Column("customer_row", sa.BigInteger()))
    op.add_column("validation", sa.Column("failure_message", sa.String()))
    op.add_column("validation", sa.Column("discount_amount", sa.BigInteger()))
    op.execute("UPDATE validation SET request = 'valid_' || id")  # each code by itself
    op.create_index(op.f("ix_validation_customer_row"), "validation", ["customer_row"])
    op.create_table(
        "webhook_target",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("claim", sa.String()),
        sa.Column("claimed_until", INSTANT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_target")),
        sa.UniqueConstraint("name", name=op.f("uq_webhook_target_name")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("change", sa.Integer()),
        sa.Column("segment_id", sa.String()),
        sa.Column("segment_name", sa.String()),
        sa.Column("subjects", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_key"), "outbox", ["key"])
    op.create_table(
        "delivery",
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("died", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due", INSTANT),
        sa.Column("answer", sa.String()),
        sa.Column("answered_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["webhook_target.id"],
            name=op.f("fk_delivery_target_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_delivery_outbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("target_id", "outbox_id", name=op.f("pk_delivery")),
    )
    op.create_index(op.f("ix_delivery_outbox_id"), "delivery", ["outbox_id"])
    op.create_table(
        "dead_message",
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"],
            ["webhook_target.id"],
            name=op.f("fk_dead_message_target_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_dead_message_outbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("target_id", "outbox_id", "subject", name=op.f("pk_dead_message")),
    )
    op.create_index(op.f("ix_dead_message_outbox_id"), "dead_message", ["outbox_id"])

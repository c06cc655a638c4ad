"""What each validation came to, and whose it was."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("validation", sa.Column("request", sa.String()))
    op.add_column("validation", sa.Column("customer_row", sa.BigInteger()))
    op.add_column("validation", sa.Column("failure_message", sa.String()))
    op.add_column("validation", sa.Column("discount_amount", sa.BigInteger()))
    op.execute("UPDATE validation SET request = 'valid_' || id")  # each code by itself
    op.create_index(op.f("ix_validation_customer_row"), "validation", ["customer_row"])

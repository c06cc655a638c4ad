"""Receipts say how many customers an import of activity created."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column(
        "import_run",
        sa.Column("customers_created", sa.BigInteger(), nullable=False, server_default="0"),
    )

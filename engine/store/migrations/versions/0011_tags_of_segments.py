"""Words by which an analyst groups segments."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("segment", sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))

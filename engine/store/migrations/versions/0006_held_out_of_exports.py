"""The receipt of an export tells how many were held out as a control group."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("export_run", sa.Column("held_out", sa.BigInteger(), nullable=True))

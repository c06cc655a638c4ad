"""From which change set on each record table can tell its state: history may be folded away."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    for name in ("since", "folded"):
        op.add_column("pointer", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))

"""What an import found out about its file, and what it set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    for name in ("set_aside", "notes"):
        op.add_column("import_run", sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))

"""What one change set moved is found without a look at all entries and exits."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index(op.f("ix_move_change"), "move", ["change"])

"""Sessions outlive the server; long work that an older program was killed at cannot be told."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
INSTANT = sa.DateTime(timezone=True)

# From here on a result is written with its change; before, it was noted behind it.
UNKNOWN = (
    "the work was interrupted when the workbench ended: it is done as a whole or not at all, and "
    "nobody noted which. See whether its records are there before you ask for it again"
)


def upgrade() -> None:
    op.create_table(
        "page_session",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_page_session")),
    )
    action = sa.table("async_action", sa.column("status"), sa.column("result"))
    result = json.dumps({"error": {"message": UNKNOWN}})
    going = action.c.status.in_(("ENQUEUED", "IN_PROGRESS"))
    op.execute(action.update().where(going).values(status="FAILED", result=result))

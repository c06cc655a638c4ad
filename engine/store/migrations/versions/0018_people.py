"""Who may sign in to the pages."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("stamp", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )

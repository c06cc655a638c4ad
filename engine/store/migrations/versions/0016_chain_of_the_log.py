"""The lines of the log are chained by their hashes; a count and a sum of the rows of each table."""

import sqlalchemy as sa
from alembic import op

from engine.store.results.column_types import Instant
from engine.store.results.log_chain import BLANKABLE, Link, digest, hash_of

revision = "0016"
down_revision = "0015"
LINES = sa.table(
    "change_log",
    sa.column("number", sa.Integer),
    sa.column("at", Instant),
    sa.column("actor", sa.String),
    sa.column("door", sa.String),
    sa.column("cause", sa.String),
    sa.column("change", sa.Integer),
    sa.column("touched", sa.JSON),
    sa.column("before", sa.JSON(none_as_null=True)),
    sa.column("after", sa.JSON(none_as_null=True)),
    sa.column("undoes", sa.Integer),
    sa.column("digests", sa.JSON),
    sa.column("hash", sa.String),
)


def upgrade() -> None:
    op.create_table(
        "checksum",
        sa.Column("table", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("table", "part", name=op.f("pk_checksum")),
    )
    op.add_column(
        "change_log", sa.Column("digests", sa.JSON(), nullable=False, server_default="{}")
    )
    op.add_column("change_log", sa.Column("hash", sa.String(), nullable=False, server_default="-"))
    connection, last = op.get_bind(), Link()
    lines = connection.execute(sa.select(LINES).order_by(LINES.c.number)).all()
    for row in (dict(line._mapping) for line in lines):
        digests = {name: digest(row[name]) for name in BLANKABLE if row[name] is not None}
        # The log of an older program may leave out numbers.
        link = Link(row["number"], hash_of(row, digests, last.hash, row["number"] - last.number))
        connection.execute(
            sa.update(LINES)
            .where(LINES.c.number == link.number)
            .values(digests=digests, hash=link.hash)
        )
        last = link

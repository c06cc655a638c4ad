"""What Arrow or roaring bitmaps read stands behind its check sum."""

import sqlalchemy as sa
from alembic import op

from engine.store.results.column_types import SummedBytes

revision = "0009"
down_revision = "0008"
COLUMNS = (
    ("small_write", "versions"),
    ("membership_part", "rows"),
    ("move", "entered"),
    ("move", "left"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        before = sa.table(table, sa.column("rowid"), sa.column(column, sa.LargeBinary))
        after = sa.table(table, sa.column("rowid"), sa.column(column, SummedBytes))
        connection = op.get_bind()
        for rowid, content in connection.execute(sa.select(before)).all():
            connection.execute(
                sa.update(after).where(after.c.rowid == rowid).values({column: content})
            )

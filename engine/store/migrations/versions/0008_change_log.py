"""One log of everything that is changed; the change sets so far are its first lines."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "change_log",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("door", sa.String(), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("change", sa.Integer(), nullable=True),
        sa.Column("touched", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change"], ["change_set.number"], name=op.f("fk_change_log_change")
        ),
        sa.ForeignKeyConstraint(
            ["undoes"], ["change_log.number"], name=op.f("fk_change_log_undoes")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_change_log")),
        sa.UniqueConstraint("undoes", name=op.f("uq_change_log_undoes")),
    )
    op.create_index(op.f("ix_change_log_at"), "change_log", ["at"])
    op.create_index(op.f("ix_change_log_change"), "change_log", ["change"])
    # Each line gets the number of its change set, so that `undone` still names the right ones.
    op.execute(
        'INSERT INTO change_log (number, at, actor, cause, "change", touched, undoes) '
        "SELECT made.number, made.at, made.actor, made.cause, made.number, "
        "CASE WHEN run.id IS NULL THEN '{}' "
        "ELSE json_object('imports', json_array(run.id)) END, "
        'undone."change" FROM change_set AS made '
        'LEFT JOIN import_run AS run ON run."change" = made.number '
        'LEFT JOIN undone ON undone."by" = made.number ORDER BY made.number'
    )
    op.drop_table("undone")
    op.drop_column("change_set", "cause")
    op.drop_column("change_set", "actor")

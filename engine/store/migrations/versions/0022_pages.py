"""A page of the newest imports and exports, and who is in the log, take no look at all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
SEGMENT = sa.text("json_extract(parameters, '$.segment')")


def upgrade() -> None:
    op.create_index(op.f("ix_change_log_cause"), "change_log", ["cause", "door", "actor"])
    op.create_index(op.f("ix_import_run_at"), "import_run", ["at", "id"])
    op.create_index(op.f("ix_export_run_at"), "export_run", ["at", "id"])
    op.create_index("ix_export_run_segment", "export_run", [SEGMENT, "at", "id"])
    op.create_index(op.f("ix_export_request_created_at"), "export_request", ["created_at", "id"])

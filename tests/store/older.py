"""Parts of a database in the form that they had before a migration."""

# Before 0022.
BEFORE_PAGES = tuple(
    f"DROP INDEX IF EXISTS ix_{name}"
    for name in (
        *("change_log_cause", "import_run_at", "export_run_at", "export_run_segment"),
        "export_request_created_at",
    )
)

MOVE = """
CREATE TABLE move (
    id INTEGER CONSTRAINT pk_move PRIMARY KEY, segment_id VARCHAR NOT NULL, at DATETIME NOT NULL,
    cause VARCHAR NOT NULL, "change" INTEGER, version INTEGER NOT NULL, entered BLOB NOT NULL,
    "left" BLOB NOT NULL
)"""
MOVES = """
INSERT INTO move (segment_id, at, cause, "change", version, entered, "left")
SELECT key, at, cause, "change", value, entered, "left"
FROM stroke, json_each(stroke.segments) ORDER BY stroke.id
"""
# Before 0019, but for the index of moves by customer.
BEFORE_STROKES = (
    *BEFORE_PAGES,
    *(MOVE, MOVES, "DROP TABLE stroke_customer", "DROP TABLE stroke_block", "DROP TABLE stroke"),
)

LINES = """
CREATE TABLE stroke_segment (
    segment_id VARCHAR NOT NULL, stroke_id INTEGER NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (segment_id, stroke_id)
) WITHOUT ROWID"""
# Before 0021.
BEFORE_BLOCKS = (
    *BEFORE_PAGES,
    LINES,
    "INSERT INTO stroke_segment "
    "SELECT key, stroke.id, value FROM stroke, json_each(stroke.segments)",
    "DROP TABLE stroke_block",
    "UPDATE alembic_version SET version_num = '0020'",
)

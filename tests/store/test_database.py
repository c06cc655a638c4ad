"""`workbench.db`: its versions, who may open it, and one state for each reader."""

import sqlite3
from contextlib import closing

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from pyroaring import BitMap
from sqlalchemy import create_engine, func, select

from engine.base.kinds.registry import RECORD_TABLES
from engine.errors import StoreError
from engine.segments import library
from engine.segments.history import entries_of
from engine.store import changes
from engine.store.check import faults
from engine.store.database import VERSION
from engine.store.recount import index_differs
from engine.store.results.actions import find_action
from engine.store.results.change_log import LogLine, log_lines, undone_by
from engine.store.results.members import members_of
from engine.store.results.memberships import memberships
from engine.store.results.moves import BLOCK, Move, moves_of, record_moves
from engine.store.results.tables import metadata, stroke_block
from engine.store.store import Store
from engine.store.upgrade import MIGRATIONS
from tests.bases import NOW, Base
from tests.forks import Fork
from tests.store.older import BEFORE_BLOCKS, BEFORE_STROKES

FORM = (
    'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)',
    'SELECT "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list(?)',
    """
    SELECT "unique", origin, iif(origin = 'c', list.name, ''), seqno, part.name
    FROM pragma_index_list(?) AS list JOIN pragma_index_info(list.name) AS part
    """,
)


# Neither reads an index of an expression back; `form` compares it.
@pytest.mark.filterwarnings(
    "ignore:Skipped unsupported reflection of expression-based index ix_export_run_segment",
    "ignore:autogenerate skipping metadata-specified expression-based index",
)
def test_the_migrations_end_in_the_tables_of_the_program(tmp_path):
    older(tmp_path / "workbench.db", VERSION)
    database = create_engine(f"sqlite:///{tmp_path / 'workbench.db'}")
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences, version = compare_metadata(context, metadata), context.get_current_revision()
    database.dispose()

    assert differences == []
    assert version == VERSION


def test_a_new_database_is_what_the_migrations_come_to(base, tmp_path):
    older(tmp_path / "migrated.db", VERSION)
    made, migrated = map(form, (base.folder / "workbench.db", tmp_path / "migrated.db"))

    assert len(made) == len(metadata.tables) + 2  # Alembic's own, and SQLite's
    assert made == migrated


def form(file):
    """By table: how it is kept, and what FORM finds of it, whatever the order of columns."""
    with sqlite3.connect(file) as database:
        tables = database.execute("SELECT name, wr, strict FROM pragma_table_list").fetchall()
        found = {
            name: (kept, [set(database.execute(part, [name])) for part in FORM])
            for name, *kept in tables
            if name != "sqlite_temp_schema"
        }
    database.close()
    return found


def test_a_workspace_of_the_version_before_is_read_on_and_its_moves_are_found(base, monkeypatch):
    monkeypatch.setattr(changes, "MOST_ROWS", 0)  # it knew no small writes
    library.create(base.workbench, "Rome", {"address.city": {"conditions": {"$is": ["Rome"]}}})
    base.csv("Source_id,City\na,Rome\nb,Oslo\n")
    base.csv("Source_id,City\na,Oslo\n")
    base.close()
    set_back(base.folder / "workbench.db")
    again = Base(base.folder)
    again.csv("Source_id,City\na,Bonn\n")
    told = [(one.direction, one.change) for one in entries_of(again.workbench, "a")]
    rows, found = again.rows("source_id", "address_city"), faults(again.workbench.store)
    again.close()

    assert told == [("entered", 1), ("left", 2)]
    assert rows == [("a", "Bonn"), ("b", "Oslo")]
    assert found == []


def test_moves_of_the_version_before_are_found_in_their_blocks(base):
    names = [library.create(base.workbench, name, {"name": {"conditions": {"$is": [name]}}}).id
             for name in ("Ann", "Bob")]  # fmt: skip
    moved = [
        Move(names[row % 2], NOW, "clock", None, row // 900, BitMap([row]), BitMap())
        for row in range(2 * BLOCK + 9)
    ]
    base.close()
    file = base.folder / "workbench.db"
    database = create_engine(f"sqlite:///{file}")
    with database.begin() as connection:
        record_moves(connection, moved)
    database.dispose()
    with closing(sqlite3.connect(file)) as database, database:
        for statement in BEFORE_BLOCKS:
            database.execute(statement)
    again = Base(base.folder)
    with again.workbench.store.read() as connection:
        found = [moves_of(connection, name) for name in names]
        lines = connection.scalar(select(func.count()).select_from(stroke_block))
        differs = index_differs(connection)
    again.close()

    assert found == [[move for move in moved if move.segment_id == name] for name in names]
    assert (lines, differs) == (6, False)  # of two blocks, the second with two versions each


NEW_TABLES = (
    *("api_key", "async_action", "export_request", "tombstone", "erasure", "suppression"),
    *("person", "page_session", "checksum", "dead_message", "delivery", "outbox", "webhook_target"),
)


def set_back(file):
    """Gives a database the form that it had before the last migrations."""
    with sqlite3.connect(file) as database:
        for statement in (
            "ALTER TABLE change_set ADD COLUMN cause VARCHAR NOT NULL DEFAULT 'import'",
            "ALTER TABLE change_set ADD COLUMN actor VARCHAR NOT NULL DEFAULT 'me'",
            'CREATE TABLE undone ("change" INTEGER PRIMARY KEY, "by" INTEGER NOT NULL)',
            "DROP TABLE idempotency_key",
            "DROP TABLE validation",
            "DROP TABLE change_log",
            *(f"DROP TABLE {name}" for name in NEW_TABLES),
            "DROP TABLE small_write",
            *BEFORE_STROKES,
            "DROP INDEX ix_import_run_change",
            "DROP INDEX ix_import_run_file_sha256",
            "ALTER TABLE pointer DROP COLUMN upto",
            "ALTER TABLE pointer DROP COLUMN waiting",
            "ALTER TABLE pointer DROP COLUMN appends",
            "ALTER TABLE pointer DROP COLUMN since",
            "ALTER TABLE pointer DROP COLUMN folded",
            "ALTER TABLE import_run DROP COLUMN set_aside",
            "ALTER TABLE import_run DROP COLUMN notes",
            "ALTER TABLE import_run DROP COLUMN suppressed",
            "ALTER TABLE segment DROP COLUMN tags",
            "UPDATE membership_part SET rows = substr(rows, 5)",  # without their sums
            'UPDATE move SET entered = substr(entered, 5), "left" = substr("left", 5)',
            "UPDATE alembic_version SET version_num = '0006'",
        ):
            database.execute(statement)
    database.close()


def test_a_database_of_a_newer_program_is_refused(workspace):
    Base(workspace).close()
    with sqlite3.connect(workspace / "workbench.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    with pytest.raises(StoreError, match="newer workbench"):
        Store.open(workspace, RECORD_TABLES)


def test_a_file_that_is_no_database_is_refused(workspace):
    workspace.mkdir()
    (workspace / "workbench.db").write_text("this is a letter, not a database\n" * 99)

    with pytest.raises(StoreError, match="expected a workbench database"):
        Store.open(workspace, RECORD_TABLES)


def test_four_processes_may_create_one_workspace_at_once(workspace):
    code = """
import sys, warnings
from pathlib import Path
from engine.base.kinds.registry import RECORD_TABLES
from engine.store.store import Store
warnings.simplefilter("error")
print("ready", flush=True)
sys.stdin.readline()
print(sorted(Store.open(Path(sys.argv[1]), RECORD_TABLES).snapshot().pointers))
"""
    openers = [Fork(code, workspace) for _ in range(4)]
    for opener in openers:
        opener.stdout.readline()
    for opener in openers:
        opener.tell("go\n")
    answers = [opener.communicate()[0] for opener in openers]

    assert [opener.returncode for opener in openers] == [0] * 4
    assert answers == [f"{sorted(RECORD_TABLES)}\n"] * 4


def test_a_reader_sees_one_state_through_all_its_questions(base):
    store = base.workbench.store
    with store.read() as connection:
        connection.exec_driver_sql("SELECT 1 FROM change_set").all()
        base.csv("Source_id\na\n")
        inside = connection.exec_driver_sql("SELECT count(*) FROM change_set").scalar()

    assert inside == 0
    assert store.last_change() == 1


def test_the_static_members_of_an_older_workspace_become_bitmaps(workspace):
    workspace.mkdir()
    older(workspace / "workbench.db", "0002", """
        INSERT INTO segment VALUES ('s', 'Fixed', 'static', 1, '2026-11-02 09:30:00.000000', NULL);
        INSERT INTO segment_version VALUES ('s', 1, NULL, '2026-11-02 09:30:00.000000', 'me');
        INSERT INTO static_member VALUES ('s', 7), ('s', 3);
    """)  # fmt: skip
    store = Store.open(workspace, RECORD_TABLES)
    with store.read() as connection:
        members, lines = members_of(connection, ["s"]), memberships(connection)
    store.close()

    assert members["s"].rows == BitMap([3, 7])
    assert (lines["s"].count, lines["s"].at) == (2, NOW)


def test_the_change_sets_of_an_older_workspace_are_the_first_lines_of_the_log(workspace):
    workspace.mkdir()
    at = "'2026-11-02 09:30:00.000000'"
    older(workspace / "workbench.db", "0006", f"""
        INSERT INTO change_set VALUES (3, 'import', 'ann', {at}), (4, 'undo', 'bob', {at});
        INSERT INTO undone VALUES (3, 4);
        INSERT INTO import_run VALUES (
            'imp_1', 'customers', 3, {at}, 'ann', 'f.csv', '', 0, '{{}}', '[]',
            1, 0, 0, 0, 0, 0, '{{}}', 0
        );
    """)  # fmt: skip
    store = Store.open(workspace, RECORD_TABLES)
    with store.read() as connection:
        undo, imported = log_lines(connection)
        undone = undone_by(connection)
    last = store.last_change()
    store.close()

    assert imported == LogLine(
        3, NOW, "ann", None, "import", 3, {"imports": ["imp_1"]}, None, None, None, 4
    )
    assert (undo.number, undo.change, undo.actor, undo.undoes) == (4, 4, "bob", 3)
    assert (undone, last) == ({3: 4}, 4)


def test_of_long_work_that_an_older_program_was_killed_at_nobody_says_that_nothing_came(workspace):
    workspace.mkdir()
    at = "'2026-11-02 09:30:00.000000'"
    older(workspace / "workbench.db", "0019", f"""
        INSERT INTO async_action VALUES
            ('aa_1', 'X', 'IN_PROGRESS', 0, {at}, {at}, 'r', 'me', NULL),
            ('aa_2', 'X', 'DONE', 100, {at}, {at}, 'r', 'me', '{{"done_count": 1}}');
    """)  # fmt: skip
    store = Store.open(workspace, RECORD_TABLES)
    with store.read() as connection:
        killed, done = (find_action(connection, name) for name in ("aa_1", "aa_2"))
    store.close()

    assert killed.status == "FAILED"
    assert "nobody noted which" in killed.result["error"]["message"]
    assert (done.status, done.result) == ("DONE", {"done_count": 1})


def older(file, revision, script=""):
    """A database of an older program, with something in it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    database = create_engine(f"sqlite:///{file}")
    with database.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    database.dispose()
    with sqlite3.connect(file) as connection:
        connection.executescript(script)
    connection.close()

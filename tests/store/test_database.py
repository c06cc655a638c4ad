"""`workbench.db`: its versions, who may open it, and one state for each reader."""

import sqlite3
import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from pyroaring import BitMap
from sqlalchemy import create_engine

from engine.errors import StoreError
from engine.kinds.registry import RECORD_TABLES
from engine.store.changes import Store
from engine.store.database import VERSION
from engine.store.members import members_of
from engine.store.memberships import memberships
from engine.store.tables import metadata
from engine.store.upgrade import MIGRATIONS
from tests.bases import NOW, Base


def test_the_migrations_end_in_the_tables_of_the_program(base):
    with base.workbench.store.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        differences, version = compare_metadata(context, metadata), context.get_current_revision()

    assert differences == []
    assert version == VERSION


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
import sys
from pathlib import Path
from engine.kinds.registry import RECORD_TABLES
from engine.store.changes import Store
print("ready", flush=True)
sys.stdin.readline()
print(Store.open(Path(sys.argv[1]), RECORD_TABLES).snapshot().versions)
"""
    command, pipe = [sys.executable, "-W", "error", "-c", code, str(workspace)], subprocess.PIPE
    openers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(4)]
    for opener in openers:
        opener.stdout.readline()
    for opener in openers:
        opener.stdin.write("go\n")
        opener.stdin.flush()
    answers = [opener.communicate(timeout=60)[0] for opener in openers]

    assert [opener.returncode for opener in openers] == [0] * 4
    assert answers == [f"{dict.fromkeys(RECORD_TABLES, 0)}\n"] * 4


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


def older(file, revision, script):
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

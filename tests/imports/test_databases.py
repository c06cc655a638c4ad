"""A query of a database: read-only, one type a column, and no word of the password."""

import os
import sqlite3
from contextlib import closing

import pytest
from adbc_driver_postgresql import dbapi

from engine.errors import ImportFileError, UsageError
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES
from engine.imports.commit import import_file
from engine.imports.files.database import address, query_result, select
from engine.store.folder import SCRATCH

PEOPLE = "select id source_id, name, points num, spent, vip, born, seen, tags, big from people"


@pytest.fixture
def shop(tmp_path):
    """The address of a SQLite database."""
    path = tmp_path / "shop.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table people (source_id, name, n, r, mixed, born, late)")
        rows = [("00123", "Ann", 5, 1.5, 5, "1990-01-02", None), ("b", None, 6, 2, "x", None, None)]
        rows += [(f"c{at}", None, 1, 1, 2.5, None, None) for at in range(3_000)]
        rows += [("last", None, 1, 0.25, None, None, "text at last")]
        connection.executemany("insert into people values (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.commit()
    return f"sqlite:///{path}"


def bring(base, url, query):
    """Imports what the query gives."""
    with query_result(address(url, base.folder), query, base.folder / SCRATCH) as found:
        return import_file(
            base.workbench, TABLES["customers"], found.path, parse_mapping({}), file_name=found.name
        )


def test_a_query_of_postgresql_comes_in_with_its_types(base, postgresql):
    run = bring(base, postgresql, PEOPLE)
    ann = base.customer("00123")

    assert (run.created, run.rejected) == (2, 0)
    assert ann["name"] == "Ann"
    assert ann["metadata"] == {
        "num": 5,
        "spent": 12.5,
        "vip": True,
        "tags": ["a", "b"],
        "seen": "2020-01-02T03:04:05Z",
        "big": "12345678901234567890",
    }
    assert ann["birthdate"] == "1990-01-02"


def test_types_of_postgresql_alone_are_text(base, postgresql):
    bring(base, postgresql, "select id as source_id, card, mark, span from people")

    assert base.customer("00123")["metadata"] == {
        "card": '{"a": 1}',
        "mark": "11111111-2222-3333-4444-555555555555",
        "span": "P0M1DT0S",
    }


@pytest.mark.parametrize(
    "query",
    [
        "insert into people (id) values ('z')",
        "delete from people",
        "with gone as (delete from people returning *) select * from gone",
        "commit; delete from people",
        "select 1; delete from people",
        "set transaction read write",
        "create temp table z (a int)",
        "copy people to '/tmp/people'",
        "drop table people",
    ],
)
def test_a_query_of_postgresql_that_writes_is_refused_and_changes_nothing(base, postgresql, query):
    with pytest.raises(ImportFileError):
        bring(base, postgresql, query)
    with dbapi.connect(postgresql) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from people")
        assert cursor.fetchone() == (2,)
    assert base.rows("source_id") == []


@pytest.mark.parametrize(
    "query",
    [
        "insert into people (source_id) values ('z')",
        "insert into people (source_id) values ('z') returning source_id",
        "delete from people",
        "select 1; delete from people",
        "pragma query_only = 0",
        "create temp table z (a)",
        "attach 'other.db' as other",
        "",
    ],
)
def test_a_query_of_sqlite_that_writes_is_refused_and_changes_nothing(
    base, shop, query, tmp_path, monkeypatch
):
    (folder := tmp_path / "working").mkdir()
    monkeypatch.chdir(folder)
    path = shop.removeprefix("sqlite:///")
    with open(path, "rb") as file:  # noqa: PTH123
        before = file.read()
    with pytest.raises(ImportFileError):
        bring(base, shop, query)
    with open(path, "rb") as file:  # noqa: PTH123
        assert file.read() == before
    assert list(folder.iterdir()) == []


def test_a_column_of_sqlite_has_the_type_that_takes_all_its_values(base, shop):
    run = bring(base, shop, select("select * from people;", None))
    ann = base.customer("00123")

    assert (run.created, run.rejected) == (3_003, 0)
    assert ann["metadata"] == {"n": 5, "r": 1.5, "mixed": "5"}
    assert ann["birthdate"] == "1990-01-02"
    assert base.customer("last")["metadata"] == {"n": 1, "r": 0.25, "late": "text at last"}


def test_an_empty_answer_has_no_rows(base, shop):
    with pytest.raises(ImportFileError, match="0 rows"):
        bring(base, shop, "select * from people where 0")


def test_a_table_is_a_query_of_all_of_it(base, postgresql):
    assert select(None, "public.Odd Name") == 'SELECT * FROM "public"."Odd Name"'
    assert select(None, 'a"b') == 'SELECT * FROM "a""b"'
    with pytest.raises(ImportFileError, match="0 rows"):
        bring(base, postgresql, select(None, "public.Odd Name"))


@pytest.mark.parametrize(
    ("query", "table"),
    [(None, None), ("select 1", "people"), ("  ;", None), (None, "a..b"), (None, "")],
)
def test_either_a_query_or_a_table_is_asked_for(query, table):
    with pytest.raises(UsageError):
        select(query, table)


def test_the_receipt_names_host_database_and_query_and_no_password(base, postgresql):
    folder = postgresql.rpartition("host=")[2]
    url = f"postgresql://reader:open%20sesame@/postgres?host={folder}"
    run = bring(base, url, "select id as source_id\nfrom people -- password=hush")

    assert run.file_name.endswith("/postgres: select id as source_id from people -- password=***")
    assert "sesame" not in repr(run)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://reader:hush@127.0.0.1:1/postgres",
        "postgresql://127.0.0.1:1/postgres?user=reader&password=hush",
        "postgresql://reader:hush@no.such.host.invalid/postgres",
        "postgresql://reader:hush@127.0.0.1:1/postgres?connect_timeout=hush",
        "postgresql://reader:hush@127.0.0.1:1/postgres?hush=1",
    ],
)
def test_no_error_tells_the_password(base, url):
    with pytest.raises(ImportFileError, match=r"the database .* says") as caught:
        bring(base, url, "select 1")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        *("postgresql://u:hu@sh@host/db", "postgresql://u:hu/sh@host/db", "postgresql://u:hu?s@h"),
        *("postgresql://u:hu#sh@host/db", "postgresql://u:hu sh@host/db", "mysql://u:hush@host/db"),
        *("people.db", "", "postgresql://u:p@host:hush/db", "sqlite:///gone.db"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_a_word_of_it(tmp_path, url):
    with pytest.raises(UsageError) as caught:
        address(url, tmp_path)
    assert "hu" not in str(caught.value)


def test_a_connection_has_a_timeout_unless_one_is_given(tmp_path, monkeypatch):
    monkeypatch.delenv("PGCONNECT_TIMEOUT", raising=False)
    assert "connect_timeout=15" in address("postgresql:///db", tmp_path).url
    assert address("postgresql:///db", tmp_path).url.startswith("postgresql:///db?")
    assert "connect_timeout=3" in address("postgres://h/db?connect_timeout=3", tmp_path).url
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "4")
    assert "connect_timeout" not in address("postgresql://h/db", tmp_path).url


def test_files_of_the_workspace_are_no_database_to_import(base, tmp_path):
    own = next(base.folder.glob("*.db"))
    link = tmp_path / "link.db"
    os.link(own, link)
    for path in (own, link):
        with pytest.raises(UsageError, match="of the workspace itself"):
            address(f"sqlite:///{path}", base.folder)


def test_a_file_that_is_no_sqlite_database_is_refused(tmp_path):
    path = tmp_path / "shop.db"
    path.write_text("Source_id\na\n")
    with pytest.raises(UsageError, match="expected a SQLite database"):
        address(f"sqlite:///{path}", tmp_path / "workspace")

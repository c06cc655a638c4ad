"""Opens `workbench.db` at this program's version, set for one writer and many readers."""

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError

from engine.errors import StoreError

Transaction = Connection  # as the floors above the store hold one
VERSION = "0008"  # of the last migration
PRAGMAS = (
    "PRAGMA busy_timeout=30000",  # first: the switch to WAL itself may have to wait
    "PRAGMA journal_mode=WAL",  # readers never wait for the writer
    "PRAGMA synchronous=FULL",  # the pointer must not outlive or precede the records on power loss
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is erased is overwritten
)


def open_database(file: Path, lock: FileLock) -> Engine:
    """
    The engine over `file`, created or brought to this program's version under the writer's lock.

    Raises:
        StoreError: the file is no database, or a newer program wrote it.
    """
    database = create_engine(URL.create("sqlite", database=str(file)))
    event.listen(database, "connect", _prepare)
    event.listen(database, "begin", _begin)
    try:
        _upgrade(database, file, lock)
    except DatabaseError as error:
        database.dispose()
        raise StoreError(f"expected a workbench database at {file}, got: {error.orig}") from None
    except StoreError:
        database.dispose()
        raise
    return database


def writing(database: Engine) -> AbstractContextManager[Connection]:
    """A transaction that waits for its turn to write, and commits at the end."""
    return database.execution_options(writes=True).begin()


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver begins only at the first write, and two reads would not see one state.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail instead of waiting for its turn.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _upgrade(database: Engine, file: Path, lock: FileLock) -> None:
    with database.connect() as connection:
        if _version(connection) == VERSION:
            return
    # Alembic takes half a second to load, which whoever opens a workspace again need not wait for.
    from engine.store.upgrade import upgrade

    with lock, writing(database) as connection:  # a second process finds it done
        upgrade(connection, _version(connection), file)


def _version(connection: Connection) -> str | None:
    """The last migration that a database went through; None: it is new."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found

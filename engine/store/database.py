"""Opens `workbench.db` at this program's version, set for one writer and many readers."""

import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from filelock import FileLock
from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    text,
)
from sqlalchemy.exc import DBAPIError

from engine.errors import ConflictError, DiskError, StoreError
from engine.store.database_copies import kept_before
from engine.store.folder import lost, remains
from engine.store.results.checksums import count_anew, counts_of, watched
from engine.store.results.tables import metadata
from engine.store.shared_dialect import DRIVER, OPTIONS
from engine.system.disk import refusals_told, refused
from engine.text.display import quoted

Transaction = Connection  # as the floors above the store hold one
THREADS = 40  # of a server that answers: to open a connection costs as much as to use it
VERSION = "0022"  # of the last migration
SECONDS = 30  # that a writer waits for others
WAIT = f"PRAGMA busy_timeout={SECONDS * 1000}"  # first: the switch to WAL itself may have to wait
PRAGMAS = (
    WAIT,
    "PRAGMA journal_mode=WAL",  # readers never wait for the writer
    "PRAGMA synchronous=FULL",  # the pointer must not outlive or precede the records on power loss
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what is erased is overwritten
)
# Alembic's own: the last migration that the database went through.
alembic_version = Table(
    "alembic_version", MetaData(), Column("version_num", String(32), primary_key=True)
)
TURNS: WeakKeyDictionary[Engine, Lock] = WeakKeyDictionary()  # of the threads that write
ROLLBACK, WAL = b"\x01", b"\x02"  # byte 18 of a file: WAL in ours
COLUMNS = """
    SELECT sqlite_master.name, held.name FROM sqlite_master
    JOIN pragma_table_info(sqlite_master.name) AS held WHERE sqlite_master.type = 'table'
"""


def open_database(
    file: Path, lock: FileLock, *, anew: bool = False, on_upgrade: Callable[[], None] = lambda: None
) -> Engine:
    """
    The engine over `file`, created or brought to this program's version under the writer's lock.

    Where nothing can be written, it reads.

    Args:
        anew: an empty one may be filled though records lie beside it.
        on_upgrade: what else is to be done, still under the lock, where it was of an older version.

    Raises:
        StoreError: the file is no database of a workspace, or a newer program wrote it.
    """
    # The driver's pool for files would guess a memory from the creator alone.
    database = create_engine(
        URL.create(DRIVER, database=str(file)),
        creator=partial(connected, file),
        pool_size=THREADS,
        execution_options=OPTIONS,
    )
    event.listen(database, "begin", _begin)
    event.listen(database, "checkin", _let_go)
    try:
        with database_errors(file):
            _expect_own(file)
            _switch(database, file, lock)
            _upgrade(database, file, lock, on_upgrade, anew=anew)
    except BaseException:
        database.dispose()
        raise
    return database


@contextmanager
def database_errors(file: Path) -> Iterator[None]:
    """
    Tells what goes wrong with the database as an error to show.

    Raises:
        DiskError: the disk refuses.
        StoreError: the file is damaged.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:  # what begins a transaction asks the driver itself
        disk = refused(error, file.parent, "Nothing was changed")
        raise disk or _damaged(file, getattr(error, "orig", error)) from error
    except OSError as error:
        disk = refused(error, file.parent, "Nothing was changed")
        reason = f"expected a folder for the workspace at {file.parent}, got: {error.strerror}"
        raise disk or StoreError(reason) from error
    except ValueError as error:  # a stored text that is no JSON, no instant, no bitmap
        raise _damaged(file, error) from error


@contextmanager
def reading(database: Engine) -> Iterator[Connection]:
    """A connection that sees one state."""
    with database_errors(file_of(database)), database.connect() as connection:
        yield connection


@contextmanager
def writing(database: Engine, *, waits: bool = True) -> Iterator[Connection]:
    """
    A transaction that waits for its turn to write, and commits at the end.

    Raises:
        StoreError: it does not wait, and somebody else writes.
    """
    with (
        database_errors(file_of(database)),
        _turn(database, waits=waits),
        database.execution_options(writes=True, counts=True, waits=waits).begin() as connection,
    ):
        counts = counts_of(connection)
        counts.clear()
        yield connection
        if connection.in_transaction():  # else it was a rehearsal
            counts.save(connection)


@contextmanager
def _turn(database: Engine, *, waits: bool) -> Iterator[None]:
    """
    Lets the threads of this process write one after the other.

    SQLite's own waiting looks every 0.1 s whether nobody writes: beside 50 clients whose writes
    follow each other somebody else found it so after 7 s. It goes on where this has taken long.
    """
    turn = TURNS.setdefault(database, Lock())
    taken = turn.acquire(timeout=SECONDS) if waits else turn.acquire(blocking=False)
    try:
        if not (taken or waits):
            raise sqlite3.OperationalError("somebody else writes")
        yield
    finally:
        if taken:
            turn.release()


def shrink(database: Engine) -> None:
    """
    Gives free pages of the database back, and leaves nothing in its log.

    Raises:
        ConflictError: a reader who does not end keeps pages of before.
    """
    with database_errors(file_of(database)):
        connection = database.raw_connection()  # SQLAlchemy would begin a transaction
        try:
            cursor = connection.cursor()
            cursor.execute("VACUUM")
            busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            busy = True
        finally:
            connection.close()
    if busy:
        raise ConflictError(
            "what was erased is gone from the workspace, but another program still reads its state "
            "of before: close it; whoever opens the workspace next takes the old pages away"
        )


@contextmanager
def closing_database(database: Engine) -> Iterator[None]:
    """Frees its files at the end."""
    try:
        yield
    finally:
        database.dispose()


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, for what SQLAlchemy does not have."""
    found: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return found


def file_of(database: Engine) -> Path:
    """The file that an engine opens."""
    return Path(database.url.database or "")


def _damaged(file: Path, what: object) -> StoreError:
    return StoreError(
        f"expected a workbench database at {file}, got: {what}. Nothing was changed: restore it "
        "from a backup, or see what `workbench check` finds; `workbench check --adopt` makes a new "
        "one from the records beside it and keeps the old file"
    )


def _expect_own(file: Path) -> None:
    """Refuses another program's database before it is opened to write, which turns it to WAL."""
    if _mode(file) != ROLLBACK:
        return
    with closing(_prepared(_address(file, "mode=ro"), (WAIT,))) as held:
        tables = [name for (name,) in held.execute("SELECT name FROM sqlite_master")]
    if tables and "alembic_version" not in tables:
        raise _of_another(file, tables)


def _switch(database: Engine, file: Path, lock: FileLock) -> None:
    """Turns a new file to WAL: of two that do so at once SQLite fails one, and lets none wait."""
    if _mode(file) != WAL:
        with suppress(OSError), lock:  # where nothing can be written, it is read as it is
            database.connect().close()


def _mode(file: Path) -> bytes:
    """The byte that says how a file is written; none where there is no file."""
    if not file.exists():
        return b""
    with file.open("rb") as content:
        return content.read(19)[18:]


class Driver(sqlite3.Connection):
    """A connection that knows whether it can only read: to ask it takes as long as a look-up."""

    reads_only = False


def connected(file: Path) -> Driver:
    """To read and write; to read alone where the disk is full, read-only or forbidden."""
    try:
        return _prepared(_address(file, "mode=rwc"), PRAGMAS)
    except sqlite3.OperationalError:
        waiting = file.with_name(f"{file.name}-wal")
        # Beside a writer whose files can be read; else as it lies there, if that is all of it.
        whole = not waiting.exists() or not waiting.stat().st_size
        ways = ["mode=ro", "mode=ro&immutable=1"] if whole else ["mode=ro"]
        for way in ways if file.exists() and file.stat().st_size else ():
            try:
                found = _prepared(_address(file, way), (WAIT, "PRAGMA query_only=1"))
            except sqlite3.OperationalError:
                continue
            found.reads_only = True
            return found
        raise


def _address(file: Path, way: str) -> str:
    return f"{file.absolute().as_uri()}?{way}"


def _prepared(address: str, pragmas: tuple[str, ...]) -> Driver:
    # The driver begins only at the first write, and two reads would not see one state.
    connection = sqlite3.connect(
        address,
        uri=True,
        check_same_thread=False,
        isolation_level=None,
        timeout=SECONDS,
        factory=Driver,
    )
    try:
        for pragma in pragmas:
            connection.execute(pragma)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail instead of waiting for its turn.
    options = connection.get_execution_options()
    writes = options.get("writes", False)
    if options.get("counts", False):
        watched(connection)
    if options.get("waits", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
        return
    connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(WAIT)


def _let_go(connection: Driver | None, record: Any) -> None:
    """One that can only read is not used again: the disk may have room by then."""
    if connection is not None and connection.reads_only:
        record.invalidate()


def _upgrade(
    database: Engine, file: Path, lock: FileLock, on_upgrade: Callable[[], None], *, anew: bool
) -> None:
    with database.connect() as connection:
        if version_of(connection, file) == VERSION:
            return
        reads_only = connection.exec_driver_sql("PRAGMA query_only").scalar()
    if reads_only:
        raise DiskError(
            f"{file} is of an older program and cannot be brought up to date where nothing can be "
            "written: open the workspace once where its disk is writable and has room"
        )
    with lock, database.execution_options(writes=True).begin() as connection:
        current = version_of(connection, file)  # a second process finds it done
        if current is None:
            if not anew and remains(file.parent):
                raise lost(file.parent, "a database without any table")
            _create(connection)
        elif current != VERSION:
            # Alembic takes half a second to load, which nobody else need wait for.
            from engine.store.upgrade import expect_known, upgrade

            expect_known(file, current)
            with refusals_told(file.parent):
                kept = kept_before(file, current)
            upgrade(connection, current, file)
            count_anew(connection)
            on_upgrade()
            logging.getLogger(__name__).warning(
                "%s is brought up from version %s to %s; as it was, it is kept in %s",
                *(file, current, VERSION, kept),
            )


def _create(connection: Connection) -> None:
    """All tables as they are by now; the migrations, one after the other, come to the same."""
    for tables in (metadata, alembic_version.metadata):
        tables.create_all(connection, checkfirst=False)
    connection.execute(alembic_version.insert().values(version_num=VERSION))
    count_anew(connection)


def version_of(connection: Connection, file: Path) -> str | None:
    """
    The last migration that a database went through; None: it has no table.

    Raises:
        StoreError: it belongs to another program, or lacks what that version has.
    """
    held: dict[str, set[str]] = {}
    for table, column in connection.exec_driver_sql(COLUMNS).all():
        held.setdefault(table, set()).add(column)
    if not held:
        return None
    found: str | None = None
    if "alembic_version" in held:
        found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if found is None:
        raise _of_another(file, held)
    if found == VERSION:
        lacking = [table.name for table in metadata.sorted_tables
                   if not set(table.columns.keys()) <= held.get(table.name, set())]  # fmt: skip
        if lacking:
            raise lost(file.parent, f"one that lacks tables or columns ({_some(lacking)})")
    return found


def _of_another(file: Path, tables: Iterable[str]) -> StoreError:
    return lost(file.parent, f"the database of another program (it has {_some(tables)})")


def _some(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, list(names)[:3]))

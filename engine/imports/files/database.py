"""
What a query finds in a database, as a Parquet file: read-only, in batches, through ADBC.

The password is in the address, in PGPASSWORD, in ~/.pgpass or in a service of libpq; it gets into
no name, no message and no file.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import adbc_driver_manager
import pyarrow as pa
from adbc_driver_postgresql import dbapi as postgresql
from adbc_driver_sqlite import dbapi as sqlite
from pyarrow import parquet

from engine.errors import ImportFileError, UsageError
from engine.imports.files.parquet import plain
from engine.imports.files.sqlite_types import typed_query
from engine.limits import INFLATED
from engine.system.plain_files import check_plain
from engine.system.scratch import scratch
from engine.text.display import quoted

CONNECTING = 15  # seconds, unless the address or PGCONNECT_TIMEOUT says otherwise
SHOWN = 200  # characters of a query in the name of its result
SECRETS = ("password", "sslpassword", "passfile")
HIDDEN = "***"
EXPECTED = "postgresql://USER@HOST/DATABASE or sqlite:///FILE"


@dataclass(frozen=True)
class Address:
    """Where a database is."""

    scheme: str  # a row of DATABASES
    url: str
    name: str  # what may be shown of it
    secrets: tuple[str, ...]

    def hidden(self, text: str) -> str:
        """The text without what must not be told."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return re.sub(r"(password['\"]?\s*[=:]\s*)\S+", rf"\1{HIDDEN}", text, flags=re.IGNORECASE)


@dataclass(frozen=True)
class QueryResult:
    """The rows of a query as a file."""

    path: Path
    name: str  # host, database and query


def address(url: str, workspace: Path) -> Address:
    """
    The database that a URL names.

    Raises:
        UsageError: it names none, or one of the workspace itself.
    """
    try:
        parts = urlsplit(url)
        scheme, _ = parts.scheme, parts.port
    except ValueError:
        raise _mistaken() from None
    if scheme not in DATABASES:
        raise _mistaken()
    return DATABASES[scheme].address(url, workspace)


def select(query: str | None, table: str | None) -> str:
    """
    The query asked for, or the one of all of a table.

    Raises:
        UsageError: neither or both are given, or the query is none.
    """
    if (query is None) == (table is None):
        raise UsageError("a database needs either `--query SQL` or `--table NAME`")
    if query is not None:
        text = query.strip().rstrip(";").strip()
        if not text:
            raise UsageError("expected a query, got an empty one")
        return text
    parts = str(table).split(".")
    if not all(parts):
        raise UsageError(f"expected the name of a table, got {quoted(str(table))}")
    return "SELECT * FROM " + ".".join('"' + part.replace('"', '""') + '"' for part in parts)


@contextmanager
def query_result(found: Address, query: str, place: Path) -> Iterator[QueryResult]:
    """
    The rows that the query gives, for as long as the file is needed.

    Args:
        place: the folder to keep them in, of the workspace that they are for.

    Raises:
        ImportFileError: no connection, no such table, a query that writes or gives no columns.
    """
    with scratch("query", place) as folder:
        path = folder / "result.parquet"
        try:
            with DATABASES[found.scheme].reader(found, query) as batches:
                _write(batches, path)
        except adbc_driver_manager.Error as error:
            reason = " ".join(found.hidden(str(error)).split())
            raise ImportFileError(f"the database {found.name} says: {reason}") from None
        shown = " ".join(found.hidden(query).split())
        cut = shown if len(shown) <= SHOWN else shown[: SHOWN - 1] + "…"
        yield QueryResult(path, f"{found.name}: {cut}")


def _write(batches: pa.RecordBatchReader, path: Path) -> None:
    if not batches.schema.names:
        raise ImportFileError("expected a query that gives columns, such as SELECT, got none")
    size = 0
    first = plain(batches.schema.empty_table())
    with parquet.ParquetWriter(path, first.schema) as writer:
        for batch in batches:
            size += batch.nbytes
            if size > INFLATED.most:
                raise ImportFileError(f"expected at most {INFLATED} of a query, got more")
            writer.write_table(plain(pa.Table.from_batches([batch])))


def _mistaken() -> UsageError:
    return UsageError(f"expected a database such as {EXPECTED}")


def _postgresql_address(url: str, _workspace: Path) -> Address:
    parts = urlsplit(url)
    if url.count("@") > 1 or "@" in parts.path + parts.query or parts.fragment or " " in url:
        raise UsageError(
            "the address of the database: write @ as %40, / as %2F, : as %3A, ? as %3F, # as %23 "
            "and a blank as %20 in its user and its password"
        )
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    hidden = [parts.password or "", *(options.get(name, "") for name in SECRETS)]
    secrets = {text for each in hidden if each for text in (each, unquote(each))}
    if "connect_timeout" not in options and "PGCONNECT_TIMEOUT" not in os.environ:
        options["connect_timeout"] = str(CONNECTING)
    whole = parts._replace(scheme="postgresql", query=urlencode(options)).geturl()
    if not parts.netloc:  # urlsplit leaves the two slashes of nothing out
        whole = whole.replace("postgresql:/", "postgresql:///", 1) if "///" not in whole else whole
    host = parts.netloc.rpartition("@")[2] or options.get("host") or options.get("service", "")
    host = host or os.environ.get("PGHOST") or os.environ.get("PGSERVICE", "")
    database = unquote(parts.path.strip("/")) or options.get("dbname", "")
    database = database or os.environ.get("PGDATABASE", "")
    return Address(
        "postgresql",
        whole,
        "/".join(filter(None, (host, database))) or "postgresql",
        tuple(secrets),
    )


def _sqlite_address(url: str, workspace: Path) -> Address:
    path = Path(unquote(urlsplit(url).path.removeprefix("/")))
    check_plain(path)
    inside = path.resolve().is_relative_to(workspace.resolve())
    if inside or any(path.samefile(each) for each in workspace.glob("*")):
        raise UsageError(f"{path.name} is a file of the workspace itself: name another database")
    with path.open("rb") as file:
        if file.read(15) != b"SQLite format 3":
            raise UsageError(f"expected a SQLite database, got another file: {path.name}")
    return Address("sqlite", f"{path.resolve().as_uri()}?mode=ro", path.name, ())


@contextmanager
def _postgresql_reader(found: Address, query: str) -> Iterator[pa.RecordBatchReader]:
    with postgresql.connect(found.url) as connection, connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute(f"{query}\n")  # a comment at its end must not reach what comes behind
        yield cursor.fetch_record_batch()


@contextmanager
def _sqlite_reader(found: Address, query: str) -> Iterator[pa.RecordBatchReader]:
    with sqlite.connect(found.url) as connection, connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")

        def rows(text: str) -> pa.RecordBatchReader:
            cursor.execute(text)
            return cursor.fetch_record_batch()

        yield typed_query(query, rows)


@dataclass(frozen=True)
class Database:
    """One kind of database."""

    address: Callable[[str, Path], Address]
    reader: Callable[[Address, str], Any]  # a context: the batches of a query


POSTGRESQL = Database(_postgresql_address, _postgresql_reader)
DATABASES: Mapping[str, Database] = MappingProxyType(
    {
        "postgresql": POSTGRESQL,
        "postgres": POSTGRESQL,
        "sqlite": Database(_sqlite_address, _sqlite_reader),
    }
)

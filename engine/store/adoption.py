"""
Goes on with the records that are there where `workbench.db` and they do not belong together.

What can be read of the old database is kept: settings, the keys of metadata, saved segments. The
rest of it (receipts, exports, who entered and left) is told as lost; its file and the tables that
cannot be read are moved aside, never deleted.
"""

import re
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock
from sqlalchemy import Connection, Table, delete, insert, select
from sqlalchemy.exc import DBAPIError

from engine.actors import Actor
from engine.errors import StoreError
from engine.store.database import VERSION, closing_database, open_database, reading, writing
from engine.store.folder import ASIDE, BESIDE, DATABASE, LOCK, TABLES, any_in
from engine.store.records.contents import GROUP, contents, record_content
from engine.store.records.key_names import kept_keys
from engine.store.records.lake import Lake
from engine.store.records.latest import latest
from engine.store.records.logs import Content
from engine.store.records.metadata import (
    MetadataColumn,
    Name,
    NamedType,
    read_columns,
    record_columns,
    record_names,
)
from engine.store.records.pointers import Pointer, save_pointer
from engine.store.records.small_writes import MOST_WAITING, read_small
from engine.store.records.storage import to_storage
from engine.store.records.sums import note_older
from engine.store.records.tables import OWNER, RecordTable
from engine.store.results.change_log import Act, record
from engine.store.results.tables import (
    change_set,
    membership,
    membership_part,
    metadata_name,
    segment,
    segment_version,
    setting,
    small_write,
)
from engine.system.disk import refusals_told
from engine.text.counts import counted

OF_METADATA = re.compile(r"m\d+_([a-z]+?)(_list)?")  # its physical columns say their type
SMALL = f"small changes that only the old database held, up to the last {MOST_WAITING} of a table"
UNKEPT = "no table of them is there; an older program kept none"
CUSTOMERS = "customers"  # whose `row` the owned records and the members of segments name
SEGMENTS = (segment, segment_version)
OF_MEMBERS = (membership, membership_part)  # of static segments: they are nowhere else


@dataclass
class Adoption:
    """What was found and what is lost, in lines to read."""

    aside: Path  # where the old files lie
    found: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class ReadableTable:
    """A record table that can be read."""

    table: RecordTable
    content: Content
    columns: tuple[str, ...]
    versions: pl.DataFrame  # its own columns, without metadata
    written: list[tuple[int, datetime]]  # the last change set in each file, and when; in order
    small: tuple[dict[str, Any], ...] = ()  # rows of the database that the table has not got yet


def adopt(folder: Path, tables: Iterable[RecordTable], actor: Actor, now: datetime) -> Adoption:
    """
    Makes a `workbench.db` anew from the records beside it; to be asked where it does not open.

    Args:
        tables: all that a workspace has, customers first.
        actor: by whom what is there stands in the change log from now on.
        now: names the folder of what is moved aside; no change set is dated later.

    Raises:
        StoreError: there are no records, or nothing can be written.
    """
    expect_adoptable(folder)
    lock = FileLock(folder / LOCK)
    with refusals_told(folder), lock:
        adoption = Adoption(folder / ASIDE / f"{now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}")
        adoption.aside.mkdir(parents=True)
        lake = Lake(folder / TABLES)
        held = _readable(lake, tables, folder / TABLES, adoption)
        note_older(folder / TABLES)
        keys = kept_keys(folder / TABLES)
        for name in (DATABASE, *(DATABASE + end for end in BESIDE)):
            _move(folder / name, adoption)
        file = folder / DATABASE
        database = open_database(file, lock, anew=True)
        with closing_database(database), writing(database) as connection:
            known = _salvaged(connection, adoption, held, lock)
            _name(connection, held, [*keys, *known], adoption)
            _number(connection, held, actor, now)
            for table in tables:
                _point(connection, lake, table, held)
    adoption.missing.append("receipts of imports and exports, and who entered and left segments")
    return adoption


def expect_adoptable(folder: Path) -> None:
    """
    Refuses what has no records.

    Raises:
        StoreError: there are none, or a newer program wrote them.
    """
    if not folder.is_dir() or not (any_in(folder / TABLES) or (folder / DATABASE).exists()):
        raise StoreError(f"expected the records of a workspace in {folder}, got none to adopt")
    file = folder / DATABASE
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as old,
    ):
        [version] = old.execute("SELECT version_num FROM alembic_version").fetchone()
        if str(version).isdigit() and version > VERSION:
            raise StoreError(
                f"{file} was written by a newer workbench (its version is {version}): "
                "update the program; there is nothing to adopt"
            )


def _readable(
    lake: Lake, tables: Iterable[RecordTable], folder: Path, adoption: Adoption
) -> dict[str, ReadableTable]:
    """The tables that can be read, whole; the others are moved aside."""
    held: dict[str, ReadableTable] = {}
    for table in tables:
        if not any_in(folder / table.name):
            adoption.missing.append(f"{table.name}: {UNKEPT}")
            continue
        try:
            _expect_owners(table, held)
            content = lake.content(table)
            versions = lake.read(table, content.version, table.schema)
            columns, written = lake.columns(table), lake.written(table)
        except StoreError as error:
            adoption.missing.append(f"{table.name}: {error.message}")
            _move(folder / table.name, adoption)
        else:
            held[table.name] = ReadableTable(table, content, columns, versions, written)
            adoption.found.append(counted(latest(versions).height, table.name))
    return held


def _expect_owners(table: RecordTable, held: dict[str, ReadableTable]) -> None:
    if OWNER in table.columns and CUSTOMERS not in held:
        raise StoreError("their customers are lost")


def _move(path: Path, adoption: Adoption) -> None:
    if path.is_symlink() or path.exists():
        path.rename(adoption.aside / path.name)


def _salvaged(
    connection: Connection, adoption: Adoption, held: dict[str, ReadableTable], lock: FileLock
) -> list[MetadataColumn]:
    """Takes over what can be read of the old database; gives its columns of metadata."""
    old, columns = adoption.aside / DATABASE, list[MetadataColumn]()
    if not old.is_file() or not old.stat().st_size:
        adoption.missing += ["settings and saved segments", SMALL]
        return columns
    try:
        database = open_database(old, lock, anew=True)
    except StoreError as error:
        reason = error.message.split(". ")[0]
        adoption.missing += [f"settings and saved segments ({reason})", SMALL]
        return columns
    with closing_database(database), reading(database) as before:
        with _told_as_lost(adoption, "settings"):
            _copy(before, connection, setting)
            connection.execute(delete(setting).where(setting.c.name.startswith(f"{GROUP}/")))
        with _told_as_lost(adoption, "types of metadata"):
            columns += read_columns(before)
            _copy(before, connection, metadata_name)
        with _told_as_lost(adoption, "saved segments"):
            _take_segments(before, connection, adoption, held)
        with _told_as_lost(adoption, "the last small changes"):
            _take_small(before, held)
    return columns


def _take_segments(
    before: Connection, connection: Connection, adoption: Adoption, held: dict[str, ReadableTable]
) -> None:
    """The definitions; a fixed list of customers only beside the very table it was made for."""
    noted, customers = contents(before).get(CUSTOMERS), held.get(CUSTOMERS)
    same = noted is not None and customers is not None and noted.table == customers.content.table
    for table in SEGMENTS:
        _copy(before, connection, table)
    static = select(segment.c.id).where(segment.c.type == "static")
    if same:
        for table in OF_MEMBERS:
            _copy(before, connection, table, table.c.segment_id.in_(static))
    elif lost := connection.execute(select(segment.c.name).where(segment.c.type == "static")).all():
        adoption.missing.append(f"static segments: {', '.join(name for (name,) in lost)}")
        connection.execute(delete(segment).where(segment.c.type == "static"))
    kept = connection.execute(select(segment.c.name)).all()
    adoption.found.append(counted(len(kept), "saved segments"))


def _take_small(before: Connection, held: dict[str, ReadableTable]) -> None:
    """Adds to the versions of each table those that had not been taken to it."""
    noted = contents(before)
    for row in before.execute(select(small_write).order_by(small_write.c.change)):
        one = held.get(row.table)
        known = one is not None and noted.get(row.table)
        if one is None or not known or known.table != one.content.table:
            continue
        if row.change in one.versions["change"]:
            continue
        versions = to_storage(read_small(row.versions), one.table.schema)
        held[row.table] = replace(
            one,
            versions=pl.concat([one.versions, versions]),
            small=(*one.small, dict(row._mapping)),
        )


def _copy(before: Connection, connection: Connection, table: Table, *only: Any) -> None:
    rows = [dict(row._mapping) for row in before.execute(select(table).where(*only))]
    if rows:
        connection.execute(insert(table), rows)


@contextmanager
def _told_as_lost(adoption: Adoption, what: str) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, ValueError, TypeError) as error:
        adoption.missing.append(f"{what}: {error}")


def _name(
    connection: Connection,
    held: dict[str, ReadableTable],
    known: list[MetadataColumn],
    adoption: Adoption,
) -> None:
    """Gives every physical column of metadata its key; where that is lost, its own name."""
    columns = {row.column: row for row in reversed(known)}  # the first that is known counts
    nameless = 0
    for one in held.values():
        for name in one.columns:
            found = OF_METADATA.fullmatch(name)
            if found and name not in columns:
                namespace = next(iter(one.table.namespaces.values()))
                columns[name] = MetadataColumn(name, namespace, (name,), found[1], bool(found[2]))
                nameless += 1
    record_columns(connection, columns.values())
    settled = {(row.namespace, row.name) for row in connection.execute(select(metadata_name))}
    first: dict[Name, NamedType] = {}
    for row in read_columns(connection):
        if row.name not in settled:
            first.setdefault(row.name, (row.kind, row.many))
    record_names(connection, first)
    if nameless:
        adoption.missing.append(f"the names of {nameless:,} keys of metadata")


def _number(
    connection: Connection, held: dict[str, ReadableTable], actor: Actor, now: datetime
) -> None:
    """A line for each change set that wrote what is there, at the instant of its file."""
    numbers = sorted({int(n) for one in held.values() for n in one.versions["change"].unique()})
    written = sorted(entry for one in held.values() for entry in one.written)
    for number in numbers:
        later = written[bisect_left(written, (number,)) :]
        at = min(later[0][1], now) if later else now
        connection.execute(insert(change_set).values(number=number, at=at))
        record(connection, Act(actor, "adoption", at), number)


def _point(
    connection: Connection, lake: Lake, table: RecordTable, held: dict[str, ReadableTable]
) -> None:
    one = held.get(table.name)
    if one is None:
        lake.create(table)
    content, rows = lake.content(table), [one.versions["row"]] if one else []
    if table.name == CUSTOMERS:
        rows += [
            other.versions[OWNER].drop_nulls()
            for other in held.values()
            if OWNER in other.table.columns
        ]
    next_row = max((max(each) for each in rows if len(each)), default=-1) + 1
    last = max((number for number, _ in one.written), default=0) if one else 0
    small = one.small if one else ()
    if small:
        connection.execute(insert(small_write), list(small))
    save_pointer(connection, Pointer(table.name, content.version, next_row, last, len(small)))
    record_content(connection, table, content)

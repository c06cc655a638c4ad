"""Is the workspace whole? Every promise of the store, asked of what lies on the disk."""

from collections.abc import Iterator

from sqlalchemy import text

from engine.errors import DiskError, Issue, StoreError
from engine.store.records.latest import latest
from engine.store.records.tables import OWNER, RecordTable
from engine.store.results.members import members_of
from engine.store.results.memberships import memberships
from engine.store.snapshot import Snapshot
from engine.store.store import Store
from engine.text.counts import counted


def faults(store: Store) -> list[Issue]:
    """Every promise that is broken; empty when the workspace is whole."""
    return [*database_faults(store), *record_faults(store), *count_faults(store)]


def database_faults(store: Store) -> list[Issue]:
    """What is wrong with the file of the database itself."""
    return _issues("workbench.db", _database(store))


def record_faults(store: Store) -> list[Issue]:
    """What is wrong with the files of the record tables, and with the records in them."""
    snapshot, found = store.snapshot(), list[Issue]()
    for table in store.tables.values():
        files = _issues(table.name, _files(store, snapshot, table))
        # What is damaged is told once, by its file.
        found += files or _issues(table.name, _records(store, snapshot, table))
    return found


def count_faults(store: Store) -> list[Issue]:
    """Which segments have not as many members as their lines say."""
    return _issues("workbench.db", _memberships(store, store.snapshot()))


def _issues(path: str, found: Iterator[Issue]) -> list[Issue]:
    """The faults; that one cannot even be looked for is one too, and hides no other."""
    try:
        return list(found)
    except DiskError:
        raise
    except StoreError as error:
        return [Issue(path, error.message)]


def _files(store: Store, snapshot: Snapshot, table: RecordTable) -> Iterator[Issue]:
    for what in store.damages(table, snapshot):
        yield Issue(table.name, what)


def _memberships(store: Store, snapshot: Snapshot) -> Iterator[Issue]:
    with store.read() as connection:
        lines = memberships(connection)
        members = members_of(connection, lines)
    for key, line in lines.items():
        rows = members[key].rows
        if len(rows) != line.count:
            yield Issue(
                f"segment {key}", f"expected {counted(line.count, 'members')}, got {len(rows):,}"
            )
        elif rows and rows.max() >= snapshot.next_rows["customers"]:
            yield Issue(f"segment {key}", "expected customers that were given, got others")


def _database(store: Store) -> Iterator[Issue]:
    with store.read() as connection:
        for (answer,) in connection.execute(text("PRAGMA integrity_check")):
            if answer != "ok":
                yield Issue("workbench.db", f"expected an intact file, got: {answer}")
        for row in connection.execute(text("PRAGMA foreign_key_check")):
            yield Issue(f"workbench.db {row[0]}", f"row {row[1]} points at no row of {row[2]}")


def _records(store: Store, snapshot: Snapshot, table: RecordTable) -> Iterator[Issue]:
    versions = store.stored(table, snapshot, 0, snapshot.change)
    counts = {
        "versions of change sets that never committed": versions["change"] > snapshot.change,
        "versions whose row was never given": versions["row"] >= snapshot.next_rows[table.name],
        "second versions of a record in one change set": versions.select(
            "row", "change"
        ).is_duplicated(),
    }
    living = latest(versions)
    for column in table.keys:
        given = living[column].drop_nulls()
        counts[f"living records that share their {column}"] = given.is_duplicated()
    counts["living records without an id"] = living["id"].is_null()
    for column in table.needs.keys() - table.spared:
        counts[f"living records without a {column}"] = living[column].is_null()
    if OWNER in table.columns:
        counts["records of customers that were never given"] = (
            living[OWNER] >= snapshot.next_rows["customers"]
        )
    for what, broken in counts.items():
        if count := int(broken.sum()):
            yield Issue(table.name, f"expected no {what}, got {count:,}")

"""A file goes in: read and typed first, then merged and written as one change set."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from engine.base.kinds.registry import CUSTOMERS, RECORD_TABLES
from engine.base.lookup import merged_keys
from engine.base.merging import given_to, move_records
from engine.base.profiles import Profile
from engine.errors import MovedError
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.remedies import remedies
from engine.imports.columns.table import CUSTOMER_EMAIL, CUSTOMER_ID, CUSTOMER_SOURCE_ID, Table
from engine.imports.differences import differences
from engine.imports.erasures import without_erased
from engine.imports.files.batch import Batch
from engine.imports.files.source import Progress
from engine.imports.merging import merged
from engine.imports.owners import (
    NamedVisitors,
    OwnerRows,
    merged_versions,
    owner_versions,
    with_owners,
)
from engine.imports.reading import read
from engine.imports.storing import KEYS, Storable, storable
from engine.imports.visitors import TRACKING
from engine.limits import MB
from engine.rights import IMPORT
from engine.store.changes import ChangeSet
from engine.store.database import Transaction
from engine.store.records.identity import torn
from engine.store.records.metadata import Names
from engine.store.records.small_writes import MOST_ROWS
from engine.store.records.tables import OWNER, RecordTable
from engine.store.results.runs import ImportRun, record_import
from engine.system.memory import SMALL, expect_memory
from engine.system.spool import thinned
from engine.workspace.tracking import Tokens, kept, tokens
from engine.workspace.workbench import Access
from engine.workspace.writes import Key

# Times as much memory as a file, or a part of it, holds: one part is worked on, and others are read
# ahead. 300,000 customers of 20 columns in 60 MB take 240 MB between two questions.
STEP, PART = 4, 64 * MB
TOLD = 1000  # rows set aside that a receipt lists
EMAILS = {"source_id", "email", CUSTOMER_SOURCE_ID.name, CUSTOMER_EMAIL.name}
READ, MERGED, WRITTEN = 0.6, 0.85, 1.0  # where each step ends, as a share of the time
Also = Callable[[Transaction, ImportRun], object]


def import_file(
    access: Access,
    table: Table,
    path: Path,
    mapping: ImportMapping,
    progress: Progress | None = None,
    file_name: str | None = None,
    base: int | None = None,
    also: Also = lambda _connection, _run: None,
) -> ImportRun:
    """
    Imports a file of records: good rows go in, bad rows are kept with their reasons.

    Args:
        progress: gets 0 to 1; what it raises stops the work with nothing written.
        file_name: as the analyst knows it, where `path` is a copy.
        base: the change set that a check was asked behind: what it said happens, or nothing does.
        also: writes more into the transaction of the receipt, behind it.

    Raises:
        ImportFileError: the file as a whole cannot be read.
        UsageError: the mapping does not fit the file.
        MovedError: there are change sets behind `base`.
        ClockError: the clock is before the last change set's instant.
    """
    access.expect(IMPORT)  # before a file of any size is read
    coming = incoming(access, table, path, mapping, progress, file_name)
    run = _written(access, replace(coming, base=base, also=also))
    coming.tell(WRITTEN)
    return run


@dataclass(frozen=True, eq=False)
class MergeResult:
    """A file that was merged into the records."""

    run: ImportRun
    rejected: pl.DataFrame  # as in `Batch`
    stored: Storable  # what the file says
    shared: pl.DataFrame  # as in `Upsert`


@dataclass(frozen=True, eq=False)
class Incoming:
    """A file that was read, before anything is written."""

    batch: Batch
    table: Table
    mapping: ImportMapping
    path: Path
    file_name: str
    zone: ZoneInfo
    started: float
    tell: Progress
    tokens: Tokens | None = None  # of the workspace, where it has any or the rows tracking ids
    base: int | None = None  # as in `import_file`
    also: Also = lambda _connection, _run: None  # as in `import_file`

    @property
    def keys(self) -> Iterator[Key]:
        """Of all records that its rows name, and of their customers."""
        rows = self.batch.rows
        for table, name in (
            *((self.table.name, key) for key in KEYS),
            (CUSTOMERS.name, CUSTOMER_ID.name),
            (CUSTOMERS.name, CUSTOMER_SOURCE_ID.name),
        ):
            if name in rows.columns:
                yield from ((table, key) for key in rows[name].drop_nulls())
        for name in EMAILS & {*rows.columns}:  # in capitals or not they mean the same
            mails = rows[name].filter(rows[name].str.contains("@", literal=True))
            yield from ((CUSTOMERS.name, key) for key in mails.str.to_lowercase())
        if self.tokens and TRACKING in rows.columns:
            for tracking in rows[TRACKING].drop_nulls().unique():
                yield CUSTOMERS.name, tracking
                yield CUSTOMERS.name, self.tokens.of(tracking)

    def write(self, change: ChangeSet, profile: Profile) -> MergeResult:
        """
        Merges the rows into the records.

        Raises:
            MovedError: there are change sets behind `base`.
        """
        if self.base is not None and change.before.change != self.base:
            raise MovedError(
                f"expected the data as the check saw it (version {self.base:,}), got version "
                f"{change.before.change:,}: nothing was imported; check the file again"
            )
        records, erased = RECORD_TABLES[self.table.name], change.before.erased
        batch, suppressed = without_erased(self.batch, records, erased, self.tokens)
        mine = _with_owners(batch, records, profile, self.tokens, change)
        visitors = NamedVisitors(profile, self.tokens, change)
        good = mine.batch if mine else batch
        stored = storable(good, records, change.before, self.zone)
        outcome = merged(
            stored,
            records,
            given_to(profile.records(records), mine.merges) if mine else profile.records(records),
            change,
            _without_key(self.table, self.mapping),
            merged_keys(profile),
            visitors.join if records is CUSTOMERS else lambda versions: versions,
            lambda share: self.tell(READ + (MERGED - READ) * share),
        )
        move_records(profile, visitors.merges, change)
        refused = pl.concat([mine.refused, outcome.rejected]) if mine else outcome.rejected
        created = _meet(mine, outcome.rejected, profile, change) if mine else 0
        rejected = pl.concat([batch.rejected, _refused(batch, refused)]).sort("row")
        differing = differences(good, outcome.alike, records)
        run = ImportRun(
            id=f"imp_{secrets.token_hex(12)}",
            kind=self.table.name,
            change=change.number if change.wrote else None,
            at=change.now,
            actor=change.act.actor.name,
            file_name=self.file_name,
            file_sha256=batch.sha256,
            file_bytes=self.path.stat().st_size,
            mapping=self.mapping.to_json(),
            header=batch.header,
            created=outcome.created,
            updated=outcome.updated,
            unchanged=outcome.unchanged,
            repeated=outcome.repeated,
            rejected=rejected.height,
            customers_created=created,
            misfits=stored.misfits,
            set_aside=tuple(batch.set_aside.head(TOLD).to_dicts()),
            notes=tuple(note.to_json() for note in (*batch.notes, *differing)),
            seconds=round(time.perf_counter() - self.started, 3),
            suppressed=suppressed,
        )
        if run.failed:
            told = tuple(note.to_json() for note in remedies(rejected, batch.header, self.table))
            run = replace(run, notes=(*told, *run.notes))
        names = {**stored.new_names, **_named_by(records, change)}
        _record(change, stored, names, run, rejected)
        change.record(lambda connection: self.also(connection, run))
        change.act.touched["imports"] = [run.id]
        return MergeResult(run, rejected, stored, outcome.shared)


def incoming(
    access: Access,
    table: Table,
    path: Path,
    mapping: ImportMapping,
    progress: Progress | None = None,
    file_name: str | None = None,
) -> Incoming:
    """Reads a file; takes and raises what `import_file` does, the conflict excepted."""
    started = time.perf_counter()
    tell = _careful(path, progress or (lambda _share: None))
    batch = read(path, table, mapping, access.zone, lambda share: tell(share * READ))
    name, rows = file_name or path.name, batch.rows
    tracked = TRACKING in rows.columns and rows[TRACKING].null_count() < rows.height
    own = tokens(access) if tracked else kept(access)
    return Incoming(batch, table, mapping, path, name, access.zone, started, tell, own)


def _careful(path: Path, progress: Progress) -> Progress:
    """Ends the work on a large file where there is not enough memory to go on."""
    size = path.stat().st_size if path.is_file() else 0  # that there is none, the reading says
    if size < SMALL:
        return progress

    def tell(share: float) -> None:
        expect_memory(STEP * min(size, PART), "the import")
        progress(share)

    return tell


def _written(access: Access, coming: Incoming) -> ImportRun:
    """Few rows share a commit with others that wait, in whose thread nobody is told how far."""
    if coming.batch.rows.height > MOST_ROWS:
        with access.change_set("import") as (change, profile):
            return coming.write(change, profile).run
    coming.tell(MERGED)
    silent = replace(coming, tell=lambda _share: None)
    return access.write_small("import", silent.write, coming.keys).run


def _with_owners(
    batch: Batch,
    table: RecordTable,
    profile: Profile,
    tokens: Tokens | None,
    change: ChangeSet,
) -> OwnerRows | None:
    """The rows with their customers, where the records have any."""
    if OWNER not in table.columns:
        return None
    next_row = change.before.next_rows[CUSTOMERS.name]
    mine = with_owners(batch, profile, tokens, next_row, change.now)
    if batch.parts is None or mine.refused.is_empty():
        return mine
    others = torn(batch.rows, mine.refused["row"], table.name)
    rows = thinned(mine.batch.rows, others)
    refused = pl.concat([mine.refused, others])
    return replace(mine, batch=replace(mine.batch, rows=rows), refused=refused)


def _record(
    change: ChangeSet, stored: Storable, names: Names, run: ImportRun, rejected: pl.DataFrame
) -> None:
    if change.wrote:  # a file that brings no record settles no name either
        change.bring(names, stored.new_columns)
    change.record(lambda connection: record_import(connection, run, rejected))


def _meet(mine: OwnerRows, rejected: pl.DataFrame, profile: Profile, change: ChangeSet) -> int:
    """
    Writes the customers whom the good rows name first, and the visitors whom they name at last.

    Returns:
        How many customers are new.
    """
    good = mine.batch.rows.select("row", OWNER).join(rejected, on="row", how="anti")
    before, merges = change.before, mine.merges
    versions = owner_versions(mine.people, good)
    versions = merged_versions(profile, versions, merges, before, change.now)
    if not versions.is_empty():
        change.append(CUSTOMERS, versions, before.schema(CUSTOMERS), mine.people.next_row)
    move_records(profile, merges, change)
    return int((versions["row"] >= change.before.next_rows[CUSTOMERS.name]).sum())


def _named_by(table: RecordTable, change: ChangeSet) -> Names:
    """The names that the records bring first, such as those of events."""
    if table.names is None or table.name not in change.written:
        return {}
    found = change.written[table.name][table.names].drop_nulls().unique()
    fresh = ((table.name, name) for name in found if (table.name, name) not in change.before.names)
    return dict.fromkeys(fresh, ("string", False))


def _without_key(table: Table, mapping: ImportMapping) -> str:
    return table.without_key if mapping.without_key == "reject" else mapping.without_key


def _refused(batch: Batch, refused: pl.DataFrame) -> pl.DataFrame:
    """The rows that contradict what is stored, in the form of `batch.rejected`."""
    if refused.is_empty():
        return batch.rejected.clear()
    lines = batch.rows.select("row", "line")
    found = refused.join(lines, on="row").join(batch.cells(refused["row"]), on="row")
    return found.select(batch.rejected.columns)

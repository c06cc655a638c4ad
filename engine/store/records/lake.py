"""
The Delta tables of a workspace: append-only versions of records.

What counts is the version SQLite points at; one behind it is an append whose commit never came.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import (
    ColumnProperties,
    DeltaTable,
    PostCommitHookProperties,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import DeltaError

from engine.errors import StoreError
from engine.store.records.logs import LOG, Content, opened, reaches, unwritten
from engine.store.records.memory import expect_to_fit
from engine.store.records.storage import to_storage
from engine.store.records.sums import (
    SUMS,
    faults_of,
    forget_sums,
    place_of_sum,
    record_sums,
    unnoted,
)
from engine.store.records.tables import RecordTable
from engine.system.disk import expect_room, first_line, is_panic, refused
from engine.text.display import quoted

RETENTION = {"delta.logRetentionDuration": "interval 0 days"}  # no old version is ever read
# Statistics would copy personal values into the log: an allow-list of the two technical columns.
CONFIGURATION = {"delta.dataSkippingStatsColumns": "row,change", **RETENTION}
# Delta itself would shorten the log before the pointer has moved.
HOOKS = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
# Least and most of each column take a fifth of the writing, and are asked of these two alone; so do
# dictionaries of 1 MB of ever other texts. ZSTD halves the files in the same time.
FILES = WriterProperties(
    compression="ZSTD",
    dictionary_page_size_limit=128 * 1024,
    default_column_properties=ColumnProperties(statistics_enabled="NONE"),
    column_properties=dict.fromkeys(
        ("row", "change"), ColumnProperties(statistics_enabled="CHUNK")
    ),
)
AT_ONCE = 1_000  # records that one deletion names
LATEST = "max.change"  # of the statistics of a file: its last change set
ADDED: Mapping[str, Any] = {  # what is told of each file
    "path": pl.String,
    **dict.fromkeys(("size", "records", "first", "change", "row"), pl.Int64),
    "at": pl.Datetime("us", "UTC"),
}
TARGET = 8 * 2**20  # bytes, up to which files are made into one: 100,000 versions, 0.3 s
# Delta takes a path for an address: it crashes on these, or decodes them and looks elsewhere.
UNFIT = re.compile(r"[\[\]\\^|\x00-\x1f]|%[0-9A-Fa-f]{2}")
KINDS = (DeltaError, OSError, MemoryError, pl.exceptions.PolarsError)
REPAIR = "restore the workspace from a backup; `workbench check` names all that is damaged"


class Lake:
    """
    The record tables below one folder.

    Raises:
        StoreError: Delta cannot find a folder of this name again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._intact: set[str] = set()  # files whose sums this process has compared
        if unfit := UNFIT.search(self._folder.as_posix()):
            raise StoreError(
                f"expected a folder for the workspace without {quoted(unfit[0])} in its path, "
                f"got {folder}: choose another"
            )

    def create(self, table: RecordTable) -> int:
        """Makes a table where there is none; gives its newest Delta version."""
        with self._reached(table) as folder:
            if not DeltaTable.is_deltatable(folder.as_uri()):
                schema = pl.DataFrame(schema=table.schema).to_arrow().schema
                DeltaTable.create(folder.as_uri(), schema=schema, configuration=CONFIGURATION)
            return opened(folder).version()

    def append(
        self,
        table: RecordTable,
        version: int,
        versions: pl.DataFrame,
        schema: Mapping[str, pl.DataType],
    ) -> int:
        """
        Appends versions of records to the content of a Delta version, in one atomic commit.

        Args:
            version: the committed one; what a killed writer left behind it is taken away first.

        Returns:
            The new Delta version.
        """
        stored = to_storage(versions, schema)
        expect_room(self._folder / table.name, int(stored.estimated_size()))
        with self._reached(table) as folder:
            delta = _settled(folder, version)
            write_deltalake(
                delta,
                stored,
                mode="append",
                schema_mode="merge",
                writer_properties=FILES,
                post_commithook_properties=HOOKS,
            )
            return self._durable(table, delta.version())

    def rewrite(
        self,
        table: RecordTable,
        version: int,
        rows: Sequence[int],
        versions: pl.DataFrame,
        schema: Mapping[str, pl.DataType],
    ) -> int:
        """
        Puts other versions in the place of all that some records have; history included.

        Only the files that hold any of them are written anew; the old ones stay until `clean`.

        Args:
            rows: of the records, by their `row`: the log keeps what is deleted by.
            versions: what stays of them, perhaps nothing.

        Returns:
            The new Delta version.
        """
        with self._reached(table) as folder:
            delta = _settled(folder, version)
            for start in range(0, len(rows), AT_ONCE):
                some = ", ".join(map(str, rows[start : start + AT_ONCE]))
                delta.delete(f"row IN ({some})", post_commithook_properties=HOOKS)
                version = self._durable(table, delta.version())
        return version if versions.is_empty() else self.append(table, version, versions, schema)

    def rewrite_all(
        self,
        table: RecordTable,
        version: int,
        versions: pl.DataFrame,
        schema: Mapping[str, pl.DataType],
    ) -> int:
        """`rewrite` of all records of a table, in one file; gives the new Delta version."""
        emptied = self.empty(table, version)
        return emptied if versions.is_empty() else self.append(table, emptied, versions, schema)

    def empty(self, table: RecordTable, version: int) -> int:
        """Takes all versions out of a table; its files stay until `clean`. Gives the version."""
        with self._reached(table) as folder:
            delta = _settled(folder, version)
            delta.delete(post_commithook_properties=HOOKS)
            return delta.version()

    def compact(self, table: RecordTable, version: int) -> int | None:
        """
        Makes one file of many small ones, beside other writers; large files stay as they are.

        Returns:
            The Delta version with the same content; None where another writer was faster.
        """
        with self._reached(table) as folder:
            delta = opened(folder, version)
            delta.optimize.compact(target_size=TARGET, post_commithook_properties=HOOKS)
            if delta.version() > version + 1:
                return None
            return self._durable(table, delta.version())

    def settle(self, table: RecordTable, version: int) -> int:
        """Takes away what a killed writer left behind a Delta version; gives the newest one."""
        with self._reached(table) as folder:
            return _settled(folder, version).version()

    def clean(self, table: RecordTable, version: int) -> int:
        """
        Deletes the files that a Delta version does not need, also those of killed writers.

        Nobody may be writing files of this table. Gives the newest version, of the same content.
        """
        with self._reached(table) as folder:
            if not version and unwritten(folder / LOG) and [*folder.iterdir()] == [folder / LOG]:
                return version  # nothing was ever written
            delta = _settled(folder, version)
            delta.vacuum(
                retention_hours=0,
                dry_run=False,
                enforce_retention_duration=False,
                post_commithook_properties=HOOKS,
                full=True,
            )
            forget_sums(self._folder / table.name)
            return delta.version()

    def shorten_log(self, table: RecordTable, version: int) -> None:
        """Deletes the log before a Delta version, which no pointer may name any more."""
        if not version:  # nothing lies before the first
            return
        with self._reached(table) as folder:
            delta = opened(folder, version)
            delta.create_checkpoint()
            delta.cleanup_metadata()

    def content(self, table: RecordTable, version: int | None = None) -> Content:
        """What a table holds at a version, or at its newest."""
        with self._reached(table) as folder:
            delta = opened(folder, version)
            return _content(delta, _files(delta))

    def columns(self, table: RecordTable) -> tuple[str, ...]:
        """The physical columns of a table, metadata included."""
        with self._reached(table) as folder:
            return tuple(field.name for field in opened(folder).schema().fields)

    def written(self, table: RecordTable) -> list[tuple[int, datetime]]:
        """The last change set in each file, and when it was written; in order."""
        with self._reached(table) as folder:
            return sorted(_added(folder).select("change", "at").rows())

    def content_and_last_change(self, table: RecordTable, version: int) -> tuple[Content, int]:
        """`content`; and the last change set that wrote to a table, committed or not; 0: none."""
        with self._reached(table) as folder:
            if not version and (nothing := unwritten(self._folder / table.name / LOG)):
                return nothing, 0
            files = _files(newest := opened(folder))
            last = int(files[LATEST].max() or 0) if LATEST in files.columns else 0  # type: ignore[arg-type]
            if newest.version() == version:  # mostly: to load and list it again would take 2 ms
                return _content(newest, files), last
            at = opened(folder, version)
            return _content(at, _files(at)), last

    def damages(self, table: RecordTable, version: int) -> list[str]:
        """What is wrong with the files of a table at a version, each in a sentence's end."""
        with self._reached(table) as folder:
            added = _added(folder, version)
            return list(faults_of(folder, added.select("path", "size").rows()))

    def files(self, table: RecordTable, version: int) -> list[str]:
        """The names of the files of a table at a version."""
        with self._reached(table) as folder:
            return sorted(_added(folder, version)["path"])

    def parts(self, table: RecordTable, version: int) -> list[Path]:
        """Every file that a table at a version is read from: its records, its log, its sums."""
        folder, names = self._folder / table.name, self.files(table, version)
        log = [file for file in (folder / LOG).iterdir() if reaches(file, version)]
        notes = [note for name in names if (note := place_of_sum(folder, name)).is_file()]
        return [*(folder / name for name in names), *sorted(log), *notes]

    def unnoted(self, table: RecordTable, version: int) -> list[str]:
        """Those of them that have no check sum."""
        return unnoted(self._folder / table.name, self.files(table, version))

    def note_sums(self, table: RecordTable, version: int) -> None:
        """Notes the check sums of those that have none; what they hold was read."""
        record_sums(self._folder / table.name, self.unnoted(table, version))

    def strays(self, table: RecordTable, version: int) -> list[str]:
        """What lies beside the files of a table at a version and belongs to none of them."""
        folder, known = self._folder / table.name, {*self.files(table, version), LOG, SUMS}
        return sorted(file.name for file in folder.iterdir() if file.name not in known)

    def read(
        self,
        table: RecordTable,
        version: int,
        schema: Mapping[str, pl.DataType],
        kept: Sequence[pl.Expr] = (),
    ) -> pl.DataFrame:
        """
        The versions of records up to the Delta `version` for which all of `kept` holds.

        Returns:
            One row per version of a record, the columns of `schema`.

        Raises:
            MemoryFullError: they do not fit in it.
            StoreError: files of the table are missing or damaged; names them.
        """
        with self._reached(table) as folder:
            added = _added(folder, version)
            if found := self._damages(table, added):
                raise StoreError(
                    f"the records of {table.name} in {self._folder} are damaged: "
                    f"{'; '.join(found[:3])}: {REPAIR}"
                )
            if added.is_empty():
                return pl.DataFrame(schema=schema)
            if not kept:
                expect_to_fit(self._folder / table.name, added, schema)
            # `scan_delta` does not find files below a folder with blanks or accents in its name.
            versions = pl.scan_parquet(
                [self._folder / table.name / file for file in added.sort("first", "row")["path"]],
                glob=False,
                schema=dict(schema),
                missing_columns="insert",
                extra_columns="ignore",
            )
            return versions.filter(*kept).collect()

    def _damages(self, table: RecordTable, added: pl.DataFrame) -> list[str]:
        files = added.select("path", "size").rows()
        found = list(faults_of(self._folder / table.name, files, self._intact))
        if not found:
            self._intact.update(added["path"])
        return found

    def _durable(self, table: RecordTable, version: int) -> int:
        """Brings the files of a Delta version to the disk, before a pointer may name it."""
        folder = self._folder / table.name
        log = folder / LOG / f"{version:020}.json"
        actions = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
        added = [action["add"]["path"] for action in actions if "add" in action]
        record_sums(folder, added)
        for path in (*(folder / name for name in added), log, folder, log.parent):
            file = os.open(path, os.O_RDONLY)
            try:
                os.fsync(file)
            finally:
                os.close(file)
        return version

    @contextmanager
    def _reached(self, table: RecordTable) -> Iterator[Path]:
        """The folder of a table; what goes wrong with its files is told as a StoreError."""
        folder = self._folder / table.name
        try:
            yield folder
        except BaseException as error:
            # A panic of Rust is no Exception, and each library has its own.
            if not is_panic(error) and not isinstance(error, KINDS):
                raise
            disk = refused(error, folder, "What was there before is kept")
            raise disk or StoreError(
                f"the records of {table.name} in {self._folder} cannot be read or written: "
                f"{first_line(error)}: {REPAIR}"
            ) from error


def _settled(folder: Path, version: int) -> DeltaTable:
    """The table with the content that it had at `version`, whatever came behind it."""
    delta = opened(folder)
    if delta.version() != version:
        delta.restore(version, post_commithook_properties=HOOKS)
    if not delta.metadata().configuration.items() >= RETENTION.items():  # of an older program
        delta.alter.set_table_properties(dict(RETENTION), post_commithook_properties=HOOKS)
    return delta


def _content(delta: DeltaTable, files: pl.DataFrame) -> Content:
    records = int(files["num_records"].sum())
    return Content(str(delta.metadata().id), delta.version(), files.height, records)


def _files(delta: DeltaTable) -> pl.DataFrame:
    """The files of a table, as Delta names what it knows of each."""
    return pl.DataFrame(delta.get_add_actions(flatten=True))


def _added(folder: Path, version: int | None = None) -> pl.DataFrame:
    """The files of a table: path, size, records, first and last change set, least `row`, at."""
    if version == 0 and unwritten(folder / LOG):
        return pl.DataFrame(schema=ADDED)
    files = _files(opened(folder, version))
    known = LATEST in files.columns  # an empty table has no statistics
    return files.select(
        "path",
        size="size_bytes",
        records="num_records",
        first=pl.col("min.change") if known else pl.lit(None, pl.Int64),
        change=pl.col(LATEST) if known else pl.lit(None, pl.Int64),
        row=pl.col("min.row") if known else pl.lit(None, pl.Int64),
        at=pl.from_epoch("modification_time", "ms").dt.replace_time_zone("UTC"),
    )

"""
The Delta tables of a workspace: append-only versions of records.

What counts is the version that SQLite points at; a version behind it is an append whose commit
never came.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from engine.disk import expect_room, is_panic, refused
from engine.display import quoted
from engine.errors import StoreError
from engine.store.records import RecordTable
from engine.store.sums import faults_of, record_sums

# Statistics would copy personal values into the log: an allow-list of the two technical columns.
CONFIGURATION = {"delta.dataSkippingStatsColumns": "row,change"}
# Delta takes a path for an address: it crashes on these, or decodes them and looks elsewhere.
UNFIT = re.compile(r"[\[\]\\^|\x00-\x1f]|%[0-9A-Fa-f]{2}")
KINDS = (DeltaError, OSError, MemoryError, pl.exceptions.PolarsError)
REPAIR = "restore the workspace from a backup; `workbench check` names all that is damaged"


@dataclass(frozen=True)
class Content:
    """What a record table holds at one version, by its log."""

    table: str  # its id: a table of another workspace has another one
    version: int
    files: int
    records: int  # versions of records

    @property
    def told(self) -> str:
        """How it is told beside another."""
        return f"{self.records:,} rows in {self.files:,} files"


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

    def append(
        self, table: RecordTable, versions: pl.DataFrame, schema: Mapping[str, pl.DataType]
    ) -> int:
        """Appends one change set's versions in one atomic commit; gives the new Delta version."""
        stored = to_storage(versions, schema)
        expect_room(self._folder / table.name, int(stored.estimated_size()))
        with self._reached(table) as address:
            write_deltalake(address, stored, mode="append", schema_mode="merge")
            version = DeltaTable(address).version()
        record_sums(self._folder / table.name, version)
        return version

    def create(self, table: RecordTable) -> int:
        """Makes a table where there is none; gives its newest Delta version."""
        with self._reached(table) as address:
            if not DeltaTable.is_deltatable(address):
                schema = pl.DataFrame(schema=table.schema).to_arrow().schema
                DeltaTable.create(address, schema=schema, configuration=CONFIGURATION)
            return DeltaTable(address).version()

    def restore(self, table: RecordTable, version: int) -> int:
        """
        Makes the newest content what it was at `version` (33 ms where it is not already).

        Returns:
            The newest Delta version, which has that content.
        """
        with self._reached(table) as address:
            delta = DeltaTable(address)
            if delta.version() != version:
                delta.restore(version)
            return DeltaTable(address).version()

    def content(self, table: RecordTable, version: int | None = None) -> Content:
        """What a table holds at a version, or at its newest."""
        with self._reached(table) as address:
            delta = DeltaTable(address, version=version)
            added = _added(delta)
            return Content(
                str(delta.metadata().id), delta.version(), added.height, int(added["records"].sum())
            )

    def columns(self, table: RecordTable) -> tuple[str, ...]:
        """The physical columns of a table, metadata included."""
        with self._reached(table) as address:
            return tuple(field.name for field in DeltaTable(address).schema().fields)

    def written(self, table: RecordTable) -> list[tuple[int, datetime]]:
        """The last change set in each file, and when it was written; in order."""
        with self._reached(table) as address:
            return sorted(_added(DeltaTable(address)).select("change", "at").rows())

    def last_change(self, table: RecordTable) -> int:
        """The last change set that wrote to a table, committed or not; 0: none."""
        with self._reached(table) as address:
            return int(_added(DeltaTable(address))["change"].max() or 0)  # type: ignore[arg-type]

    def damages(self, table: RecordTable, version: int) -> list[str]:
        """What is wrong with the files of a table at a version, each in a sentence's end."""
        with self._reached(table) as address:
            added = _added(DeltaTable(address, version=version))
            return list(faults_of(self._folder / table.name, added.select("path", "size").rows()))

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
        """
        with self._reached(table) as address:
            added = _added(DeltaTable(address, version=version))
            if found := self._damages(table, added):
                raise StoreError(
                    f"the records of {table.name} in {self._folder} are damaged: "
                    f"{'; '.join(found[:3])}: {REPAIR}"
                )
            if added.is_empty():
                return pl.DataFrame(schema=schema)
            # `scan_delta` does not find files below a folder with blanks or accents in its name.
            versions = pl.scan_parquet(
                # Delta lists the newest file first.
                [self._folder / table.name / file for file in reversed(added["path"].to_list())],
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

    @contextmanager
    def _reached(self, table: RecordTable) -> Iterator[str]:
        """The address of a table; what goes wrong with its files is told as a StoreError."""
        folder = self._folder / table.name
        try:
            yield folder.as_uri()
        except BaseException as error:
            # A panic of Rust is no Exception, and each library has its own.
            if not is_panic(error) and not isinstance(error, KINDS):
                raise
            disk = refused(error, folder, "What was there before is kept")
            raise disk or StoreError(
                f"the records of {table.name} in {self._folder} cannot be read or written: "
                f"{_first_line(error)}: {REPAIR}"
            ) from error


def _first_line(error: BaseException) -> str:
    """What an error says, without the stack that Rust adds."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__


def _added(delta: DeltaTable) -> pl.DataFrame:
    """The files of a table, the newest first: path, size, records, change (its last), at."""
    files = pl.DataFrame(delta.get_add_actions(flatten=True))
    change = "max.change" if "max.change" in files.columns else None
    return files.select(
        "path",
        size="size_bytes",
        records="num_records",
        change=pl.col(change) if change else pl.lit(None, pl.Int64),
        at=pl.from_epoch("modification_time", "ms").dt.replace_time_zone("UTC"),
    )


def to_storage(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """
    The frame with the columns of `schema`, in its order and types; what is not given is null.

    Delta takes no Categorical, Enum, all-null or Time columns, narrows unsigned integers without
    a word and casts text to a numeric column, so nothing reaches it but through here.

    Raises:
        polars.exceptions.PolarsError: a value does not fit its column (a bug above).
    """
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


def latest(versions: pl.DataFrame) -> pl.DataFrame:
    """
    One row per living record, its latest version, in order of `row`.

    A scatter of positions costs 7 ms at 1.2 M versions where `unique` takes 450 ms.
    """
    return _living(_last(_by_change(versions)))


@dataclass(frozen=True, eq=False)
class Overlay:
    """A state of the records with what came later laid over it."""

    records: pl.DataFrame
    kept: frozenset[str]  # columns that are those of the state before, value by value


def overlaid(known: pl.DataFrame, newer: pl.DataFrame) -> Overlay:
    """
    `latest` of a state and of all versions that came later, which are few beside it.

    Where records only changed, columns that nobody wrote another value to are shared: with one
    customer of a million changed, 2 of 30 columns are copied, and none is sorted.

    Args:
        known: as `latest` gives it.
    """
    written = _last(_by_change(newer))
    places = known["row"].search_sorted(written["row"])
    inside = places.filter(places < known.height)
    stored = known[inside]
    if not stored["row"].equals(written["row"]) or written["deleted"].any():
        both = pl.concat([known, written], how="diagonal")
        return Overlay(_living(_last(both)), frozenset())
    kept = frozenset(name for name in known.columns if written[name].equals(stored[name]))
    chosen = np.arange(known.height)
    chosen[inside.to_numpy()] = known.height + np.arange(written.height)
    absent = [name for name in written.columns if name not in known.columns]
    wider = known.with_columns(pl.lit(None, written.schema[name]).alias(name) for name in absent)
    moved = [
        pl.concat([wider[name], written[name]]).gather(chosen)
        for name in wider.columns
        if name not in kept
    ]
    return Overlay(wider.with_columns(moved), kept)


def _by_change(versions: pl.DataFrame) -> pl.DataFrame:
    in_order = versions["change"].is_sorted()
    return versions if in_order else versions.sort("change", maintain_order=True)


def _last(versions: pl.DataFrame) -> pl.DataFrame:
    """The last version of each record, in order of `row`."""
    if versions.is_empty():
        return versions
    rows = versions["row"].to_numpy()
    position = np.full(rows.max() + 1, -1, dtype=np.int64)
    position[rows] = np.arange(len(rows))  # of equal rows the last one stays
    keep = position[position >= 0]
    unchanged = len(keep) == len(rows) and bool((np.diff(keep) > 0).all())
    return versions if unchanged else versions[keep]


def _living(versions: pl.DataFrame) -> pl.DataFrame:
    return versions.filter(~pl.col("deleted")) if versions["deleted"].any() else versions

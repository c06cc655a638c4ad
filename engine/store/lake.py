"""
The Delta tables of a workspace: append-only versions of records.

What counts is the version that SQLite points at; a version behind it is an append whose commit
never came.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from engine.display import quoted
from engine.errors import StoreError
from engine.store.records import RecordTable

# Statistics would copy personal values into the log: an allow-list of the two technical columns.
CONFIGURATION = {"delta.dataSkippingStatsColumns": "row,change"}
# Delta takes a path for an address: it crashes on these, or decodes them and looks elsewhere.
UNFIT = re.compile(r"[\[\]\\^|\x00-\x1f]|%[0-9A-Fa-f]{2}")


class Lake:
    """
    The record tables below one folder.

    Raises:
        StoreError: Delta cannot find a folder of this name again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
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
        with self._reached(table) as address:
            write_deltalake(address, stored, mode="append", schema_mode="merge")
            return DeltaTable(address).version()

    def restore(self, table: RecordTable, version: int | None) -> int:
        """
        Makes the newest content what it was at `version` (33 ms where it is not already).

        Args:
            version: None empties the table, creating it where it is not there.

        Returns:
            The newest Delta version, which has that content.
        """
        with self._reached(table) as address:
            if not DeltaTable.is_deltatable(address):
                schema = pl.DataFrame(schema=table.schema).to_arrow().schema
                DeltaTable.create(address, schema=schema, configuration=CONFIGURATION)
            delta = DeltaTable(address)
            if delta.version() != (version or 0):
                delta.restore(version or 0)
            return DeltaTable(address).version()

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
            added = pl.DataFrame(DeltaTable(address, version=version).get_add_actions())
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

    @contextmanager
    def _reached(self, table: RecordTable) -> Iterator[str]:
        """The address of a table; what goes wrong with its files is told as a StoreError."""
        try:
            yield (self._folder / table.name).as_uri()
        except (DeltaError, OSError, pl.exceptions.PolarsError) as error:
            raise StoreError(
                f"the records of {table.name} in {self._folder} cannot be read or written: {error}"
            ) from error


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

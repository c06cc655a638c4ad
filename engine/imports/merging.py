"""The rows of a file meet the records, batch by batch within one change set."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import polars as pl

from engine.base.kinds.registry import CUSTOMERS
from engine.base.lookup import follow_merges
from engine.imports.emails import respelt
from engine.imports.keyless import keyed
from engine.imports.storing import KEYS, Storable
from engine.store.changes import ChangeSet
from engine.store.records.identity import KEY, identify, meant, torn
from engine.store.records.tables import RecordTable
from engine.store.records.upsert import NO_ROWS, Upsert, merge
from engine.system import spool
from engine.system.ahead import ahead
from engine.system.spool import Places, parts, picked


@dataclass
class BatchTotals:
    """What the batches of a file came to so far."""

    next_row: int  # the first `row` not given yet
    refused: list[pl.DataFrame]  # as `Upsert.rejected`
    named: pl.DataFrame  # the rows that name a record which others name too: `row`, `@key`
    created: int = 0  # records, as in `Upsert`
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    sharing: list[pl.DataFrame] = field(default_factory=list)  # as `Upsert.shared`

    def add(self, part: Upsert) -> None:
        """Counts one batch more."""
        self.next_row = part.next_row
        self.created += part.created
        self.updated += part.updated
        self.unchanged += part.unchanged
        self.repeated += part.repeated
        self.sharing.append(part.shared)
        self.refused.append(part.rejected)

    @property
    def rejected(self) -> pl.DataFrame:
        """The rows that contradict what is stored, or each other: `row`, `reason`."""
        return pl.concat(self.refused).sort("row")

    @property
    def shared(self) -> pl.DataFrame:
        """The rows of records that several rows give: `row` (in the file), `@key`."""
        empty = pl.DataFrame(schema={"row": pl.Int64, KEY: pl.String})
        return pl.concat([empty, *self.sharing])

    @property
    def alike(self) -> pl.DataFrame:
        """The rows that came in of records with several, parts of one included: `row`, `@key`."""
        return self.named.join(self.rejected, on="row", how="anti", maintain_order="left")


def merged(
    stored: Storable,
    table: RecordTable,
    living: pl.DataFrame,
    change: ChangeSet,
    without_key: str,
    passed: pl.DataFrame,
    joined: Callable[[pl.DataFrame], pl.DataFrame],
    tell: Callable[[float], None],
) -> BatchTotals:
    """
    Merges a file into the records and appends what comes of it to the change set.

    Which record each row means is found for the whole file, from the keys alone; the rest of a row
    is in memory with its batch only.

    Args:
        living: one row per living record.
        without_key: what becomes of a row without a key.
        passed: of customers, the keys of those who were merged (`merged_keys`).
        joined: gives what is written in place of some versions.
        tell: gets 0 to 1.
    """
    keys = _keys(stored)
    if table is CUSTOMERS:
        keys = follow_merges(respelt(keys, living), passed)
    keys = keyed(keys, _said(stored), table, without_key)
    there = _with_keys(meant(living, keys))
    found, rejected = identify(there, keys, table.keyless)
    refused = NO_ROWS
    if any(unit.gathers for unit in stored.units):
        refused = torn(keys, rejected["row"], table.name)
    places = np.searchsorted(keys["row"].to_numpy(), found["row"].to_numpy())
    del keys
    named = found.filter(pl.col(KEY).is_duplicated()).select("row", KEY)
    result = BatchTotals(change.before.next_rows[table.name], [rejected], named)

    def outcomes() -> Iterator[tuple[int, Upsert]]:
        for batch in _batches(found):
            values = stored.rows(picked(stored.source, places[batch])).drop("row", *KEYS)
            rows = picked(found, batch).hstack(values)
            outcome = merge(table, there, rows, stored.units, result.next_row, change.now, refused)
            result.add(outcome)
            yield len(batch), outcome

    done = 0
    for size, outcome in ahead(outcomes()):
        if not outcome.versions.is_empty():
            change.append(table, joined(outcome.versions), stored.schema, outcome.next_row)
        done += size
        tell(done / found.height)
    return result


def _keys(stored: Storable) -> pl.DataFrame:
    """`row`, `id` and `source_id` of every row."""
    return stored.source.select("row", *stored.keys)


def _said(stored: Storable) -> Iterator[pl.DataFrame]:
    """What the rows say beside their keys, part by part; each is a row, though it says nothing."""
    names = sorted({name for unit in stored.units for name in unit.columns} - {*KEYS})
    height = pl.repeat(None, pl.len(), dtype=pl.String).alias("@nothing")
    for part in parts(stored.source):
        yield stored.rows(part).select(*names, height)


def _with_keys(living: pl.DataFrame) -> pl.DataFrame:
    """The living records with both keys; most tables have only one."""
    absent = [pl.lit(None, pl.String).alias(name) for name in KEYS if name not in living.columns]
    return living.with_columns(absent)


def _batches(found: pl.DataFrame) -> Iterator[Places]:
    """
    Places of the rows in batches, each with all rows of its records, whatever lies between them.

    Records follow each other as their first rows do, so that batches number them as the file does.
    """
    numbered = found.select(KEY).with_row_index("place")
    first = numbered.select(pl.col("place").first().over(KEY)).to_series().to_numpy().astype(int)
    order = np.argsort(first, kind="stable")
    begins = np.append(np.flatnonzero(np.diff(first[order], prepend=-1)), found.height)
    wanted = np.searchsorted(begins, np.arange(0, found.height + spool.BATCH, spool.BATCH))
    cuts = np.unique(begins[np.minimum(wanted, len(begins) - 1)])
    for start, end in pairwise(cuts):
        yield order[start:end]

"""
Rows of a file become versions of records, merged unit by unit.

Imports rules 4 (an empty cell changes nothing, a JSON null clears) and 5 (by `source_id`).
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

import numpy as np
import polars as pl
import pyarrow as pa

from engine.store.records.identity import KEY, POSITION, identify, torn
from engine.store.records.tables import RecordTable

NO_ROWS = pl.DataFrame(schema={"row": pl.Int64, "reason": pl.String})
OLD = "@old:"  # prefix of a column's stored value beside the merged one


@dataclass(frozen=True, eq=False)
class Unit:
    """What one write replaces as a whole: a column, or all columns of one metadata key."""

    columns: tuple[str, ...]
    cleared: str | None = None  # Boolean column of the rows: the file says null
    gathers: bool = False  # a list, to which each row of a record adds what it gives
    write: str = "overwrite"  # a row of `WRITES`: what becomes of a value that is there already

    @property
    def given(self) -> pl.Expr:
        """Whether the row says anything of it."""
        values = pl.any_horizontal(pl.col(name).is_not_null() for name in self.columns)
        return values if self.cleared is None else values | pl.col(self.cleared)

    @property
    def blank(self) -> pl.Expr:
        """Whether the stored record has no value of it, where both stand beside each other."""
        return pl.all_horizontal(pl.col(OLD + name).is_null() for name in self.columns)


# Whether a row writes a unit of a record that is there. As of the first row that makes a record
# it is there for the next one, so of those but `overwrite` the first row counts that says anything.
WRITES: Mapping[str, Callable[[Unit], pl.Expr]] = MappingProxyType(
    {
        "overwrite": lambda unit: unit.given,
        "fill": lambda unit: unit.given & unit.blank,
        "never": lambda _unit: pl.lit(value=False),
    }
)
FOLDS: Mapping[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = MappingProxyType(
    {
        "overwrite": lambda value, given: value.filter(given).last(),
        "fill": lambda value, given: value.filter(given).first(),
        "never": lambda value, _given: value.first(),
    }
)  # which of the rows of one record counts


@dataclass(frozen=True, eq=False)
class Upsert:
    """What the rows come to, before anything is written."""

    versions: (
        pl.DataFrame
    )  # one row per created, then per updated record; `row`, `deleted`, columns
    next_row: int  # the first `row` not given yet
    created: int  # records, not rows
    updated: int
    unchanged: int
    repeated: int  # rows beyond the first of their record that add nothing to a list of it
    shared: pl.DataFrame  # row (in the file), @key: the rows of records that such rows give
    rejected: pl.DataFrame  # row (in the file), reason


def upsert(
    table: RecordTable,
    living: pl.DataFrame,
    rows: pl.DataFrame,
    units: tuple[Unit, ...],
    next_row: int,
    now: datetime,
) -> Upsert:
    """
    Merges the rows of one file into the living records.

    Args:
        living: one row per living record, columns of the table's schema with metadata, and
            `source_id`, null where the table has none.
        rows: one row per file row in file order: `row` (from 1), `id`, `source_id` and the columns
            of the units, in storage types. Null is "not given" unless the unit's `cleared` says so.
        next_row: the first `row` that the table has not given yet.
        now: the instant of new records without one, `updated_at` of changed ones.
    """
    found, rejected = identify(living, rows, table.keyless)
    merged = merge(table, living, found, units, next_row, now)
    return replace(merged, rejected=pl.concat([rejected, merged.rejected]))


def merge(
    table: RecordTable,
    living: pl.DataFrame,
    found: pl.DataFrame,
    units: tuple[Unit, ...],
    next_row: int,
    now: datetime,
    refused: pl.DataFrame = NO_ROWS,
) -> Upsert:
    """
    Merges some rows of a file, all of each record that is among them, into the living records.

    Args:
        living: as in `upsert`; columns of the units that it lacks are null.
        found: `rows` as in `upsert` with what `identify` found of them, in order of the first row
            of each record.
        refused: row, reason: the rows that cannot go in without another one of the file.
    """
    found, rejected = _whole(table, found, units, refused)
    again = _again(found, units)
    folded = _fold(found, units)
    new = _where(folded, folded[POSITION].is_null())
    known = _where(folded, folded[POSITION].is_not_null())
    there = _there(living, known, units)
    known = _following(table, there, _merge(there, known, units))
    differs = known.select(_differs(units)).to_series()
    changed = known.filter(differs)
    versions = pl.concat(
        [
            _created(table, new, next_row, now),
            _updated(there.filter(differs), changed, units, now),
        ],
        how="diagonal",
    )
    return Upsert(
        versions=versions,
        next_row=next_row + new.height,
        created=new.height,
        updated=changed.height,
        unchanged=known.height - changed.height,
        repeated=again.height,
        shared=found.select("row", KEY).filter(pl.col(KEY).is_in(again[KEY].implode())),
        rejected=rejected,
    )


def _where(rows: pl.DataFrame, mask: pl.Series) -> pl.DataFrame:
    """The rows that a mask holds; a file is mostly of new or of known records, and not copied."""
    return rows if mask.all() else rows.filter(mask)


def new_ids(prefix: str, count: int) -> pl.Series:
    """One random id for each of `count` records: the prefix and 24 characters."""
    start = np.frombuffer(prefix.encode(), np.uint8)
    noise = np.frombuffer(os.urandom(12 * count).hex().encode(), np.uint8).reshape(count, 24)
    text = np.hstack([np.broadcast_to(start, (count, len(start))), noise])
    ends = np.arange(count + 1, dtype=np.int64) * text.shape[1]
    # As they lie in memory: to encode and to join them as columns takes 0.2 s per million more.
    both = pa.py_buffer(ends), pa.py_buffer(text)
    return pl.Series(pa.LargeStringArray.from_buffers(count, *both))


def _fold(found: pl.DataFrame, units: tuple[Unit, ...]) -> pl.DataFrame:
    """One row per record: of each unit mostly the last row that says anything of it."""
    single = ~found[KEY].is_duplicated()
    if single.all():
        return found
    alone = found.filter(single)
    last = [
        _gathered(name) if unit.gathers and name in unit.columns
        else FOLDS[unit.write](pl.col(name), unit.given)
        for unit in units
        for name in (*unit.columns, *([unit.cleared] if unit.cleared else []))
    ]  # fmt: skip
    several = found.filter(~single).group_by(KEY, maintain_order=True)
    folded = several.agg(pl.col("row").first(), pl.col(POSITION).first(), *last)
    return pl.concat([alone, folded], how="diagonal").sort("row")


def _gathered(name: str) -> pl.Expr:
    every = pl.col(name).drop_nulls().explode().implode()
    return pl.when(every.list.len() > 0).then(every).alias(name)


def _again(found: pl.DataFrame, units: tuple[Unit, ...]) -> pl.DataFrame:
    """The rows beyond the first of their record that add nothing to a list: `@key`."""
    adds = [pl.col(name).is_not_null() for unit in units if unit.gathers for name in unit.columns]
    again = ~pl.col(KEY).is_first_distinct()
    return found.filter(again & ~pl.any_horizontal(adds) if adds else again).select(KEY)


def _complete(table: RecordTable, found: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    The rows without those of new records that lack what a record needs; and those.

    What a row above has given counts: that row has made the record.
    """
    fresh = found.filter(pl.col(POSITION).is_null())
    lacking = [
        pl.when(pl.col(column).forward_fill().over(KEY).is_null()).then(pl.lit(reason))
        if column in fresh.columns
        else pl.lit(reason)
        for column, reason in table.needs.items()
        if column not in fresh.columns or fresh[column].has_nulls()
    ]
    if not lacking or fresh.is_empty():
        return found, NO_ROWS
    reason = pl.concat_str(*lacking, separator="; ", ignore_nulls=True)
    rejected = fresh.select("row", reason=reason).filter(pl.col("reason") != "")
    return found.join(rejected, on="row", how="anti", maintain_order="left"), rejected


def _whole(
    table: RecordTable, found: pl.DataFrame, units: tuple[Unit, ...], refused: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of records that have all they need, and whose rows all go in; and the rejected."""
    whole, incomplete = _complete(table, found)
    if not any(unit.gathers for unit in units):
        return whole, incomplete
    here = refused.join(found, on="row", how="semi", maintain_order="left")
    others = pl.concat([here, torn(found, incomplete["row"], table.name)])
    rejected = pl.concat([incomplete, others]).unique("row", keep="first", maintain_order=True)
    return found.join(rejected, on="row", how="anti", maintain_order="left"), rejected


def _there(living: pl.DataFrame, known: pl.DataFrame, units: tuple[Unit, ...]) -> pl.DataFrame:
    """What is stored of known records, in their order."""
    stored = living[known[POSITION]]
    return stored.with_columns(
        pl.lit(None, known.schema[name]).alias(name)
        for unit in units
        for name in unit.columns
        if name not in stored.columns
    )


def _merge(there: pl.DataFrame, known: pl.DataFrame, units: tuple[Unit, ...]) -> pl.DataFrame:
    """The rows of known records with every unit's new value, and the stored one under `@old:`."""
    names = [name for unit in units for name in unit.columns]
    stored = there.select(names).rename(lambda name: OLD + name)
    return known.hstack(stored).with_columns(
        pl.when(WRITES[unit.write](unit)).then(name).otherwise(OLD + name).alias(name)
        for unit in units
        for name in unit.columns
    )


def _following(table: RecordTable, there: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """
    The rows of known records without the values that follow from their others anyway.

    Lists and exports show what follows, so a file may give it back; only where nothing was stored.
    """
    for name, value in table.follows.items():
        if OLD + name not in known.columns:
            continue
        fresh = known[OLD + name].is_null() & known[name].is_not_null()
        if not fresh.any():
            continue
        others = [
            known[root] if root in known.columns else there[root]
            for root in set(value.meta.root_names()) - {name}
        ]
        beside = pl.DataFrame(others).with_columns(pl.lit(None, known.schema[name]).alias(name))
        follows = beside.select(value.alias(name)).to_series().eq_missing(known[name]) & fresh
        known = known.with_columns(pl.when(~follows).then(pl.col(name)).alias(name))
    return known


def _differs(units: tuple[Unit, ...]) -> pl.Expr:
    return pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(OLD + name)) for unit in units for name in unit.columns
    )


def _created(table: RecordTable, new: pl.DataFrame, next_row: int, now: datetime) -> pl.DataFrame:
    given = new.drop(POSITION, KEY, "row")
    missing = given["id"].null_count()
    ids = new_ids(table.prefix, given.height) if missing else given["id"]
    happened = []
    if table.instant:
        instant = pl.col(table.instant) if table.instant in given.columns else pl.lit(None)
        happened = [instant.fill_null(pl.lit(now)).alias(table.instant)]
    return given.with_columns(
        pl.int_range(next_row, next_row + new.height, dtype=pl.Int64).alias("row"),
        pl.col("id").fill_null(ids),
        *happened,
        deleted=False,
    )


def _updated(
    there: pl.DataFrame, changed: pl.DataFrame, units: tuple[Unit, ...], now: datetime
) -> pl.DataFrame:
    names = [name for unit in units for name in unit.columns]
    # A file that repeats the stored updated_at beside new values does not know of this change.
    updated_at = pl.lit(now)
    if "updated_at" in names:
        dated = pl.col("updated_at").ne_missing(pl.col(f"{OLD}updated_at"))
        updated_at = pl.when(dated).then(pl.col("updated_at")).otherwise(updated_at)
    values = changed.with_columns(updated_at.alias("updated_at")).select({*names, "updated_at"})
    return there.drop("change").with_columns(values.get_columns())

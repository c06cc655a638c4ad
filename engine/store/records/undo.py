"""
What records become without one change set: what the change sets not undone would have made of them.

What a change set wrote is its version against the one before, field by field. A field that was
written since by a change set not undone is a conflict: the later value stays unless the earlier one
is taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from engine.store.records.tables import RecordTable
from engine.store.records.upsert import Unit

WROTE, LATER = "@wrote ", "@later "  # whether the change set, or a live one since, wrote a column
LAST, EARLIER = "@last ", "@earlier "  # the last live value, and the last one before the change set
LIVE, SINCE = "@live", "@since"  # whether any live change set wrote the record; the first of them
BOOKKEEPING = ("updated_at",)  # every change writes it, so nobody is asked about it


@dataclass(frozen=True, eq=False)
class Undo:
    """One table without one change set."""

    records: pl.DataFrame  # one row per record concerned: its last version, and the columns above
    versions: pl.DataFrame  # what is to be written; `row`, `deleted` and the table's columns
    conflicts: pl.DataFrame  # row, unit (its place)


def undo(
    table: RecordTable,
    versions: pl.DataFrame,
    units: tuple[Unit, ...],
    change: int,
    dead: Iterable[int],
    earlier: pl.DataFrame,
    kept: pl.DataFrame,
) -> Undo:
    """
    Takes one change set out of the history of some records.

    Args:
        versions: every version of the records concerned.
        units: what a write replaces as a whole; all columns of the table.
        change: the number of the change set.
        dead: the change sets whose writes do not count: undone ones, this one, and undos.
        earlier: `row`, `unit` of the conflicts whose earlier value is taken.
        kept: `row`, `change` of records that stay whoever wrote them, since that change set.
    """
    columns = [name for unit in units for name in unit.columns]
    records = _told(versions, columns, change, list(dead)).filter(~pl.col("deleted"))
    records = records.join(kept, on="row", how="left", maintain_order="left")
    alive = pl.col(LIVE) | pl.col("change").is_not_null()
    since = pl.coalesce(SINCE, "change")
    records = records.with_columns(alive.alias(LIVE), since.alias(SINCE))
    conflicts = _conflicts(records.filter(LIVE), units)
    taken = {
        place: earlier.filter(pl.col("unit") == place)["row"].implode()
        for place in earlier["unit"].unique()
    }
    values = [
        _value(name, taken.get(place), table).alias(name)
        for place, unit in enumerate(units)
        for name in unit.columns
    ]
    gone = records.filter(~pl.col(LIVE)).with_columns(deleted=True)
    found = records.filter(LIVE).select("row", "deleted", SINCE, *values)
    stored = records.filter(LIVE)
    differs = [found[name].ne_missing(stored[name]) for name in columns]
    moved = pl.DataFrame(differs).select(pl.any_horizontal(pl.all())).to_series()
    written = [gone.select("row", "deleted", SINCE, *columns), found.filter(moved)]
    return Undo(records, pl.concat(written), conflicts)


def _told(versions: pl.DataFrame, columns: list[str], change: int, dead: list[int]) -> pl.DataFrame:
    """The last version of each record, with who wrote its columns and what."""
    ordered = versions.sort("row", "change")
    same = pl.col("row") == pl.col("row").shift(1)
    live = ~pl.col("change").is_in(dead)
    wrote = {
        name: pl.col(name).ne_missing(pl.when(same).then(pl.col(name).shift(1))).alias(WROTE + name)
        for name in columns
    }
    marked = ordered.with_columns(live.alias(LIVE), *wrote.values())
    own, since, before = (
        pl.col("change") == change,
        pl.col(LIVE) & (pl.col("change") > change),
        pl.col(LIVE) & (pl.col("change") < change),
    )
    told = [
        expression.alias(prefix + name)
        for name in columns
        for wrote in [pl.col(WROTE + name)]
        for prefix, expression in (
            (WROTE, (wrote & own).any()),
            (LATER, (wrote & since).any()),
            (LAST, pl.col(name).filter(wrote & pl.col(LIVE)).last()),
            (EARLIER, pl.col(name).filter(wrote & before).last()),
        )
    ]
    return marked.group_by("row", maintain_order=True).agg(
        *(pl.col(name).last() for name in ("deleted", *columns)),
        pl.col(LIVE).any(),
        pl.col("change").filter(pl.col(LIVE)).first().alias(SINCE),
        *told,
    )


def _value(name: str, taken: pl.Series | None, table: RecordTable) -> pl.Expr:
    """What a column becomes: nothing else than what the change set wrote moves."""
    value = pl.when(pl.col(WROTE + name)).then(pl.col(LAST + name)).otherwise(pl.col(name))
    if taken is not None:
        value = pl.when(pl.col("row").is_in(taken)).then(pl.col(EARLIER + name)).otherwise(value)
    lasting = {*table.keys, *table.needs}  # without them it would be no record
    return pl.coalesce(value, pl.col(name)) if name in lasting else value


def _conflicts(records: pl.DataFrame, units: tuple[Unit, ...]) -> pl.DataFrame:
    found = [
        records.filter(
            pl.any_horizontal(pl.col(WROTE + name) for name in unit.columns)
            & pl.any_horizontal(pl.col(LATER + name) for name in unit.columns)
        ).select("row", unit=pl.lit(place, pl.Int64))
        for place, unit in enumerate(units)
        if unit.columns[0] not in BOOKKEEPING
    ]
    return pl.concat(found)

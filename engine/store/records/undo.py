"""
What records become without one change set: what the change sets not undone would have made of them.

What a change set wrote is its version against the one before, field by field. A field that was
written since by a change set not undone, and is another now than before, is a conflict: the later
value stays unless the earlier one is taken. A record that it deleted is back, as the others have
left it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from engine.store.records.tables import RecordTable
from engine.store.records.upsert import Unit

WROTE, LATER = "@wrote ", "@later "  # whether the change set, or a live one since, wrote a column
LAST, EARLIER = "@last ", "@earlier "  # the last live value, and the last one before the change set
LIVE, SINCE = "@live", "@since"  # whether any live change set made the record; the first of them
DELETED, MOVES = "deleted", "@moves"
CONFLICTS = {"row": pl.Int64, "unit": pl.Int64}
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
    kept: Callable[[pl.Series], pl.DataFrame],
    passed_on: pl.DataFrame,
) -> Undo:
    """
    Takes one change set out of the history of some records.

    Args:
        versions: every version of the records concerned.
        units: what a write replaces as a whole; all columns of the table.
        change: the number of the change set.
        dead: the change sets whose writes do not count: undone ones, this one, and undos.
        earlier: `row`, `unit` of the conflicts whose earlier value is taken.
        kept: of records that nothing else has made, by their `row`, those that stay for another
            reason: `row`, `change`, since that change set.
        passed_on: `row`, `change` of versions that only gave a record to the customer whom its
            own has become: they make no record.
    """
    columns = [name for unit in units for name in unit.columns]
    if versions.is_empty():
        none = versions.select("row", DELETED, pl.lit(None, pl.Int64).alias(SINCE), *columns)
        return Undo(none, none, pl.DataFrame(schema=CONFLICTS))
    records = _last_versions(versions, columns, change, list(dead), passed_on)
    # What is deleted stays so, unless this change set has deleted it.
    records = records.filter(~pl.col(DELETED) | pl.col(WROTE + DELETED))
    stay = kept(records.filter(~pl.col(LIVE))["row"])
    records = records.join(stay, on="row", how="left", maintain_order="left")
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
    gone = records.filter(~pl.col(LIVE) & ~pl.col(DELETED)).with_columns(deleted=True)
    stored = records.filter(pl.col(LIVE) | pl.col(DELETED))
    found = stored.select("row", (~pl.col(LIVE)).alias(DELETED), SINCE, *values)
    differs = [found[name].ne_missing(stored[name]) for name in (DELETED, *columns)]
    moved = pl.DataFrame(differs).select(pl.any_horizontal(pl.all())).to_series()
    written = [gone.select("row", "deleted", SINCE, *columns), found.filter(moved)]
    return Undo(records, pl.concat(written), conflicts)


def _last_versions(
    versions: pl.DataFrame,
    columns: list[str],
    change: int,
    dead: list[int],
    passed_on: pl.DataFrame,
) -> pl.DataFrame:
    """The last version of each record, with who wrote its columns and what."""
    ordered = versions.sort("row", "change")
    same = pl.col("row") == pl.col("row").shift(1)
    live = ~pl.col("change").is_in(dead)
    wrote = {
        name: pl.col(name).ne_missing(pl.when(same).then(pl.col(name).shift(1))).alias(WROTE + name)
        for name in (*columns, DELETED)
    }
    marked = ordered.with_columns(live.alias(LIVE), *wrote.values())
    moves = passed_on.with_columns(pl.lit(value=True).alias(MOVES))
    marked = marked.join(moves, on=["row", "change"], how="left", maintain_order="left")
    makes = pl.col(LIVE) & ~pl.col(DELETED) & pl.col(MOVES).is_null()
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
        *(pl.col(name).last() for name in (DELETED, *columns)),
        makes.any().alias(LIVE),
        pl.col("change").filter(makes).first().alias(SINCE),
        (pl.col(WROTE + DELETED) & pl.col(DELETED) & own).any().alias(WROTE + DELETED),
        *told,
    )


def _value(name: str, taken: pl.Series | None, table: RecordTable) -> pl.Expr:
    """What a column becomes: nothing else than what the change set wrote moves."""
    back = pl.col(WROTE + name) | pl.col(DELETED)
    value = pl.when(back).then(pl.col(LAST + name)).otherwise(pl.col(name))
    if taken is not None:
        value = pl.when(pl.col("row").is_in(taken)).then(pl.col(EARLIER + name)).otherwise(value)
    lasting = {*table.keys, *table.needs}  # without them it would be no record
    return pl.coalesce(value, pl.col(name)) if name in lasting else value


def _differs(name: str) -> pl.Expr:
    return pl.col(name).ne_missing(pl.col(EARLIER + name))


def _conflicts(records: pl.DataFrame, units: tuple[Unit, ...]) -> pl.DataFrame:
    """What both wrote, where it matters which of the two values is taken."""
    both = [
        pl.any_horizontal(pl.col(WROTE + name) for name in unit.columns)
        .and_(pl.any_horizontal(pl.col(LATER + name) for name in unit.columns))
        .and_(pl.any_horizontal(_differs(name) for name in unit.columns))
        .alias(str(place))
        for place, unit in enumerate(units)
        if unit.columns[0] not in BOOKKEEPING
    ]
    of_each = records.select("row", *both).unpivot(index="row", variable_name="unit")
    return of_each.filter("value").select("row", pl.col("unit").cast(pl.Int64))

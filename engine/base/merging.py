"""
What records become when customers turn out to be one: the versions to write.

The one who stays wins each field, and what is blank there is filled from the others, in their
order. Their records become those of the one; they themselves are deleted, and lead to the one.
Customers rules 10 to 13.
"""

from collections.abc import Mapping

import polars as pl

from engine.base.kinds.customers import ANONYMOUS, MERGED
from engine.base.kinds.registry import KINDS, RECORD_TABLES, owned_kinds
from engine.base.profiles import Profile
from engine.store.changes import ChangeSet
from engine.store.records.tables import OWNER, RecordTable
from engine.store.records.upsert import Unit
from engine.store.snapshot import Snapshot

INTO = "@into"  # the `row` of the customer who stays
OWN = frozenset({"id", "created_at", "updated_at", ANONYMOUS, MERGED})  # of each profile alone
KEYS = ("source_id",)  # a visitor's is a token, and no id of the caller's
Merges = Mapping[int, int]  # `row` of a customer -> that of the one who stays


def units_of(table: RecordTable, snapshot: Snapshot) -> list[tuple[str, Unit]]:
    """What a write replaces as a whole, with the field's path: columns, and metadata keys."""
    paths = {field.column: path for path, field in KINDS[table.name].fields.items()}
    own = [(paths.get(name, name), Unit((name,))) for name in table.columns]
    stored = {space: said for said, space in table.namespaces.items()}
    keys: dict[str, list[str]] = {}
    for column in snapshot.columns:
        if column.namespace in stored:
            path = f"{stored[column.namespace]}.{column.path[0]}"
            keys.setdefault(path, []).append(column.column)
    return own + [(path, Unit(tuple(names))) for path, names in keys.items()]


def merged_customers(
    stay: pl.DataFrame, gone: pl.DataFrame, merges: Merges, units: list[tuple[str, Unit]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """
    Merges profiles.

    Args:
        stay: one row per customer who stays, as stored or about to be.
        gone: one row per other profile, in the order in which they fill.
        units: of all columns that either has.

    Returns:
        Those who stay, filled; and the others, deleted.
    """
    gone = gone.with_columns(
        pl.col("row").replace_strict(merges, return_dtype=pl.Int64).alias(INTO)
    )
    known = set(gone.columns) & set(stay.columns)
    for path, unit in units:
        names = [name for name in unit.columns if name in known]
        if path in OWN or not names:
            continue
        source = gone.filter(~pl.col(ANONYMOUS).fill_null(value=False)) if path in KEYS else gone
        if any(source[name].null_count() < source.height for name in names):
            stay = _filled(stay, source, names)
    return stay, gone.with_columns(pl.col(INTO).alias(MERGED), deleted=True).drop(INTO)


def _filled(stay: pl.DataFrame, gone: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Those who stay with the values of one unit, where they have none, from the first who has."""
    some = pl.any_horizontal(pl.col(name).is_not_null() for name in names)
    first = gone.filter(some).unique(INTO, keep="first", maintain_order=True)
    theirs = stay.select("row").join(
        first.select(pl.col(INTO).alias("row"), *names), on="row", how="left", maintain_order="left"
    )
    blank = stay.select(pl.all_horizontal(pl.col(name).is_null() for name in names)).to_series()
    return stay.with_columns(
        stay[name].zip_with(~blank, theirs[name].cast(stay.schema[name])) for name in names
    )


def move_records(profile: Profile, merges: Merges, change: ChangeSet) -> None:
    """Writes the records of those who go, less what the change set has written of them already."""
    if not merges:
        return
    theirs = profile.activity.among(pl.Series(list(merges), dtype=pl.Int64))
    for kind in owned_kinds():
        table, found = RECORD_TABLES[kind.name], theirs.counted(kind.name)
        # What the change set has written may have brought columns and rows already.
        where = change.pointers.get(kind.name, change.before.pointers[kind.name])
        schema = change.before.schema(table)
        if kind.name in change.written:
            written = change.written[kind.name]
            schema = dict(written.schema)
            found = found.filter(~pl.col("row").is_in(written["row"].implode()))
        if not found.is_empty():
            change.append(table, given_to(found, merges), schema, where.next_row)


def referred_again(profile: Profile, merges: Merges, stay: pl.DataFrame) -> pl.DataFrame:
    """
    Whom somebody who goes has referred: from now on whoever stays has.

    Args:
        stay: as it is about to be written.

    Returns:
        One row per customer who is neither: columns of `profile.customers`.
    """
    customers, sources = profile.customers, dict(stay.select("row", "source_id").iter_rows())
    if customers["referrer"].null_count() == customers.height:
        return customers.clear()
    gone = customers.filter(pl.col("row").is_in(list(merges)) & pl.col("source_id").is_not_null())
    known = dict(gone.select("source_id", "row").iter_rows())
    moves = {source: sources[merges[row]] for source, row in known.items()}
    theirs = customers.filter(pl.col("referrer").is_in(list(moves)))
    theirs = theirs.filter(~pl.col("row").is_in([*merges, *merges.values()]))
    return theirs.with_columns(pl.col("referrer").replace(moves))


def given_to(records: pl.DataFrame, merges: Merges) -> pl.DataFrame:
    """Records, one row each, with those who stay as their customers: `customer_row`."""
    if not merges:
        return records
    return records.with_columns(pl.col(OWNER).replace(dict(merges)))

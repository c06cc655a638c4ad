"""
Whose record a row of activity is: a known customer, or one that the row brings.

Imports rules 7 and 48: an unknown source id creates the customer, an unknown id rejects the row,
and a redemption with only a tracking id is a visitor's (`visitors`). An id may be a source id,
and an e-mail alone means the one customer who has it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

import polars as pl

from engine.base.kinds.registry import CUSTOMERS
from engine.base.lookup import follow_merges, merged_keys
from engine.base.merging import Merges, merged_customers, units_of
from engine.base.profiles import Profile
from engine.imports.columns.table import CUSTOMER_EMAIL, CUSTOMER_ID, CUSTOMER_SOURCE_ID
from engine.imports.emails import Attribution, by_email, respelt
from engine.imports.files.batch import FAULTS, Batch
from engine.imports.visitors import TRACKING, named_at_last, trails
from engine.store.changes import ChangeSet
from engine.store.records.identity import meant
from engine.store.records.tables import OWNER
from engine.store.records.upsert import Unit, Upsert, upsert
from engine.store.snapshot import Snapshot
from engine.system.spool import thinned
from engine.workspace.tracking import Tokens

NAMED = ("id", "source_id")  # of the customer
EMAIL = "email"  # the same, where neither is given


@dataclass(frozen=True, eq=False)
class OwnerRows:
    """The rows with their customers, before anything is written."""

    batch: Batch  # `rows` with `customer_row`, null where a row names nobody
    refused: pl.DataFrame  # row, reason; these rows are not in the batch
    people: Upsert  # the customers that the rows bring
    merges: Merges  # visitors who turn out to be customers of the rows


@dataclass(eq=False)
class NamedVisitors:
    """The visitors who get a name by a file of customers, batch by batch."""

    profile: Profile
    tokens: Tokens | None
    change: ChangeSet
    merges: dict[int, int] = field(default_factory=dict)

    def join(self, versions: pl.DataFrame) -> pl.DataFrame:
        """Versions of customers, one row each, with what merging makes of them: their columns."""
        found = named_at_last(self.profile, self.tokens, versions)
        self.merges.update(found)
        before, now = self.change.before, self.change.now
        return merged_versions(self.profile, versions, found, before, now)


def with_owners(
    batch: Batch, profile: Profile, tokens: Tokens | None, next_row: int, now: datetime
) -> OwnerRows:
    """
    Finds the customer of each row, and gives those that are new their `row`.

    Args:
        tokens: of the workspace, where it has any or the rows have tracking ids.
        next_row: the first `row` that no customer has been given.
        now: `created_at` of the new ones.
    """
    living, named = profile.customers, _references(batch.rows)
    followed = tokens is not None and named[TRACKING].null_count() < named.height
    found_trails = trails(named, profile, tokens) if tokens and followed else None
    if found_trails:
        named = found_trails.named(named)
    named = follow_merges(named, merged_keys(profile))
    found = _resolved(named, living)
    named = found.rows
    living = meant(living, named)
    known = pl.col("id").is_in(living["id"].implode()) | pl.col("anonymous")
    unknown = named.filter(pl.col("id").is_not_null() & ~known)
    reason = pl.format("no customer has the Id `{}`: import the customer first", "id")
    stated = named.filter(~pl.all_horizontal(pl.col(NAMED).is_null()))
    stated = stated.join(unknown.select("row"), on="row", how="anti", maintain_order="left")
    pairs = stated.unique(NAMED, keep="first", maintain_order=True)
    people = upsert(
        CUSTOMERS, living, pairs.select("row", *NAMED, EMAIL), _units(), next_row, now
    )  # as a file of customers would be read
    torn = _of_pairs(stated, pairs, people.rejected)
    refused = pl.concat([found.refused, unknown.select("row", reason=reason), torn])
    refused = refused.match_to_schema(FAULTS)
    theirs = batch.rows.select("row").join(
        _rows_of(stated, living, people), on="row", how="left", maintain_order="left"
    )
    rows = thinned(batch.rows.with_columns(theirs[OWNER]), refused)
    merges = named_at_last(profile, tokens, people.versions)
    if found_trails:
        people = replace(people, versions=found_trails.marked(people.versions))
        merges = {**merges, **found_trails.merges(_going_in(rows), profile)}
    return OwnerRows(replace(batch, rows=rows), refused, people, merges)


def owner_versions(people: Upsert, rows: pl.DataFrame) -> pl.DataFrame:
    """Of `people.versions` those whom rows that went in name, one row each; no other is made."""
    return people.versions.filter(pl.col("row").is_in(rows[OWNER].drop_nulls().implode()))


def merged_versions(
    profile: Profile, people: pl.DataFrame, merges: Merges, snapshot: Snapshot, now: datetime
) -> pl.DataFrame:
    """
    The versions of customers, one row each, with what merging visitors makes of them.

    Args:
        people: the versions that are to be written anyway.

    Returns:
        The columns of `people`, and those of whoever is written besides.
    """
    if not merges:
        return people
    customers = profile.customers
    written = people["row"].implode()
    stay = pl.Series([*{*merges.values()}], dtype=pl.Int64).implode()
    stored = customers.filter(pl.col("row").is_in(stay) & ~pl.col("row").is_in(written))
    before = pl.concat([people.filter(pl.col("row").is_in(stay)), stored], how="diagonal")
    gone = customers.filter(pl.col("row").is_in([*merges]))
    after, gone = merged_customers(before, gone, merges, units_of(CUSTOMERS, snapshot))
    fresh = after["row"].is_in(written)
    names = [name for name in after.columns if name in before.columns]
    differs = pl.DataFrame([after[name].ne_missing(before[name]) for name in names])
    moved = fresh | differs.select(pl.any_horizontal(pl.all())).to_series()
    after = after.filter(moved)
    touched = pl.when(pl.col("row").is_in(stored["row"].implode())).then(pl.lit(now))
    after = after.with_columns(updated_at=touched.otherwise("updated_at"))
    others = people.filter(~pl.col("row").is_in([*merges.values(), *merges]))
    return pl.concat([others, after, gone], how="diagonal")


def _units() -> tuple[Unit, ...]:
    return tuple(Unit((name,)) for name in (*NAMED, EMAIL))


def _resolved(named: pl.DataFrame, living: pl.DataFrame) -> Attribution:
    """
    The rows with the id or source id of the customer whom they mean.

    `email` stays where it may make a customer. Whoever shares an e-mail is in `refused`.
    """
    sources = living["source_id"].drop_nulls().implode()
    stranger = pl.col("id").is_not_null() & ~pl.col("id").is_in(living["id"].implode())
    stranger &= ~pl.col("anonymous") & pl.col("source_id").is_null()
    theirs = stranger & pl.col("id").is_in(sources)
    rows = named.with_columns(
        id=pl.when(~theirs).then("id"),
        source_id=pl.when(theirs).then("id").otherwise("source_id"),
        guest=stranger & ~theirs & pl.col(EMAIL).is_not_null(),
    )
    rows = respelt(rows, living)
    lacking = pl.all_horizontal(pl.col(NAMED).is_null()) | pl.col("guest")
    return by_email(rows.with_columns(lacking=lacking & pl.col(EMAIL).is_not_null()), living)


def _references(rows: pl.DataFrame) -> pl.DataFrame:
    """`row`, `id`, `source_id` and `email` of the customer, `anonymous`."""

    def given(name: str) -> pl.Expr:
        return (pl.col(name) if name in rows.columns else pl.lit(None, pl.String)).alias(name)

    named = rows.select(
        "row",
        given(CUSTOMER_ID.name).alias("id"),
        given(CUSTOMER_SOURCE_ID.name).alias("source_id"),
        given(CUSTOMER_EMAIL.name).alias(EMAIL),
        given(TRACKING),
    )
    return named.with_columns(anonymous=pl.lit(value=False))


def _going_in(rows: pl.DataFrame) -> pl.DataFrame:
    """`row` and `customer_row` of the rows whose own id is not blank, which would reject them."""
    fits = pl.col("id").fill_null("-") != "" if "id" in rows.columns else pl.lit(value=True)
    return rows.filter(fits).select("row", OWNER)


def _of_pairs(stated: pl.DataFrame, pairs: pl.DataFrame, rejected: pl.DataFrame) -> pl.DataFrame:
    """The reasons against a customer, for every row that names the customer so."""
    against = pairs.join(rejected, on="row").select(*NAMED, "reason")
    return stated.join(against, on=NAMED, nulls_equal=True, maintain_order="left").select(
        "row", reason=pl.lit("customer: ") + pl.col("reason")
    )


def _rows_of(stated: pl.DataFrame, living: pl.DataFrame, people: Upsert) -> pl.DataFrame:
    """`row` in the file, and `customer_row`."""
    columns = (*NAMED, "row")
    fresh = people.versions.select(columns)
    everybody = pl.concat([living.select(columns), fresh]).rename({"row": OWNER})
    by_id = everybody.select("id", OWNER).unique("id")
    by_source = everybody.select("source_id", by_source=OWNER).drop_nulls().unique("source_id")
    found = stated.join(by_id, on="id", how="left").join(by_source, on="source_id", how="left")
    return found.select("row", pl.coalesce(OWNER, "by_source").alias(OWNER))

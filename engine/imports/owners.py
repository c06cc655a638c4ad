"""
Whose record a row of activity is: a known customer, or one that the row brings.

Imports rules 7 and 48: an unknown source id creates the customer, an unknown id rejects the row,
and a redemption with only a tracking id belongs to an anonymous profile. An id may be a source id,
and an e-mail alone means the one customer who has it.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from engine.base.kinds.registry import CUSTOMERS
from engine.imports.columns.table import CUSTOMER_EMAIL, CUSTOMER_ID, CUSTOMER_SOURCE_ID
from engine.imports.emails import Meant, by_email, respelt
from engine.imports.files.batch import FAULTS, Batch
from engine.imports.keyless import tracked
from engine.store.records.identity import meant
from engine.store.records.tables import OWNER
from engine.store.records.upsert import Unit, Upsert, upsert
from engine.system.spool import thinned

NAMED = ("id", "source_id")  # of the customer
EMAIL = "email"  # the same, where neither is given
TRACKING = "tracking_id"


@dataclass(frozen=True, eq=False)
class OwnerRows:
    """The rows with their customers, before anything is written."""

    batch: Batch  # `rows` with `customer_row`, null where a row names nobody
    refused: pl.DataFrame  # row, reason; these rows are not in the batch
    people: Upsert  # the customers that the rows bring


def with_owners(batch: Batch, living: pl.DataFrame, next_row: int, now: datetime) -> OwnerRows:
    """
    Finds the customer of each row, and gives those that are new their `row`.

    Args:
        living: the living customers.
        next_row: the first `row` that no customer has been given.
        now: `created_at` of the new ones.
    """
    found = _resolved(_named(batch.rows), living)
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
    return OwnerRows(replace(batch, rows=rows), refused, people)


def owner_versions(people: Upsert, rows: pl.DataFrame) -> pl.DataFrame:
    """Of `people.versions` those whom rows that went in name, one row each; no other is made."""
    return people.versions.filter(pl.col("row").is_in(rows[OWNER].drop_nulls().implode()))


def _units() -> tuple[Unit, ...]:
    return tuple(Unit((name,)) for name in (*NAMED, EMAIL))


def _resolved(named: pl.DataFrame, living: pl.DataFrame) -> Meant:
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


def _named(rows: pl.DataFrame) -> pl.DataFrame:
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
    alone = pl.all_horizontal(pl.col(*NAMED, EMAIL).is_null()) & pl.col(TRACKING).is_not_null()
    marked = named.with_columns(anonymous=alone)
    if not marked["anonymous"].any():
        return marked
    ids = tracked(marked[TRACKING], CUSTOMERS.prefix)
    return marked.with_columns(id=pl.when("anonymous").then(ids).otherwise("id"))


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

"""
Customers by their e-mail, in capitals or not (imports rule 48).

Source ids that are e-mails are the same without case: the first spelling stays.
"""

from dataclasses import dataclass

import polars as pl

from engine.imports.files.batch import FAULTS
from engine.text.blanks import trimmed

AT = "@"
NOBODY = "0"  # what shops write as the customer of a guest
OWNERS = 3  # that a reason names


@dataclass(frozen=True, eq=False)
class Attribution:
    """Rows with the customer whom each means."""

    rows: pl.DataFrame  # `row`, `id`, `source_id`, `email`, the columns that came with them
    refused: pl.DataFrame  # row, reason


def respelt(rows: pl.DataFrame, living: pl.DataFrame) -> pl.DataFrame:
    """
    The rows with each source id that is an e-mail as it is stored, else as it came first.

    One that is stored with blanks around it, as a call may give it, is meant without them too.

    Args:
        rows: `source_id`, in file order.
        living: `source_id` of the living customers.
    """
    if "source_id" not in rows.columns:
        return rows
    rows = _with_blanks(rows, living["source_id"].drop_nulls())
    if not rows["source_id"].str.contains(AT, literal=True).any():
        return rows
    known = pl.concat([living["source_id"].drop_nulls(), rows["source_id"].drop_nulls()])
    spelt = known.filter(known.str.contains(AT, literal=True)).to_frame("@spelt")
    lower = pl.col("@spelt").str.to_lowercase().alias("@lower")
    first = spelt.with_columns(lower).unique("@lower", keep="first", maintain_order=True)
    exact = living.select("source_id").drop_nulls().with_columns(stored=pl.lit(value=True))
    found = rows.with_columns(pl.col("source_id").str.to_lowercase().alias("@lower")).join(
        first, on="@lower", how="left", maintain_order="left"
    )
    found = found.join(exact, on="source_id", how="left", maintain_order="left")
    same = pl.when("stored").then("source_id").otherwise(pl.coalesce("@spelt", "source_id"))
    return found.with_columns(source_id=same).drop("@lower", "@spelt", "stored")


def _with_blanks(rows: pl.DataFrame, stored: pl.Series) -> pl.DataFrame:
    if (bare := trimmed(stored)) is stored:  # nobody's has any, as nearly always
        return rows
    spelt = pl.DataFrame({"source_id": bare, "@spelt": stored})
    odd = spelt.filter((bare != stored) & ~bare.is_in(stored.implode())).unique("source_id")
    found = rows.join(odd, on="source_id", how="left", maintain_order="left")
    return found.with_columns(source_id=pl.coalesce("@spelt", "source_id")).drop("@spelt")


def by_email(rows: pl.DataFrame, living: pl.DataFrame) -> Attribution:
    """
    The rows with the customer whom an e-mail means: the one who has it, else a new one.

    Args:
        rows: `row`, `id`, `source_id`, `email`; `lacking` where the e-mail has to say it, and
            `guest` where an id beside it is nobody's here.
        living: `id`, `source_id` and `email` of the living customers.

    Returns:
        `email` only where a row may make a customer. Refused is who names several.
    """
    if not rows["lacking"].any():
        return Attribution(rows, FAULTS.to_frame())
    owners = _owners(living, rows)
    found = rows.with_columns(pl.col("email").str.to_lowercase().alias("@lower")).join(
        owners, on="@lower", how="left", maintain_order="left"
    )
    shared = found.filter(pl.col("lacking") & (pl.col("@count") > 1))
    reason = pl.format(
        "customer.email: {} customers have `{}`: {}: name one by Customer_id or Customer_source_id",
        "@count", "email", pl.col("@names"),
    )  # fmt: skip
    refused = shared.select("row", reason=reason).match_to_schema(FAULTS)
    spelt = pl.col("email").first().over("@lower")
    known = pl.col("lacking") & (pl.col("@count") == 1).fill_null(value=False)
    new = pl.col("lacking") & pl.col("@count").is_null()
    numbered = pl.col("guest") & (pl.col("id") != NOBODY)
    rows = found.with_columns(
        id=pl.when(known).then("@id").when(~new).then("id"),
        source_id=pl.when(new & numbered).then("id").when(new).then(spelt)
        .when(~known).then("source_id"),
        email=pl.when(~known).then(pl.when(new).then(spelt).otherwise("email")),
    ).drop("@lower", "@id", "@count", "@names")  # fmt: skip
    rows = rows.join(refused, on="row", how="anti", maintain_order="left")
    return Attribution(rows, refused)


def _owners(living: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Who has each e-mail that rows name, as their e-mail or their source id: `@lower`, `@id`."""
    wanted = rows.filter("lacking")["email"].str.to_lowercase().unique().implode()
    named = [
        living.select("id", "source_id", pl.col(name).str.to_lowercase().alias("@lower"))
        for name in ("email", "source_id")
    ]
    found = pl.concat(named).filter(pl.col("@lower").is_in(wanted)).unique()
    name = pl.format("`{}`", pl.coalesce("source_id", "id"))
    return found.group_by("@lower", maintain_order=True).agg(
        pl.col("id").first().alias("@id"),
        pl.len().alias("@count"),
        name.sort().head(OWNERS).str.join(", ").alias("@names"),
    )

"""
Visitors in a file of activity: whom each tracking id leads to, and who turns out to be a customer.

Imports rules 56 to 58.
"""

from dataclasses import dataclass

import polars as pl

from engine.base.kinds.customers import ANONYMOUS
from engine.base.kinds.registry import CUSTOMERS
from engine.base.lookup import become
from engine.base.merging import Merges
from engine.base.profiles import Profile, places
from engine.imports.keyless import tracked
from engine.store.records.tables import OWNER
from engine.workspace.tracking import PREFIX, Tokens

TRACKING = "tracking_id"
NAMED = ("id", "source_id", "email")  # what names a customer
WITHOUT = ("source_id", "name", "email", "phone")  # a visitor of an earlier program has none
TOKEN, LEAD, VISITOR = "@token", "@lead", "@visitor"  # of a tracking id: its customer's `row`


@dataclass(frozen=True, eq=False)
class Trails:
    """The tracking ids of a file."""

    leads: pl.DataFrame  # one row each: tracking_id, @token, @lead, @visitor, id of the lead
    naming: pl.DataFrame  # of those that come with a customer: tracking_id, row, NAMED of the first

    def named(self, rows: pl.DataFrame) -> pl.DataFrame:
        """
        The rows with the customer whom a tracking id alone means.

        Args:
            rows: `row`, the columns of `NAMED`, `tracking_id`.

        Returns:
            Them with `anonymous`: the row makes a visitor.
        """
        first = self.naming.select(TRACKING, *(pl.col(name).alias(f"@{name}") for name in NAMED))
        found = rows.join(self.leads, on=TRACKING, how="left", maintain_order="left").join(
            first.with_columns(named=pl.lit(value=True)),
            on=TRACKING, how="left", maintain_order="left",
        )  # fmt: skip
        alone = pl.all_horizontal(pl.col(NAMED).is_null()) & pl.col(TRACKING).is_not_null()
        customer = alone & pl.col(LEAD).is_not_null() & ~pl.col(VISITOR)
        same = alone & ~customer & pl.col("named").is_not_null()
        visitor = alone & ~customer & ~same
        own = pl.col("@lead_id")
        return found.with_columns(
            id=pl.when(customer | visitor).then(own).when(same).then("@id").otherwise("id"),
            source_id=pl.when(visitor).then("@source").when(same).then("@source_id")
            .otherwise("source_id"),
            email=pl.when(same).then("@email").otherwise("email"),
            anonymous=visitor & pl.col(LEAD).is_null(),
        ).select(rows.columns)  # fmt: skip

    def merges(self, owners: pl.DataFrame, profile: Profile) -> Merges:
        """
        The visitors who turn out to be customers of the file, who are none themselves.

        Args:
            owners: `row` and `customer_row` of the rows that go in.
        """
        found = self.naming.join(owners, on="row").join(
            self.leads.filter(VISITOR), on=TRACKING, how="inner"
        )
        visitors = profile.customers.filter(ANONYMOUS)["row"].implode()
        found = found.filter(~pl.col(OWNER).is_in(visitors), pl.col(OWNER) != pl.col(LEAD))
        return dict(found.sort("row").unique(LEAD, keep="first").select(LEAD, OWNER).iter_rows())

    def marked(self, versions: pl.DataFrame) -> pl.DataFrame:
        """Versions of customers, one row each, with `anonymous` of those whom a token means."""
        tokens = pl.col("source_id").is_in(self.leads[TOKEN].implode())
        return versions.with_columns(pl.when(tokens).then(pl.lit(value=True)).alias(ANONYMOUS))


def trails(rows: pl.DataFrame, profile: Profile, tokens: Tokens) -> Trails:
    """
    Whom the tracking ids of a file lead to.

    Args:
        rows: `row`, the columns of `NAMED`, `tracking_id`.
    """
    wanted = rows[TRACKING].drop_nulls().unique(maintain_order=True)
    frame = pl.DataFrame(
        {
            TRACKING: wanted,
            TOKEN: pl.Series([tokens.of(one) for one in wanted], dtype=pl.String),
            "@legacy": tracked(wanted, CUSTOMERS.prefix),
        }
    )
    found = _among(frame, _by_key(frame, profile, tokens), profile)
    named = rows.filter(pl.any_horizontal(pl.col(NAMED).is_not_null()))
    first = named.drop_nulls(TRACKING).unique(TRACKING, keep="first", maintain_order=True)
    return Trails(found, first.select(TRACKING, "row", *NAMED))


def named_at_last(profile: Profile, tokens: Tokens | None, people: pl.DataFrame) -> Merges:
    """
    Those who went by the token of a source id that a customer has by now, visitors or not.

    Args:
        people: versions of customers that are about to be written.
    """
    visitors = profile.customers.filter(pl.col("source_id").str.starts_with(PREFIX))
    if tokens is None or visitors.is_empty():
        return {}
    fresh = people.filter(~pl.col("row").is_in(profile.customers["row"].implode()))
    fresh = fresh.select(pl.col("row").alias(OWNER), source="source_id").drop_nulls()
    own = pl.Series([tokens.of(one) for one in fresh["source"]], dtype=pl.String)
    found = fresh.with_columns(source_id=own).filter(pl.col("source") != own)
    known = visitors.select("source_id", "row")
    return dict(found.join(known, on="source_id").select("row", OWNER).iter_rows())


def _among(frame: pl.DataFrame, known: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """The tracking ids with their customers: by the token first, then by the id itself."""
    keys = known.select("@key", LEAD).unique("@key", keep="first")
    found = frame
    for name in (TOKEN, TRACKING, "@legacy"):
        lead = keys.rename({"@key": name, LEAD: f"{LEAD} {name}"})
        found = found.join(lead, on=name, how="left", maintain_order="left")
    past = _past(frame, profile).rename({LEAD: f"{LEAD} past"})
    found = found.join(past, on=TRACKING, how="left", maintain_order="left")
    leads = [f"{LEAD} {name}" for name in (TOKEN, TRACKING, "@legacy", "past")]
    found = found.with_columns(pl.coalesce(leads).alias(LEAD)).drop(leads)
    at = profile.customers[places(profile.customers, found[LEAD].drop_nulls().unique().sort())]
    earlier = pl.all_horizontal(pl.col(name).is_null() for name in WITHOUT)
    people = at.select(
        pl.col("row").alias(LEAD),
        pl.col("id").alias("@lead_id"),
        pl.col("source_id").is_null().alias("@bare"),
        pl.col(ANONYMOUS).fill_null(value=False).alias(VISITOR),
        earlier=earlier,
    )
    found = found.join(people, on=LEAD, how="left", maintain_order="left")
    visitor = pl.col(VISITOR) | (pl.col("earlier") & (pl.col("@lead_id") == pl.col("@legacy")))
    fresh = pl.col(LEAD).is_null()
    return found.with_columns(
        visitor.fill_null(value=False).alias(VISITOR),
        pl.coalesce("@lead_id", "@legacy").alias("@lead_id"),
        # One of an earlier program gets the token that others have.
        pl.when(fresh | pl.col("@bare")).then(TOKEN).alias("@source"),
    ).drop("@legacy", "@bare", "earlier")


def _by_key(frame: pl.DataFrame, profile: Profile, tokens: Tokens) -> pl.DataFrame:
    """Every customer who goes by one of the keys, also as somebody merged: `@key`, `@lead`."""
    sources = pl.concat([frame[TOKEN], frame[TRACKING]]).unique().implode()
    ids = frame["@legacy"].implode()
    living, merged = profile.customers, profile.merged
    parts = [
        part.filter(pl.col(name).is_in(wanted)).select(pl.col(name).alias("@key"), LEAD)
        for part in (living.with_columns(pl.col("row").alias(LEAD)), _followed(merged, profile))
        for name, wanted in (("source_id", sources), ("id", ids))
    ]
    own = [one for one in frame[TRACKING] if tokens.own(one)]
    found = {one: tokens.owner(profile, one) for one in own}
    owners = {one: living["row"][at] for one, at in found.items() if at is not None}
    schema = {"@key": pl.String, LEAD: pl.Int64}
    return pl.concat([*parts, pl.DataFrame({"@key": [*owners], LEAD: [*owners.values()]}, schema)])


def _followed(merged: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Who was merged, with the customer whom each has become in the end."""
    last = [become(profile, row) for row in merged["row"]]
    return merged.with_columns(pl.Series(LEAD, last, dtype=pl.Int64)).drop_nulls(LEAD)


def _past(frame: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """The customer with a name of all earlier redemptions with a tracking id, where it is one."""
    records = profile.activity.records("redemptions")
    mine = records.filter(pl.col(TRACKING).is_in(frame[TRACKING].implode()))
    visitors = profile.customers.filter(ANONYMOUS)["row"].implode()
    named = mine.filter(~pl.col(OWNER).is_in(visitors))
    owners = named.group_by(TRACKING).agg(pl.col(OWNER).unique())
    return owners.filter(pl.col(OWNER).list.len() == 1).select(
        TRACKING, pl.col(OWNER).list.first().alias(LEAD)
    )

"""
A customer by key: found in an index once that pays, and followed where profiles were merged.

Whoever was merged into another is that one, under both ids.
"""

import polars as pl

from engine.base.indexes import mark_of, plain
from engine.base.kinds.customers import MERGED
from engine.base.profiles import Profile, places
from engine.store.records.latest import few_places

KEYS = ("id", "source_id")


def place_of(profile: Profile, column: str, key: str) -> int | None:
    """
    Where the customer with this `id` or `source_id` stands in the profile's customers.

    Source ids that are e-mails are the same without case, the exact one first. None: nobody has it.
    """
    customers = profile.customers
    found = few_places(customers, _candidates(profile, key))
    names = customers[column]
    keys = {names[at]: at for at in found}  # to gather a few takes a query
    if key not in keys and column == "source_id" and "@" in key:
        alike = [at for one, at in keys.items() if one and one.lower() == key.lower()]
        keys = {key: alike[0]} if alike else {}
    return int(keys[key]) if key in keys else _merged(profile, column, key)


def become(profile: Profile, row: int) -> int | None:
    """The `row` of the living customer whom one has become, perhaps over several."""
    row = last_of(profile, row)
    return row if len(places(profile.customers, pl.Series([row]))) else None


def last_of(profile: Profile, row: int) -> int:
    """The `row` of whom one has become in the end, living or not; of all others their own."""
    into = profile.once(
        "merged into", lambda: dict(profile.merged.select("row", MERGED).iter_rows())
    )
    while row in into:
        row = into[row]
    return row


def merged_keys(profile: Profile) -> pl.DataFrame:
    """
    The keys of everybody who has become another customer.

    Returns:
        One row each: `@key`, an id or a source id that no living customer has, and `@id` of who
        goes by it now.
    """
    return profile.once("merged keys", lambda: _merged_keys(profile))


def follow_merges(rows: pl.DataFrame, passed: pl.DataFrame) -> pl.DataFrame:
    """
    Rows of a file, one each, that name somebody merged, with the `id` of who that is now.

    Source ids that are e-mails are the same without case, the exact one first.

    Args:
        rows: `id`, `source_id`.
        passed: as `merged_keys` gives it.
    """
    if passed.is_empty():
        return rows
    by_id = passed.rename({"@key": "id", "@id": "@by_id"})
    by_source = passed.rename({"@key": "source_id", "@id": "@by_source"})
    emails = passed.filter(pl.col("@key").str.contains("@", literal=True))
    by_email = emails.select(_spelt("@key").alias("@email"), pl.col("@id").alias("@by_email"))
    found = rows.with_columns(_spelt("source_id").alias("@email"))
    by_email = by_email.unique("@email", keep="last")
    for key, known in (("id", by_id), ("source_id", by_source), ("@email", by_email)):
        found = found.join(known, on=key, how="left", maintain_order="left")
    alone = pl.when(pl.col("id").is_null()).then(pl.coalesce("@by_source", "@by_email"))
    now = pl.coalesce("@by_id", alone)
    return found.with_columns(
        id=pl.coalesce(now, "id"), source_id=pl.when(now.is_null()).then("source_id")
    ).drop("@email", "@by_id", "@by_source", "@by_email")


def _merged_keys(profile: Profile) -> pl.DataFrame:
    merged, customers = profile.merged, profile.customers
    if merged.is_empty():
        return pl.DataFrame(schema={"@key": pl.String, "@id": pl.String})
    last = pl.Series("row", [become(profile, row) for row in merged["row"]], dtype=pl.Int64)
    into = merged.select("id", "source_id").with_columns(last).drop_nulls("row")
    named = into.join(customers.select("row", pl.col("id").alias("@id")), on="row")
    parts = []
    for column in KEYS:
        keys = named.select(pl.col(column).alias("@key"), "@id").drop_nulls()
        spelt = keys.select(_spelt("@key")).to_series()
        living = customers.select(_spelt(column)).to_series()
        living = living.filter(living.is_in(spelt.implode()))
        parts.append(keys.filter(~spelt.is_in(living.implode())))
    return pl.concat(parts).unique("@key", keep="last", maintain_order=True)


def _spelt(column: str) -> pl.Expr:
    """A key in the one spelling of those that are the same."""
    key = pl.col(column)
    return pl.when(key.str.contains("@", literal=True)).then(key.str.to_lowercase()).otherwise(key)


def _merged(profile: Profile, column: str, key: str) -> int | None:
    # By the column alone: each plan of a query takes its time, and every new source id comes here.
    names = profile.merged[column]
    theirs = names == key
    if "@" in key and not theirs.any():
        theirs = names.str.to_lowercase() == key.lower()
    for row in profile.merged["row"].filter(theirs):
        if (last := become(profile, row)) is not None:
            return int(places(profile.customers, pl.Series([last]))[0])
    return None


def prepare(profile: Profile) -> None:
    """Makes the index by which a customer is found, if there is none yet."""
    profile.indexes.rows("keys", profile.customers, (), KEYS, plain)


def _candidates(profile: Profile, key: str) -> list[int]:
    """The `row` of every customer who may have a key, whatever its case."""
    customers = profile.customers
    if profile.indexes.pays("keys"):
        return profile.indexes.rows("keys", customers, [mark_of(key)], KEYS, plain)
    alike = [pl.col(name) == key for name in KEYS]
    if "@" in key:
        alike.append(pl.col("source_id").str.to_lowercase() == key.lower())
    return customers.filter(pl.any_horizontal(alike))["row"].to_list()

"""
A customer by key: found in an index once that pays, and followed where profiles were merged.

Whoever was merged into another is that one, under both ids.
"""

import polars as pl

from engine.base.indexes import plain
from engine.base.kinds.customers import MERGED
from engine.base.profiles import Profile, places

KEYS = ("id", "source_id")


def place_of(profile: Profile, column: str, key: str) -> int | None:
    """
    Where the customer with this `id` or `source_id` stands in the profile's customers.

    Source ids that are e-mails are the same without case, the exact one first. None: nobody has it.
    """
    customers = profile.customers
    found = places(customers, pl.Series(_candidates(profile, key), dtype=pl.Int64))
    keys = dict(zip(customers[column].gather(found), found, strict=True))
    if key not in keys and column == "source_id" and "@" in key:
        alike = [at for one, at in keys.items() if one and one.lower() == key.lower()]
        keys = {key: alike[0]} if alike else {}
    return int(keys[key]) if key in keys else _merged(profile, pl.col(column) == key)


def become(profile: Profile, row: int) -> int | None:
    """The `row` of the living customer whom one has become, perhaps over several."""
    into = profile.once(
        "merged into", lambda: dict(profile.merged.select("row", MERGED).iter_rows())
    )
    while row in into:
        row = into[row]
    return row if len(places(profile.customers, pl.Series([row]))) else None


def _merged(profile: Profile, which: pl.Expr) -> int | None:
    for row in profile.merged.filter(which)["row"]:
        if (last := become(profile, row)) is not None:
            return int(places(profile.customers, pl.Series([last]))[0])
    return None


def _candidates(profile: Profile, key: str) -> list[int]:
    """The `row` of every customer who may have a key, whatever its case."""
    customers = profile.customers
    if profile.indexes.pays("keys"):
        mark = plain(pl.Series([key])).item()
        return profile.indexes.rows("keys", customers, mark, KEYS, plain)
    alike = [pl.col(name) == key for name in KEYS]
    if "@" in key:
        alike.append(pl.col("source_id").str.to_lowercase() == key.lower())
    return customers.filter(pl.any_horizontal(alike))["row"].to_list()

"""Customers whole, as objects of the service's API."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from engine.base.profiles import Profile
from engine.lists import objects

SLICE = 10_000  # customers at a time that are made into objects


def to_objects(profile: Profile, positions: pl.Series) -> Iterator[dict[str, Any]]:
    """The customers in the shape of the service's API; fields without a value are left out."""
    # Events are no part of the service's customer.
    fields = [field for field in profile.catalogue.fields() if field.table != "events"]
    for start in range(0, len(positions), SLICE):
        documents = objects.to_objects(profile, fields, positions.slice(start, SLICE))
        yield from ({**document, "object": "customer"} for document in documents)

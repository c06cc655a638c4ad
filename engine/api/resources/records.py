"""Records as documents: some of a table, each with all that is kept of it."""

from typing import Any

import polars as pl

from engine.base.profiles import Profile
from engine.base.records import records_of
from engine.lists.objects import to_objects

Document = dict[str, Any]


def documents(profile: Profile, table: str, positions: pl.Series) -> list[Document]:
    """Some records of a table, in the order of the positions, with the keys of their customers."""
    records = records_of(profile, table)
    return to_objects(records, records.catalogue.fields(), positions)


def places_of(profile: Profile, table: str, column: str, values: list[str]) -> pl.Series:
    """One row per record whose stored column has one of some values: where it stands."""
    found = records_of(profile, table).frame[column].is_in(pl.Series(values).implode())
    return found.fill_null(value=False).arg_true()

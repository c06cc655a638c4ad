"""How many others name a customer as their referrer: of few customers looked up in an index."""

from collections.abc import Collection

import polars as pl

from engine.base.indexes import marks_of, plain
from engine.base.profiles import Profile, places
from engine.store.records.latest import at_places

REFERRER = "referrer"


def referrals(profile: Profile, sources: Collection[str]) -> dict[str, int]:
    """How many others of everybody each of some source ids has referred; 0 may be left out."""
    named = _naming(profile, sorted(sources))
    if named.is_empty():
        return {}
    others = named.filter(pl.col(REFERRER).ne_missing(pl.col("source_id")))
    return dict(others.group_by(REFERRER).len().iter_rows())


def _naming(profile: Profile, sources: list[str]) -> pl.DataFrame:
    """Who names one of some source ids; one row each, `referrer` and `source_id`."""
    everybody = profile.everybody
    # No selection: columns that are in different parts would be copied for it.
    known = pl.DataFrame([everybody[REFERRER], everybody["source_id"]])
    those = pl.col(REFERRER).is_in(sources)
    if everybody is not profile.customers or not profile.indexes.pays(REFERRER):
        return known.filter(those)
    found = profile.indexes.rows(REFERRER, everybody, marks_of(sources), (REFERRER,), plain)
    if not found:
        return known.clear()
    at = places(everybody, pl.Series(found, dtype=pl.Int64))
    return at_places(known, at).filter(those)

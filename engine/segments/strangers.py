"""The segments that somebody would be in of whom nothing is known."""

import polars as pl

from engine.base.profiles import Profile
from engine.workspace.workbench import Workbench


def strangers_segments(workbench: Workbench) -> frozenset[str]:
    """The ids of the segments whose filters match a customer without any value."""
    stranger = _stranger(workbench.profile())
    return workbench.memberships.containing(stranger, workbench.clock(), 0)


def _stranger(profile: Profile) -> Profile:
    """The profile of one customer who has nothing but a `row`, which is nobody's."""
    known = profile.customers
    row = known.select((pl.col("row").max().fill_null(0) + 1).alias("row"))
    alone = pl.concat([known.clear(), row], how="diagonal")
    activity = profile.activity.among(alone["row"])
    return Profile(profile.snapshot, alone, activity, profile.inner, lambda: profile.everybody)

"""
Who stands on a static list: of whoever has become another customer, by a merge, that one.

The list keeps the numbers that were put on it, so a merge that is undone takes the survivor off
again, and each state of the past has the members of then.
"""

from collections.abc import Iterable

from pyroaring import BitMap

from engine.base.lookup import last_of
from engine.base.profiles import Profile
from engine.store.results.members import Members


def standing(profile: Profile, members: Members) -> Members:
    """A list's members with whom they have become in a state; who is gone stays among them."""
    merged = members.among(BitMap(profile.merged["row"]))
    now = survivors(profile, merged)
    return members.flipped(now - members.among(now)) if now else members


def survivors(profile: Profile, rows: Iterable[int]) -> BitMap:
    """The `row` of whom some customers have become; of all others their own."""
    return BitMap(last_of(profile, row) for row in rows)


def without(profile: Profile, members: BitMap, leaving: BitMap) -> BitMap:
    """A list's own numbers without some customers, and without whoever has become one of them."""
    merged = members & BitMap(profile.merged["row"])
    return members - leaving - BitMap(row for row in merged if last_of(profile, row) in leaving)

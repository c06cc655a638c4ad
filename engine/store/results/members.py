"""
Who is in each segment, as roaring bitmaps over customers' `row`.

Members are kept in parts, each a hundred times smaller than the one before: who entered or left is
added to the smallest, and a part that grows too large to the next. One customer who moves must not
cost the writing of a hundred kilobytes for each of 300 segments.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import xor

from pyroaring import BitMap
from sqlalchemy import Connection, delete, select

from engine.store.results.tables import membership_part
from engine.store.results.upserts import put_rows, upsert

MOST = (2**32, 10_000, 100)  # customers in each part; 10,000 take 20 KB, half a million 100
SMALLEST_FIRST = range(len(MOST) - 1, -1, -1)
PART = upsert(membership_part)
AT_ONCE = 500  # segments in one question: SQLite takes at most 32,766 values


@dataclass(frozen=True, eq=False)
class Members:
    """The `row` of everybody in one segment: who is in an odd number of the parts."""

    parts: tuple[BitMap, ...] = (BitMap(),) * len(MOST)
    unsaved: frozenset[int] = frozenset()  # places of parts that are not as they are stored

    @cached_property
    def rows(self) -> BitMap:
        """All of them."""
        return reduce(xor, self.parts)

    def __contains__(self, row: int) -> bool:
        """Whether one customer is among them: a fifth of a microsecond."""
        inside = False
        for part in self.parts:
            inside ^= row in part
        return inside

    def among(self, asked: BitMap) -> BitMap:
        """Those of some customers, whose number is all that it costs."""
        first, *others = self.parts
        found = first & asked
        for part in others:
            found ^= part & asked
        return found

    def flipped(self, moved: BitMap) -> "Members":
        """Once these have entered who were not there, and left who were."""
        place = next(place for place in SMALLEST_FIRST if len(moved) <= MOST[place])
        return self._with(place, self.parts[place] ^ moved)

    def settled(self) -> "Members":
        """The same, with no part larger than it may be."""
        for place in range(len(MOST) - 1, 0, -1):
            if len(self.parts[place]) > MOST[place]:
                larger = self._with(place - 1, self.parts[place - 1] ^ self.parts[place])
                return larger._with(place, BitMap()).settled()
        return self

    def _with(self, place: int, part: BitMap) -> "Members":
        parts = (*self.parts[:place], part, *self.parts[place + 1 :])
        return Members(parts, self.unsaved | {place})


def members_of(connection: Connection, segment_ids: Iterable[str]) -> dict[str, Members]:
    """Who is in some segments."""
    ids, found = list(segment_ids), dict[str, Members]()
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        parts = {key: list(Members().parts) for key in some}
        asked = select(membership_part).where(membership_part.c.segment_id.in_(some))
        for key, level, rows in connection.execute(asked):
            if level not in range(len(MOST)):
                raise ValueError(f"members at level {level}, which there is not")
            parts[key][level] = BitMap.deserialize(rows)
        found |= {key: Members(tuple(each)) for key, each in parts.items()}
    return found


def rewrite_members(connection: Connection, right: Mapping[str, BitMap]) -> None:
    """Writes who is in some segments, whatever was stored of it."""
    for key in right:
        connection.execute(delete(membership_part).where(membership_part.c.segment_id == key))
    save_members(connection, {key: Members().flipped(rows) for key, rows in right.items()})


def save_members(connection: Connection, moved: Mapping[str, Members]) -> dict[str, Members]:
    """
    Writes who is in some segments.

    Args:
        moved: by the segment's id; each was read by `members_of` or is new, and then `flipped`.

    Returns:
        The same as they are stored now.
    """
    settled = {key: members.settled() for key, members in moved.items()}
    rows = [
        (key, place, members.parts[place].serialize())
        for key, members in settled.items()
        for place in members.unsaved
    ]
    put_rows(connection, PART, membership_part.columns.keys(), rows)
    return {key: Members(members.parts) for key, members in settled.items()}

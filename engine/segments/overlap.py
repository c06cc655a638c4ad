"""How segments lie to each other: who is in which of them, who contains whom, near-duplicates."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from itertools import combinations
from typing import Any

from pyroaring import BitMap

from engine.errors import UsageError

MOST = 8  # segments in one picture: 255 regions
LIKE = 0.9  # shared members, of those in either, from which two segments are near-duplicates


@dataclass(frozen=True, eq=False)
class Region:
    """Who is in these of the compared segments and in no other."""

    segment_ids: frozenset[str]
    members: BitMap


@dataclass(frozen=True)
class Twins:
    """Two segments that have nearly the same members."""

    first: str
    second: str
    likeness: float  # shared members, of those in either: 1 is the same


def regions(members: Mapping[str, BitMap]) -> list[Region]:
    """
    Every region that has somebody in it, the largest first; together they are all members.

    Args:
        members: of at most 8 segments, by their ids.

    Raises:
        UsageError: there are more.
    """
    if len(members) > MOST:
        raise UsageError(f"expected at most {MOST} segments to compare, got {len(members)}")
    found = {frozenset[str](): BitMap.union(BitMap(), *members.values())}
    for key, inside in members.items():
        split = {ids | {key}: region & inside for ids, region in found.items()}
        rest = {ids: region - inside for ids, region in found.items()}
        found = {ids: region for ids, region in (split | rest).items() if region}
    return sorted(
        (Region(ids, region) for ids, region in found.items() if region),
        key=lambda region: (-len(region.members), sorted(region.segment_ids)),
    )


def definition(region: Region, compared: Iterable[str]) -> dict[str, Any]:
    """
    The filter, as JSON, for those who are in the region's segments and in no other of the compared.

    One condition names one segment (`$includes` reads how many there are, which depends on all).
    """
    outside = [key for key in compared if key not in region.segment_ids]
    groups = [_condition("$in", [key]) for key in sorted(region.segment_ids)]
    none = _condition("$not_in", outside) if outside else {"junction": "and"}
    return {**none, "$groups": groups}


def contained(members: Mapping[str, BitMap]) -> list[tuple[str, str]]:
    """Every pair whose first segment lies wholly in the second; the empty ones are left out."""
    filled = sorted(((key, rows) for key, rows in members.items() if rows), key=_size)
    return [
        pair
        for (inner, few), (outer, many) in combinations(filled, 2)
        for pair in [(inner, outer), *([(outer, inner)] if few == many else [])]
        if few.issubset(many)
    ]


def near_duplicates(members: Mapping[str, BitMap], least: float = LIKE) -> list[Twins]:
    """Every pair of segments that share at least that part of their members, the likest first."""
    return sorted(_twins(members, least), key=lambda twins: -twins.likeness)


def nearest(members: Mapping[str, BitMap], key: str, most: int) -> list[str]:
    """The segments that share the largest part of their members with one, the likest first."""
    others = [other for other in members if other != key]
    return nlargest(most, others, lambda other: members[key].jaccard_index(members[other]))


def _twins(members: Mapping[str, BitMap], least: float) -> Iterator[Twins]:
    ordered = sorted(((key, rows) for key, rows in members.items() if rows), key=_size)
    sizes = [len(rows) for _, rows in ordered]
    for place, (first, few) in enumerate(ordered):
        for other in range(place + 1, len(ordered)):
            if sizes[place] < least * sizes[other]:
                break  # the others are larger still
            second, many = ordered[other]
            if (likeness := few.jaccard_index(many)) >= least:
                yield Twins(first, second, likeness)


def _condition(operator: str, operand: list[str]) -> dict[str, Any]:
    return {"junction": "and", "segments": {"conditions": {operator: operand}}}


def _size(pair: tuple[str, BitMap]) -> int:
    return len(pair[1])

"""Overlap, containment and near-duplicates of members, against plain sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from engine.errors import UsageError
from engine.segments import library
from engine.segments.overlap import contained, definition, near_duplicates, regions

drawn = st.dictionaries(st.sampled_from("abcdefgh"), st.sets(st.integers(0, 12)))


def bitmaps(sets):
    return {key: BitMap(rows) for key, rows in sets.items()}


@given(drawn)
def test_every_member_is_in_the_one_region_of_exactly_the_segments_it_is_in(sets):
    found = {region.segment_ids: set(region.members) for region in regions(bitmaps(sets))}
    everybody = set().union(*sets.values())
    expected = {}
    for row in everybody:
        inside = frozenset(key for key, rows in sets.items() if row in rows)
        expected.setdefault(inside, set()).add(row)

    assert expected == found


@given(drawn)
def test_a_segment_contains_another_when_all_its_members_are_there(sets):
    expected = {
        (inner, outer)
        for inner, few in sets.items()
        for outer, many in sets.items()
        if inner != outer and few and few <= many
    }

    assert expected == set(contained(bitmaps(sets)))


@given(drawn)
def test_near_duplicates_share_most_of_their_members(sets):
    found = {
        frozenset((twins.first, twins.second)) for twins in near_duplicates(bitmaps(sets), 0.5)
    }
    expected = {
        frozenset((one, other))
        for one, few in sets.items()
        for other, many in sets.items()
        if one != other and few and many and len(few & many) >= 0.5 * len(few | many)
    }

    assert expected == found


def test_nine_segments_are_too_many_for_one_picture():
    with pytest.raises(UsageError, match="at most 8"):
        regions(bitmaps({str(place): {1} for place in range(9)}))


def test_the_definition_of_a_region_holds_for_its_members_and_nobody_else(base):
    base.csv("Source_id,City,Name\na,Rome,x\nb,Rome,y\nc,Bonn,y\nd,Kyiv,y\ne,Kyiv,z\n")
    asked = {
        "Romans": ("address.city", "Rome"),
        "Ys": ("name", "y"),
        "Bonn": ("address.city", "Bonn"),
    }
    made = {
        name: library.create(
            base.workbench, name, {"junction": "and", field: {"conditions": {"$is": [value]}}}
        ).id
        for name, (field, value) in asked.items()
    }
    bench = base.workbench
    members = bench.memberships.members(bench.profile(), bench.clock(), list(made.values()))
    found = regions(members)

    assert {("Romans",), ("Romans", "Ys"), ("Ys",), ("Bonn", "Ys")} == {
        tuple(name for name in sorted(made) if made[name] in region.segment_ids) for region in found
    }
    for region in found:
        saved = library.create(bench, repr(sorted(region.segment_ids)), definition(region, members))
        answer = library.members(bench, saved)
        assert set(region.members) == set(answer.profile.customers["row"].filter(answer.mask))

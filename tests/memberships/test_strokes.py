"""Entries and exits of a group of writes as they are stored, whichever way that is found."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from engine.memberships.causes import Cause, Causes
from engine.store.results.moves import Move, Stroke, strokes_of

AT = datetime(2026, 11, 2, tzinfo=UTC)
SEGMENTS = ("A", "B", "C", "D")
rows = st.frozensets(st.integers(0, 5))


@st.composite
def moves(draw):
    """What the clock moves, and behind it what a group of writes does; nobody enters and leaves."""
    found = []
    for cause, change in (("clock", None), ("edit", 9)):
        for key in draw(st.lists(st.sampled_from(SEGMENTS), unique=True)):
            entered, left = draw(rows), draw(rows)
            sides = BitMap(entered), BitMap(left - entered)
            if any(map(len, sides)):
                found.append(Move(key, AT, cause, change, 1, *sides))
    return found


def told(strokes: list[Stroke]) -> list[tuple[object, ...]]:
    """One line for each segment that somebody enters or leaves, in the order of the change sets."""
    return [
        (one.change or 0, one.cause, key, version, row, side)
        for one in strokes
        for side, blob in (("entered", one.entered), ("left", one.left))
        for row in BitMap.deserialize(blob)
        for key, version in one.segments.items()
    ]


@pytest.mark.hypothesis
@given(moves(), st.dictionaries(st.integers(0, 5), st.integers(4, 9)), st.frozensets(st.just(3)))
def test_strokes_tell_what_the_moves_of_each_change_set_are(found, changes, gone):
    causes = Causes({row: Cause("edit", change) for row, change in changes.items()}, BitMap(gone))

    made = told(causes.strokes(found))

    assert sorted(made) == sorted(told(strokes_of(causes.apart(found))))
    assert [line[0] for line in made] == sorted(line[0] for line in made)


def test_each_write_of_a_group_is_a_stroke_through_all_segments_that_it_moves_its_customer_in():
    causes = Causes({row: Cause("edit", row + 7) for row in range(3)})
    alike = [Move(key, AT, "edit", 9, 1, BitMap([0, 2]), BitMap([1])) for key in SEGMENTS]

    strokes = causes.strokes(alike)

    assert [(one.change, len(one.segments)) for one in strokes] == [(7, 4), (8, 4), (9, 4)]

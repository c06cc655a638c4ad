"""Tables that need not fit in memory: in parts, and on the disk."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.system import spool
from engine.system.spool import kept, mapped, parts, picked, spooled, thinned


@pytest.fixture
def tiny(monkeypatch):
    """Says how many rows are worked on at once."""
    return lambda rows: monkeypatch.setattr(spool, "BATCH", rows)


def test_frames_on_the_disk_are_those_that_went_there(tiny):
    tiny(3)
    whole = pl.DataFrame(
        {
            "n": [*range(10)],
            "text": [None, "", "a short one", "a longer text than the others " * 3, "é"] * 2,
            "many": [[], None, ["a"], [None, "b"], ["c"]] * 2,
            "parts": [[{"x": 1, "y": "p"}], None, [], [{"x": None, "y": None}], None] * 2,
            "none": pl.Series([None] * 10, dtype=pl.Boolean),
        }
    )

    assert len(list(parts(whole))) == 4
    assert spooled(parts(whole)).equals(whole)
    assert kept(whole["text"]).equals(whole["text"])
    assert spooled(iter([whole[:3], whole[3:].drop("text")]))["text"].to_list()[3:] == [None] * 7
    assert spooled(parts(whole.clear())).schema == whole.schema
    assert mapped(whole).equals(whole)


def test_what_lies_on_the_disk_takes_no_memory_for_its_many_pieces(tiny):
    """A frame that Polars makes one piece of stands in memory once more: 8 bytes a cell and up."""
    tiny(300_000)
    numbers = pl.DataFrame({"n": np.arange(300_000)})
    torn = pl.concat([numbers[:7], numbers[7:]], rechunk=False)

    assert mapped(torn).n_chunks() == 1
    assert spooled(iter([torn, numbers])).n_chunks() == 2
    assert mapped(torn).equals(numbers)


@given(places=st.lists(st.integers(0, 19), max_size=30), size=st.integers(1, 25))
def test_rows_are_picked_in_any_order(places, size):
    frame = spooled(parts(pl.DataFrame({"n": np.arange(20)})))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spool, "BATCH", size)
        assert picked(frame, np.array(places, dtype=np.int64))["n"].to_list() == places


def test_rows_are_thinned_part_by_part(tiny):
    tiny(4)
    frame = pl.DataFrame({"row": [*range(10)], "text": list("abcdefghij")})

    assert thinned(frame, frame.filter(pl.col("row") % 2 == 0))["text"].to_list() == list("bdfhj")

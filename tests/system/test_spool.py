"""Tables that need not fit in memory: in parts, and on the disk."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.system import spool
from engine.system.room import Room, memory_file
from engine.system.scratch import scratch_file
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


@pytest.fixture
def roomy(monkeypatch):
    """Says how many bytes of memory there are; gives what is opened, in its order."""

    def stores(most):
        opened, room = [], Room(most)
        noted = (lambda: opened.append("memory") or memory_file(),
                 lambda: opened.append("disk") or scratch_file())  # fmt: skip
        monkeypatch.setattr(spool, "STORES", ((noted[0], room), (noted[1], Room(1 << 40))))
        return opened, room

    return stores


@pytest.mark.parametrize(
    ("most", "expected"),
    [(1 << 30, ["memory"]), (20_000, ["memory", "disk"]), (0, ["memory", "disk"])],
)
def test_what_there_is_no_room_for_goes_to_the_disk(tiny, roomy, most, expected):
    tiny(1_000)
    opened, room = roomy(most)
    whole = pl.DataFrame({"n": np.arange(5_000)})

    found = spooled(parts(whole))

    assert found.equals(whole)
    assert opened == expected
    assert 0 <= room.free <= most - (8_000 if most >= 8_000 else 0)


def test_room_is_given_back_with_the_last_rows_of_a_table(tiny, roomy):
    tiny(1_000)
    _, room = roomy(1 << 20)
    found = spooled(parts(pl.DataFrame({"n": np.arange(5_000)})))
    some = found[:10]
    taken = (1 << 20) - room.free
    del found

    assert room.free == (1 << 20) - taken < (1 << 20) - 40_000
    assert some["n"].sum() == 45
    del some
    assert room.free == 1 << 20


def test_room_is_given_back_where_the_disk_refuses(tiny, roomy):
    tiny(1_000)
    _, room = roomy(20_000)

    def frames():
        yield from parts(pl.DataFrame({"n": np.arange(2_000)}))
        raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        spooled(frames())
    assert room.free == 20_000


def test_columns_that_lie_aside_stay_where_they_are(tiny, roomy):
    tiny(1_000)
    _, room = roomy(1 << 30)
    texts = [f"a text of more than twelve signs, {at}" for at in range(3_000)]
    cells = spooled(parts(pl.DataFrame({"text": texts})))
    before = room.free
    part = cells[1_000:2_000].with_columns(n=pl.int_range(1_000))

    found = mapped(part)

    assert found.equals(part)
    assert 8_000 <= before - room.free < 10_000  # the numbers alone
    assert mapped(found[100:200]).equals(part[100:200])
    assert before - room.free < 10_000


def test_columns_of_nothing_but_nulls_are_put_aside_once_a_type(roomy):
    _, room = roomy(1 << 30)
    nulls = [pl.Series(f"text {at}", [None] * 100_000, dtype=pl.String) for at in range(9)]
    frame = pl.DataFrame([*nulls, pl.Series("number", [None] * 100_000, dtype=pl.Int64)])

    found = mapped(frame)

    assert found.equals(frame)
    assert found.schema == frame.schema
    assert (1 << 30) - room.free < 2 * 16 * 100_000

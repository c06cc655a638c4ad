"""The values at some positions are those that stand there, however the positions follow."""

import polars as pl
import pytest

from engine.base.positions import some_of

VALUES = pl.Series("n", ["a", "b", None, "d", "e"])


@pytest.mark.parametrize("dtype", [pl.UInt32, pl.Int64])
@pytest.mark.parametrize(
    "places", [[], [3], [0, 1, 2, 3, 4], [1, 2, 3], [1, 3], [3, 2, 1], [1, 3, 2, 4], [1, 1, 3]]
)
def test_each_position_gives_what_stands_there(places, dtype):
    found = some_of(VALUES, pl.Series(places, dtype=dtype))

    assert found.to_list() == [VALUES[place] for place in places]
    assert found.name == "n"


def test_no_positions_are_everybody():
    assert some_of(VALUES, None) is VALUES

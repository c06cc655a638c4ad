"""What is made ahead comes in its order, and no more of it than the next parts."""

import pytest

from engine.system.ahead import abreast

AT_ONCE = 2


@pytest.mark.parametrize("count", range(1, AT_ONCE + 4))
def test_parts_come_in_the_order_of_what_they_are_made_of(count):
    assert list(abreast(lambda given: given * 10, range(count), AT_ONCE)) == [
        n * 10 for n in range(count)
    ]


def test_what_making_a_part_raises_comes_in_its_place():
    coming = abreast(lambda given: 6 // (3 - given), range(9), AT_ONCE)

    assert [next(coming) for _ in range(3)] == [2, 3, 6]
    with pytest.raises(ZeroDivisionError):
        next(coming)


def test_no_more_is_made_than_the_next_parts():
    made = []
    coming = abreast(made.append, range(99), AT_ONCE)
    next(coming)
    assert made == [0]
    for taken in range(2, 20):
        next(coming)
        assert len(made) <= taken + AT_ONCE
    coming.close()
    assert sorted(made) == list(range(len(made)))

"""What is made ahead comes in its order, and no more of it than the next parts."""

from threading import get_ident

import pytest

from engine.system.ahead import abreast, ahead

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


@pytest.mark.parametrize("count", range(5))
def test_parts_that_are_made_ahead_come_in_their_order(count):
    assert list(ahead(iter(range(count)))) == [*range(count)]


@pytest.mark.parametrize("good", range(4))
def test_what_making_the_next_part_raises_comes_behind_those_before(good):
    coming = ahead(6 // (good - n) for n in range(9))

    assert [next(coming) for _ in range(good)] == [6 // (good - n) for n in range(good)]
    with pytest.raises(ZeroDivisionError):
        next(coming)


@pytest.mark.parametrize(("count", "others"), [(1, 0), (2, 0), (9, 1)])
def test_one_part_begins_no_thread(count, others):
    makers = {*ahead(get_ident() for _ in range(count))}

    assert len(makers - {get_ident()}) == others

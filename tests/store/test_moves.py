"""Moves are stored as strokes, and read as they were."""

from datetime import timedelta

import pytest
from pyroaring import BitMap
from sqlalchemy import func, select

from engine.store.recount import index_differs
from engine.store.results.moves import (
    FEW,
    INDEXES,
    Move,
    drop_moves,
    latest_moves,
    moves_about,
    moves_of,
    moves_since,
    record_moves,
    rewrite_index,
)
from engine.store.results.tables import stroke
from tests.bases import NOW

MANY = range(100, 100 + FEW + 1)


def entered(segment_id, *rows, cause="clock", change=None):
    return Move(segment_id, NOW, cause, change, 1, BitMap(rows), BitMap())


def left(segment_id, *rows, cause="clock"):
    return entered(segment_id, cause=cause)._replace(left=BitMap(rows))


def told(moves):
    return [(one.segment_id, one.version, list(one.entered), list(one.left)) for one in moves]


def strokes(connection):
    return list(connection.scalars(select(stroke.c.segments).order_by(stroke.c.id)))


def test_moves_of_the_same_customers_by_the_same_cause_are_one_stroke(connection):
    other = entered("B", 1)._replace(version=4)
    record_moves(connection, [entered("A", 1), left("C", 1), other, entered("D", 2)])

    assert [{"A": 1, "B": 4}, {"C": 1}, {"D": 1}] == strokes(connection)
    assert [("B", 4, [1], [])] == told(moves_of(connection, "B"))


@pytest.mark.parametrize(
    "other",
    [
        {"cause": "definition"},
        {"change": 7},
        {"at": NOW + timedelta(seconds=1)},
        {"left": BitMap([2])},
        {"entered": BitMap([1, 2])},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_move_that_differs_in_anything_is_another_stroke(connection, other):
    record_moves(connection, [entered("A", 1), entered("B", 1)._replace(**other)])

    assert [{"A": 1}, {"B": 1}] == strokes(connection)


def test_what_went_through_a_segment_stays_in_its_order(connection):
    moves = [
        left("B", 1, cause="definition"),
        entered("A", 1),
        left("A", 1, cause="definition"),  # may not join that of B, which came before it entered
        entered("A", 1),
    ]
    record_moves(connection, moves)

    assert told(moves[1:]) == told(moves_of(connection, "A"))
    assert 4 == len(strokes(connection))


def test_change_sets_come_in_their_order_behind_what_belongs_to_none(connection):
    record_moves(connection, [entered("A", 3, change=9), entered("A", 1, change=8), left("A", 2)])

    assert [None, 8, 9] == [one.change for one in moves_of(connection, "A")]
    assert told(moves_of(connection, change=8)) == [("A", 1, [1], [])]
    assert moves_of(connection, "B", change=8) == []


def test_the_latest_come_newest_first_and_no_more_than_asked_for(connection):
    record_moves(connection, [entered("A", 1), entered("B", 1)])
    record_moves(connection, [entered("C", 2)])

    assert ["C", "B"] == [one.segment_id for one in latest_moves(connection, 2)]


def test_only_the_wanted_segments_and_times_are_read(connection):
    late = entered("A", 1)._replace(at=NOW + timedelta(days=1))
    record_moves(connection, [entered("A", 2), late, late._replace(segment_id="B")])

    assert [("A", 1, [1], [])] == told(moves_since(connection, ["A"], NOW + timedelta(hours=1)))


def test_a_customer_is_found_in_strokes_of_few_and_of_many(connection):
    record_moves(connection, [entered("A", 100), left("B", 100), entered("C", *MANY)])

    assert told(moves_about(connection, 100)) == [
        ("A", 1, [100], []),
        ("B", 1, [], [100]),
        ("C", 1, [100], []),
    ]
    assert told(moves_about(connection, 7)) == []


def test_what_moved_a_segment_goes_with_it_and_the_others_keep_theirs(connection):
    record_moves(connection, [entered("A", 1), entered("B", 1), left("A", 2), entered("A", *MANY)])
    drop_moves(connection, "A")

    assert moves_of(connection, "A") == []
    assert [{"B": 1}] == strokes(connection)
    assert not index_differs(connection)


@pytest.mark.parametrize("table", INDEXES, ids=str)
def test_an_index_that_differs_is_noticed_and_made_anew(connection, table):
    record_moves(connection, [entered("A", 1), entered("B", 1), entered("C", *MANY)])
    lines = select(func.count()).select_from(table)
    before = connection.scalar(lines)
    connection.execute(table.delete())

    assert index_differs(connection)
    rewrite_index(connection)
    assert not index_differs(connection)
    assert before == connection.scalar(lines)

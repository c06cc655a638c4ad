"""Moves are stored as strokes, and read as they were."""

from datetime import timedelta

import pytest
from pyroaring import BitMap
from sqlalchemy import func, select

from engine.store.recount import index_differs
from engine.store.results import moves
from engine.store.results.moves import (
    FEW,
    Move,
    drop_moves,
    latest_moves,
    moves_about,
    moves_of,
    moves_since,
    record_moves,
    rewrite_index,
)
from engine.store.results.tables import stroke, stroke_block, stroke_customer
from tests.bases import NOW

MANY = range(100, 100 + FEW + 1)


@pytest.fixture(params=[moves.BLOCK, 1, 2, 3], ids=lambda size: f"blocks of {size}", autouse=True)
def _size(request, monkeypatch):
    """Of a block of strokes: none of a few is full, or each, or some."""
    monkeypatch.setattr(moves, "BLOCK", request.param)


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


@pytest.mark.parametrize("table", [stroke_customer, stroke_block], ids=str)
def test_an_index_that_differs_is_noticed_and_made_anew(connection, table, monkeypatch):
    monkeypatch.setattr(moves, "BLOCK", 1)
    record_moves(connection, [entered("A", 1), entered("B", 1), entered("C", *MANY)])
    lines = select(func.count()).select_from(table)
    before = connection.scalar(lines)
    connection.execute(table.delete())

    assert index_differs(connection)
    rewrite_index(connection)
    assert not index_differs(connection)
    assert before == connection.scalar(lines)


def test_what_one_segment_went_through_is_found_whatever_came_and_went_behind_it(connection):
    model = []
    for turn in range(12):
        some = [entered(name, turn)._replace(version=turn // 5 + 1)
                for place, name in enumerate("ABCD") if turn % (place + 1) == 0]  # fmt: skip
        record_moves(connection, [*some, left("D" if turn < 9 else "B", turn + 50)])
        model += [*some, left("D" if turn < 9 else "B", turn + 50)]
        if turn in (4, 10):  # the last strokes may go with it: their numbers are given again
            gone = "D" if turn == 4 else "B"
            drop_moves(connection, gone)
            model = [one for one in model if one.segment_id != gone]

        for name in "ABCD":
            assert told(moves_of(connection, name)) == told(
                sorted((one for one in model if one.segment_id == name), key=model.index)
            )
        assert not index_differs(connection)


def test_a_full_block_has_one_line_for_each_segment_and_version(connection, monkeypatch):
    monkeypatch.setattr(moves, "BLOCK", 4)
    for turn in range(7):
        record_moves(
            connection, [entered("A", turn), entered("B", turn)._replace(version=turn // 6)]
        )

    index = stroke_block.c
    lines = connection.execute(select(index.segment_id, index.block, index.version, index.strokes))
    assert [(*one, [*BitMap.deserialize(keys)]) for *one, keys in lines] == [
        ("A", 0, 1, [1, 2, 3]),
        ("A", 1, 1, [4, 5, 6, 7]),
        ("B", 0, 0, [1, 2, 3]),
        ("B", 1, 0, [4, 5, 6]),
        ("B", 1, 1, [7]),
    ]

"""Who entered and who left, as records that go out like any others."""

import json

import openpyxl
import pytest

from engine.errors import NotFoundError, UsageError
from engine.exports.draws import Holdout
from engine.exports.order import Order, extract
from engine.exports.replay import replay
from engine.exports.run import export_records, stored_file
from engine.segments import library

RICH = {"loyalty.points": {"conditions": {"$more_than": [100]}}}


@pytest.fixture
def shop(base):
    """A segment with a first member, one who enters and one who leaves."""
    return base.filled(move)


def move(base):
    base.csv("Source_id,Name,Loyalty_points\na,Ann,500\nb,Bob,5\n")
    library.create(base.workbench, "Rich", RICH)
    base.later(days=1).csv("Source_id,Loyalty_points\na,20\nb,300\n")


def objects(base, **order):
    """The moves of an export, with all that it says of them."""
    run = export_records(base.workbench, Order(what="moves", format="jsonl", **order))
    return [
        json.loads(line) for line in stored_file(base.workbench, run.id).read_text().splitlines()
    ]


def told(base, **order):
    return [
        (each["source_id"], each["direction"], each["cause"]) for each in objects(base, **order)
    ]


def test_each_move_says_who_when_why_and_what_moved(shop):
    first, last, _ = objects(shop, segment="Rich")

    assert {"source_id": "a", "direction": "entered", "cause": "definition",
            "at": "2026-11-02T09:30:00Z", "segment": "Rich"}.items() <= first.items()  # fmt: skip
    assert "changes" not in first
    assert {"source_id": "a", "direction": "left", "cause": "import", "change": 2,
            "fields": "loyalty.points",
            "changes": "Loyalty points: 500 → 20"}.items() <= last.items()  # fmt: skip


@pytest.mark.parametrize(
    ("order", "who"),
    [
        ({}, ["a", "a", "b"]),
        ({"since": "2026-11-03"}, ["a", "b"]),
        ({"since": "2026-11-03T09:30:00Z"}, ["a", "b"]),
        ({"since": "2026-11-04"}, []),
        ({"filter": {"direction": {"conditions": {"$is": ["left"]}}}}, ["a"]),
        ({"search": "bob"}, ["b"]),
        ({"customers": ("a",)}, ["a", "a"]),
        ({"limit": 1}, ["a"]),
        ({"sort": "-source_id"}, ["b", "a", "a"]),
    ],
    ids=str,
)
def test_moves_are_narrowed_and_sorted_like_other_records(shop, order, who):
    assert [name for name, *_ in told(shop, segment="Rich", **order)] == who


def test_without_a_segment_they_are_of_all_that_keep_them(shop):
    library.create(shop.workbench, "Anns", {"name": {"conditions": {"$is": ["Ann"]}}})
    library.create(shop.workbench, "Passive", RICH, "passive")

    assert {each["segment"] for each in objects(shop)} == {"Rich", "Anns"}


def test_since_is_a_day_of_the_project(shop):
    shop.workbench.configure(time_zone="Pacific/Kiritimati")

    assert len(told(shop, segment="Rich", since="2026-11-03")) == 2


@pytest.mark.parametrize(
    ("order", "error", "words"),
    [
        ({"segment": "Nobody"}, NotFoundError, "Nobody"),
        ({"segment": "Passive"}, UsageError, "a passive one keeps none"),
        ({"segment": "Rich", "since": "soon"}, UsageError, "since: expected"),
        ({"what": "customers", "since": "2026-11-03"}, UsageError, "expected since beside"),
    ],
    ids=str,
)
def test_what_cannot_be_is_told_and_nothing_is_written(shop, order, error, words):
    library.create(shop.workbench, "Passive", RICH, "passive")
    with pytest.raises(error, match=words):
        export_records(shop.workbench, Order(**{"what": "moves", **order}))

    assert list((shop.folder / "exports").iterdir()) == []


def test_the_moves_of_the_held_out_stay_out(shop):
    everything = extract(shop.workbench, Order("Rich", what="moves"))
    half = extract(shop.workbench, Order("Rich", what="moves", holdout=Holdout(50)))
    people = {"a": 2, "b": 1}

    assert len(everything.positions) == sum(people.values())
    assert len(half.positions) + half.held_out == len(everything.positions)


@pytest.mark.parametrize("form", ["csv", "excel", "parquet", "jsonl"])
def test_they_go_out_in_every_format_and_replay_the_same(shop, form):
    order = Order("Rich", what="moves", format=form, since="2026-11-02")
    run = export_records(shop.workbench, order)

    assert run.rows == 3
    assert replay(shop.workbench, run.id).identical
    shop.later(days=1).csv("Source_id,Loyalty_points\nb,1\n")
    assert not replay(shop.workbench, run.id).identical


def test_the_instant_of_a_move_is_a_real_date_in_a_workbook(shop):
    shop.later(microseconds=1_500).csv("Source_id,Loyalty_points\nb,1\n")
    run = export_records(shop.workbench, Order("Rich", ("at",), what="moves", format="excel"))
    book = openpyxl.load_workbook(stored_file(shop.workbench, run.id))["moves"]

    assert {cell.data_type for (cell,) in book.iter_rows(min_row=2)} == {"d"}

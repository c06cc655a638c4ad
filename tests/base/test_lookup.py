"""Customers by key: the index finds whom a look at everybody finds, as the base moves on."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import polars as pl
import pytest

from engine.base import indexes
from engine.base.indexes import Indexes, plain
from engine.base.lookup import follow_merges, merged_keys, place_of
from engine.customers.editing import upsert
from engine.customers.merging import merge


def customers(*sources):
    rows = range(len(sources))
    ids = [f"cust_{row}" for row in rows]
    return pl.DataFrame({"row": rows, "id": ids, "source_id": sources})


def found(index, frame, key):
    return index.rows("keys", frame, mark(key), ("id", "source_id"), plain)


def mark(key):
    return plain(pl.Series([key])).to_list()


def test_an_index_knows_what_was_written_before_it_was_made():
    frame, newer = customers("a", "b"), customers("a", "b", "c")[2:]
    index = Indexes().following(newer)

    assert [found(index, frame, key) for key in ("a", "cust_1", "c", "d")] == [[0], [1], [2], []]


def test_an_index_knows_what_was_written_since():
    frame, index = customers("a", None), Indexes()
    assert found(index, frame, "b") == []
    assert index.following(customers("a", "b")[1:]) is index

    assert found(index, frame, "b") == [1]


def test_nobody_waits_for_an_index_that_is_being_made_but_who_asks_it(monkeypatch):
    monkeypatch.setattr(indexes, "SCANS", 0)
    frame, index = customers("a", "b", "c"), Indexes()
    begun, written = Event(), Event()

    def marked(texts):
        begun.set()
        assert written.wait(30)
        return plain(texts)

    with ThreadPoolExecutor(1) as beside:
        made = beside.submit(index.rows, "keys", frame[:2], mark("c"), ("id", "source_id"), marked)
        assert begun.wait(30)
        assert index.following(frame[2:]) is index
        assert not index.pays("keys")  # to look at everybody takes 5 ms
        written.set()

    assert made.result() == [2]
    assert index.pays("keys")


def test_case_makes_no_other_candidate():
    assert found(Indexes(), customers("Ann", "ANN"), "ann") == [0, 1]


@pytest.mark.parametrize("limit", ["MANY", "PARTS"])
def test_whatever_was_written_is_found_past_the_limits(monkeypatch, limit):
    monkeypatch.setattr(indexes, limit, 3)
    frame, index = customers(*(f"s{place}" for place in range(20))), Indexes()
    for place in range(1, 20):
        index = index.following(frame[place : place + 1])

    assert [found(index, frame, f"s{place}") for place in (0, 7, 19)] == [[0], [7], [19]]


@pytest.mark.parametrize("scans", [0, 1_000])
def test_keys_lead_to_the_same_customers_by_index_and_by_a_look(base, monkeypatch, scans):
    monkeypatch.setattr(indexes, "SCANS", scans)
    for source in ("a", "b", "Ann@home", "c"):
        upsert(base.workbench, {"source_id": source})
        base.later(seconds=1)
    old = base.column("id")
    merge(base.workbench, "b", "a")
    profile = base.workbench.profile()

    def source_of(column, key):
        at = place_of(profile, column, key)
        return None if at is None else profile.customers["source_id"][at]

    assert [source_of("source_id", key) for key in ("a", "b", "c", "C", "x")] == [
        "b", "b", "c", None, None
    ]  # fmt: skip
    assert source_of("source_id", "ann@HOME") == "Ann@home"
    assert [source_of("id", key) for key in old] == ["b", "b", "Ann@home", "c"]
    assert source_of("id", "a") is None


def test_rows_of_files_follow_merges(base):
    for source in ("a", "b", "c"):
        upsert(base.workbench, {"source_id": source})
        base.later(seconds=1)
    ids = dict(zip(base.column("source_id"), base.column("id"), strict=True))
    merge(base.workbench, "b", "a")
    merge(base.workbench, "c", "b")
    rows = pl.DataFrame(
        {"id": [ids["a"], None, None, ids["c"]], "source_id": [None, "b", "c", "c"]},
        schema={"id": pl.String, "source_id": pl.String},
    )

    now = follow_merges(rows, merged_keys(base.workbench.profile()))
    assert now.rows() == [(ids["c"], None), (ids["c"], None), (None, "c"), (ids["c"], "c")]


def test_a_mark_found_ahead_is_that_of_a_column():
    keys = ["Ann@Shop.example", "STRASSE", "straße", "İstanbul", "source 7", ""]
    indexes.mark_ahead([*keys, keys[0]])

    assert indexes.plain(pl.Series(keys)).to_list() == [indexes.mark_of(key) for key in keys]

    indexes.forget_marks()
    assert indexes.plain(pl.Series(keys)).to_list() == [indexes.mark_of(key) for key in keys]

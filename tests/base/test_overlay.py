"""A state with later versions laid over it is what all versions together come to."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.store.records import latest as module
from engine.store.records.latest import at_places, latest, overlaid, places

SCHEMA = {"row": pl.Int64, "change": pl.Int64, "deleted": pl.Boolean, "name": pl.String}
NAMES = st.sampled_from(["ann", "bob", None])
first = st.lists(st.tuples(NAMES, st.booleans()), max_size=5)
later = st.lists(st.tuples(st.integers(0, 7), NAMES, st.sampled_from([False, False, True])))


def versions(rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


@given(first, later, st.booleans())
def test_an_overlaid_state_equals_the_latest_of_all_versions(start, after, wider):
    old = versions([(row, 1, gone, name) for row, (name, gone) in enumerate(start)])
    new = versions([(row, 2 + n, gone, name) for n, (row, name, gone) in enumerate(after)])
    new = new.with_columns(points=pl.lit(1)) if wider else new
    known = latest(old)
    overlay = overlaid(known, new)

    assert overlay.records.equals(latest(pl.concat([old, new], how="diagonal")))
    assert all(overlay.records[name].equals(known[name]) for name in overlay.kept)
    assert known.equals(latest(old))


def test_columns_that_nobody_wrote_another_value_to_are_kept():
    known = versions([(0, 1, False, "ann"), (1, 1, False, "bob")])
    overlay = overlaid(known, versions([(1, 2, False, "bob")]))

    assert overlay.kept == {"row", "deleted", "name"}


@pytest.fixture(params=[0, 256])
def few(request, monkeypatch):
    """Up to how many records are looked up one by one: none, or all of a test."""
    monkeypatch.setattr(module, "FEW", request.param)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("chunks", [1, 3, 32])
def test_states_laid_over_each_other_equal_the_latest_of_all(chunks, monkeypatch):
    monkeypatch.setattr(module, "CHUNKS", chunks)
    written = versions([(row, 1, row == 3, "ann") for row in range(40)])
    known = latest(written)
    for change in range(2, 40):
        row, gone = change * 7 % 50, change % 5 == 0
        new = versions([(row, change, gone, f"name {change}"), (50 + change, change, False, "eve")])
        known, written = overlaid(known, new).records, pl.concat([written, new])
        assert known.equals(latest(written))


@pytest.mark.usefixtures("few")
def test_records_are_found_by_their_row_and_those_that_are_gone_are_not():
    records = latest(versions([(row, 1, row % 4 == 1, str(row)) for row in range(30)]))
    asked = pl.Series([0, 1, 2, 12, 13, 28, 29, 30, 99])
    found = places(records, asked)

    assert at_places(records, found)["row"].to_list() == [0, 2, 12, 28]
    assert len(places(records[:0], asked)) == 0
    assert at_places(records, places(records, pl.Series(dtype=pl.Int64))).is_empty()


def test_few_arrivals_do_not_move_the_many_before_them(monkeypatch):
    monkeypatch.setattr(module, "CHUNKS", 3)
    known = latest(versions([(row, 1, False, "ann") for row in range(1_000)]))
    for change in range(2, 12):
        known = overlaid(known, versions([(998 + change, change, False, "bob")])).records
        lengths = known["row"].chunk_lengths()
        assert lengths[0] == 1_000
        assert len(lengths) <= 3

"""A state with later versions laid over it is what all versions together come to."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from engine.store.records.latest import latest, overlaid

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

"""Blanks around cells: a column without any is not touched."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.blanks import EDGES, trimmed

ENDS = st.sampled_from(["", *EDGES, "a", "é", "~", "!", "\x7f", "1"])
INNER = st.sampled_from(["", "a", "a b", "a text of more than twelve signs", "123456789012", "ü"])
CELLS = st.none() | st.tuples(ENDS, INNER, ENDS).map("".join)


def bare(cell):
    return (cell or "").strip(EDGES) or None


@given(first=st.lists(CELLS), then=st.lists(CELLS), start=st.integers(0, 3))
def test_nothing_is_left_around_a_cell_wherever_it_lies_in_memory(first, then, start):
    pieces = [pl.Series(cells, dtype=pl.String) for cells in (first, then)]
    texts = pl.concat(pieces, rechunk=False)[start:]

    assert trimmed(texts).to_list() == [bare(cell) for cell in [*first, *then][start:]]


@pytest.mark.parametrize("end", EDGES)
def test_each_sign_goes_from_either_end_of_short_and_long_cells(end):
    for text in ("a", "a text of more than twelve signs"):
        texts = pl.Series([f"{end}{text}", "b", f"{text}{end}"])
        assert trimmed(texts).to_list() == [text, "b", text]


def test_a_column_with_nothing_around_its_cells_is_the_same_column():
    texts = pl.Series(["a", None, "a text of more than twelve signs", "x y"])

    assert trimmed(texts) is texts

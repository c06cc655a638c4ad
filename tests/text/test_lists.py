"""A list in one cell parts again into the same list."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.lists import joined, parted

WRITTEN = {
    ("a", "b"): "a;b",
    ("salt; pepper", "vip"): '"salt; pepper";vip',
    ('say "x"',): '"say ""x"""',
    (" a", ""): '" a";""',
}


def cell(elements):
    return pl.DataFrame({"list": [list(elements)]}).select(joined(pl.col("list"))).item()


def apart(text):
    return pl.DataFrame({"text": [text]}).select(parted(pl.col("text"))).item().to_list()


@pytest.mark.parametrize(("elements", "text"), WRITTEN.items())
def test_an_element_stands_in_quotes_only_where_it_would_not_part_again(elements, text):
    assert cell(elements) == text


@pytest.mark.parametrize("text", ["a; b", " a ;b "])
def test_what_people_write_parts_without_its_blanks(text):
    assert apart(text) == ["a", "b"]


@given(st.lists(st.text(st.sampled_from('ab;" \n,ł'), max_size=4), min_size=1, max_size=4))
def test_every_list_comes_back(elements):
    assert apart(cell(elements)) == elements

"""A list in one cell parts again into the same list."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text.lists import SEPARATOR, elements, in_one_cell

WRITTEN = {
    ("a", "b"): "a;b",
    ('say "x"',): 'say "x"',
    ("salt; pepper", "vip"): '["salt; pepper","vip"]',
    (" a", ""): '[" a",""]',
    ("[1]",): '["[1]"]',
}


def cell(parts):
    return pl.DataFrame({"list": [list(parts)]}).select(in_one_cell(pl.col("list"))).item()


def apart(text):
    frame = pl.DataFrame({"text": [text]})
    return frame.select(elements(pl.col("text"), SEPARATOR)).item().to_list()


@pytest.mark.parametrize(("parts", "text"), WRITTEN.items())
def test_a_list_is_json_only_where_it_would_not_part_again(parts, text):
    assert cell(parts) == text


@pytest.mark.parametrize("text", ["a; b", " a ;b "])
def test_what_people_write_parts_without_its_blanks(text):
    assert apart(text) == ["a", "b"]


@given(st.lists(st.text(st.sampled_from('ab;" \n,ł[]'), max_size=4), min_size=1, max_size=4))
def test_every_list_comes_back(parts):
    assert apart(cell(parts)) == parts

"""Text of others as a screen shows it: unseen marks seen, long values short, quotes that hold."""

import json
import re

import polars as pl
import pytest

from engine.text.display import (
    LONGEST,
    escaped,
    quoted,
    visible,
    visible_column,
    visible_frame,
    visible_json,
)

UNSEEN = "\u202a\u202e\u2066\u2069\u200e\u200f\u061c\u200b\u2060\ufeff\u00ad\x00\x1b\x7f\x9b\u3164"


@pytest.mark.parametrize("mark", UNSEEN)
def test_an_unseen_mark_is_shown_by_its_number(mark):
    assert f"a‹U+{ord(mark):04X}›b" == visible(f"a{mark}b")


@pytest.mark.parametrize(
    "text", ["Zażółć", "山田 太郎", "می\u200cخواهم", "👩\u200d💻", "❤\ufe0f", "a\nb\tc", "ليلى"]
)
def test_what_is_seen_stays_as_it_is(text):
    assert text == visible(text)


@pytest.mark.parametrize("text", ["a\u200db", "a\u200c", "\u200d", "م\u200d\u200dم"])
def test_a_joiner_that_joins_nothing_is_shown(text):
    assert "‹U+200" in visible(text)


def test_half_of_a_surrogate_pair_can_be_sent_to_a_page():
    assert "a‹U+DCE9›" == visible("a\udce9")


def test_a_long_value_is_short_and_says_how_long_it_is():
    assert "x" * LONGEST == visible("x" * LONGEST)
    assert "x" * LONGEST + "… (1,001 characters)" == visible("x" * (LONGEST + 1))


def test_a_column_shows_what_its_values_show():
    texts = ["a\u202e", None, "b" * 2_000, "c"]

    assert [None if text is None else visible(text) for text in texts] == visible_column(
        pl.Series("name", texts)
    ).to_list()
    assert [["‹U+202E›", None], None, []] == visible_column(
        pl.Series("names", [["\u202e", None], None, []])
    ).to_list()
    assert [1, None] == visible_column(pl.Series("points", [1, None])).to_list()


def test_two_headings_that_look_alike_stay_two():
    frame = visible_frame(pl.DataFrame({"x" * 2_000: [1], "x" * 1_999 + "y": [2]}))

    assert 2 == len(set(frame.columns))
    assert [(1, 2)] == frame.rows()


def test_a_json_value_is_shown_through_and_through():
    shown = visible_json({"a\u202e": ["b\u202e", {"c": ("d\u202e", 1, None)}]})

    assert {"a‹U+202E›": ["b‹U+202E›", {"c": ["d‹U+202E›", 1, None]}]} == shown


def test_an_escaped_document_says_the_same():
    document = json.dumps({"a\u202e": "\U0001d173"}, ensure_ascii=False)

    assert json.loads(document) == json.loads(escaped(document))
    assert escaped(document).isascii()


@pytest.mark.parametrize("value", ["", "a", "a`b", "`", "``", "`a``b`", 7, "x" * 9_000])
def test_a_quote_ends_where_it_says(value):
    quote = re.fullmatch(r"(`+)(?!`) ?(.+?) ?(?<!`)\1|\"\"", quoted(value), re.DOTALL)

    assert quote
    assert visible(str(value)) == (quote[2] or "")

"""Data in Markdown, messages and charts: no sign of a value is read as one of the language."""

import pytest

from engine.text.display import LONGEST, quoted
from pages._components.shell.text import bold, drawn, message, plain, spoken
from tests.pages.conftest import literal


@pytest.mark.parametrize("sign", "\\`*_{}[]()#+-.!|<>~$:&/")
def test_every_sign_of_markdown_is_taken_literally(sign):
    assert f"a\\{sign}b" == plain(f"a{sign}b")


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        (":smile:", ":"),
        (":+1:", ":"),
        (":streamlit:", ":"),
        (":material_home:", ":"),
        ("https://evil.example", ":"),
        ("HTTP://evil.example", ":"),
        ("WWW.evil.example", "."),
        ("ann@example.com", "@"),
        ("a -> b", ">"),
        ("a <- b", "-"),
        ("a -- b", "-"),
        ("a >= b", "="),
        ("a ~= b", "="),
    ],
)
def test_a_pattern_that_takes_no_escapes_is_broken_by_a_sign_of_its_own(text, alone):
    assert f":color[\\{alone}]" in plain(text)
    assert text == literal(plain(text))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("E-Mail goes to", "E-Mail goes to"),
        ("number of cart_abandoned", "number of cart_abandoned"),
        ("first. (last) / 10 + 5 {a} | b #c!", "first. (last) / 10 + 5 {a} | b #c!"),
        ("- no list", "\\- no list"),
        ("1. no list", "1\\. no list"),
        ("# no heading", "\\# no heading"),
        ("_a_ __b__ *c*", "\\_a\\_ \\_\\_b\\_\\_ \\*c\\*"),
        ("![a](b)", "\\!\\[a\\](b)"),
        ("$a$ `b` <b> ~c~ &amp;", "\\$a\\$ \\`b\\` \\<b\\> \\~c\\~ \\&amp;"),
        (":smile:", ":color[\\:]smile\\:"),
        (":material/home:", "\\:material\\/home\\:"),
    ],
)
def test_a_label_that_is_read_aloud_has_no_more_backslashes_than_it_needs(text, label):
    assert label == spoken(text)


def test_a_time_of_day_is_no_such_pattern():
    assert "10\\:30 UTC" == plain("10:30 UTC")


def test_a_value_stays_on_one_line_and_is_no_indented_code():
    assert " a b c" == plain("    a\n\nb\tc")


def test_a_long_value_says_how_long_it_is():
    shown = literal(plain("x" * 3_000_000))

    assert "x" * LONGEST + "… (3,000,000 characters)" == shown


def test_a_blank_at_its_edge_does_not_end_bold_type():
    assert "**a**" == bold(" a ")


def test_a_message_keeps_what_it_quotes_and_escapes_the_rest():
    said = "expected a <name>, got `$a$ <b>` @ $.name.conditions.$is[0]"

    assert message(said) == (
        "Expected a \\<name\\>, got `$a$ <b>` @ \\$\\.name\\.conditions\\.\\$is\\[0\\]"
    )


@pytest.mark.parametrize("value", ["a`b", "`a", "a`", "``", "`a` **b** ``c``", "a\u202e`b"])
def test_a_value_with_backticks_stays_within_its_quote(value):
    said = message(f"expected a *name*, got {quoted(value)}: choose another")
    start, _, rest = said.partition("got ")

    assert "Expected a \\*name\\*, " == start
    assert rest.endswith("\\: choose another")
    assert quoted(value) == rest.removesuffix("\\: choose another")


@pytest.mark.parametrize("value", ["**b**`", "`**b**", "``` **b**", "a\n\n# b`"])
def test_what_breaks_out_of_its_backticks_is_still_no_markdown(value):
    shown = message(f"got `{value}`")

    assert "**b**" not in shown.replace("`**b**`", "")
    assert "\n" not in shown


def test_streamlit_would_rename_an_icon_even_in_code():
    assert "`" not in message("no segment is called `:material/home:`").replace("\\`", "")


def test_a_chart_reads_no_tags_entities_or_unseen_marks():
    assert "&lt;b&gt;&amp;amp; ‹U+202E›" == drawn("<b>&amp; \u202e")

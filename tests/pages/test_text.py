"""Data in Markdown: no sign of a value is read as one of the language."""

import pytest

from pages._components.text import message, plain


@pytest.mark.parametrize("sign", "\\`*_{}[]()#+-.!|<>~$:&")
def test_every_sign_of_markdown_is_taken_literally(sign):
    assert f"a\\{sign}b" == plain(f"a{sign}b")


def test_a_value_stays_on_one_line_and_is_no_indented_code():
    assert " a b c" == plain("    a\n\nb\tc")


def test_a_message_keeps_what_it_quotes_and_escapes_the_rest():
    said = "expected a <name>, got `$a$ <b>` @ $.name.conditions.$is[0]"

    assert message(said) == (
        "expected a \\<name\\>, got `$a$ <b>` @ \\$\\.name\\.conditions\\.\\$is\\[0\\]"
    )

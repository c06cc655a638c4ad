"""What pages say is said in an analyst's words, never in those of the program."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "pages"
OURS = {
    "data version": "say of when the data is",
    "change set": "say what was changed",
    r"instants?": "date and time",
    r"booleans?": "yes or no",
    r"strings?": "text",
    r"mend(ed|s|ing)?": "fix",
    "sha256": "fingerprint of the file (SHA-256), and not on the face of a receipt",
    "for want of": "has no",
}


def said(source: str) -> Iterator[str]:
    """The texts of a module that are written for a reader: not its docstrings, not its keys."""
    tree = ast.parse(source)
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            prose = " " in node.value.strip() or node.value[:1].isupper()
            if prose and not node.value.startswith(("(", "function", "e =>", "p =>")):  # JavaScript
                yield node.value


@pytest.mark.parametrize("word", OURS)
def test_no_page_says(word: str) -> None:
    found = [
        (str(file.relative_to(PAGES)), text)
        for file in sorted(PAGES.rglob("*.py"))
        for text in said(file.read_text("utf-8"))
        if re.search(rf"\b({word})\b", text, re.IGNORECASE)
    ]

    assert [] == found, f"better: {OURS[word]}"


def test_a_text_in_the_programs_words_is_seen() -> None:
    module = '"""Of an instant."""\nKEY = "instant"\nst.caption(f"{n} rows at data version {v}")'

    assert ["rows at data version"] == [text.strip() for text in said(module)]

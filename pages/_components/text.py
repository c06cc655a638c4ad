"""Data in texts that Streamlit reads as Markdown."""

import re

SIGNS = frozenset("\\`*_{}[]()#+-.!|<>~$:&")


def plain(text: str) -> str:
    """The text on one line, with every sign that Markdown would read taken literally."""
    line = re.sub(r"\s+", " ", text)
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in line)


def message(text: str) -> str:
    """A message of the engine: what it quotes in backticks as code, all else literally."""
    parts = text.split("`")
    return "`".join(part if place % 2 else plain(part) for place, part in enumerate(parts))

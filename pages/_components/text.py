"""Data in texts that Streamlit reads as Markdown."""

SIGNS = frozenset("\\`*_{}[]()#+-.!|<>~$:")


def plain(text: str) -> str:
    """The text with every sign that Markdown would read taken literally."""
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in text)

"""Data in texts that Streamlit reads as Markdown."""

SIGNS = frozenset("\\`*_{}[]()#+-.!|<>~$:&")


def plain(text: str) -> str:
    """The text on one line, with every sign that Markdown would read taken literally."""
    line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in SIGNS else sign for sign in line)


def message(text: str) -> str:
    """A message of the engine: what it quotes in backticks as code, all else literally."""
    parts = text.split("`")
    return "`".join(part if place % 2 else _literal(part) for place, part in enumerate(parts))


def _literal(text: str) -> str:
    spaced = plain(f"|{text}|")
    return spaced.removeprefix("\\|").removesuffix("\\|")

"""Words that mean the same: compared without case and what separates."""

from collections.abc import Iterable
from difflib import get_close_matches

from engine.errors import Issue

SEPARATORS = str.maketrans("", "", " \t\u00a0_-.")


def bare(header: str) -> str:
    """A header without what does not matter in it."""
    return header.casefold().translate(SEPARATORS)


def unknown(path: str, message: str, word: str, known: Iterable[str]) -> Issue:
    """An issue with the nearest known word, compared as headers are."""
    by_bare = {bare(name): name for name in known}
    close = get_close_matches(bare(word), by_bare, n=1)
    return Issue(path, message, by_bare[close[0]] if close else None)

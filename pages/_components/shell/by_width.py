"""A table where there is room for one; on a phone its rows as lines, as most columns would hide."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import streamlit as st

T = TypeVar("T")


def by_width(key: str, table: Callable[[], T], lines: Callable[[], object]) -> T:
    """
    Draws both; data/assets/look.css shows the one that can be read, as no server knows a width.

    Args:
        lines: draws the same on few pixels; in a few elements, as every window is sent them.

    Returns:
        What the table gives.
    """
    with st.container(key=f"wide-{key}"):
        shown = table()
    with st.container(key=f"narrow-{key}"):
        lines()
    return shown


def row_lines(lines: Iterable[tuple[str, str]]) -> None:
    """Each line of Markdown with what is less important below it, in one element."""
    st.markdown("\n".join(f"- {first}  \n  :small[:gray[{second}]]" for first, second in lines))

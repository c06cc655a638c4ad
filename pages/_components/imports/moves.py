"""The segments that an import moves: who comes in, who goes, and how large each is then."""

from collections.abc import Sequence

import streamlit as st

from pages._components.shell.text import plain

SHOWN = 50
NAME, GAIN, SIZE = 260, 70, 140  # pixels: aligned, and the numbers below on a narrow screen
Row = tuple[str, str, int, int, int, int]  # id, name, entered, left, members before and after


def moves(rows: Sequence[Row], nobody: str) -> None:
    """
    One line per segment with the way to it, those of the most moves first.

    Args:
        nobody: said where there is none.
    """
    if not rows:
        st.caption(nobody)
        return
    for key, name, entered, left, before, after in sorted(rows, key=_most_first)[:SHOWN]:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                "pages/segments.py",
                label=plain(name),
                icon=":material/filter_alt:",
                query_params={"segment": key},
                width=NAME,
            )
            st.markdown(f":{'green' if entered else 'gray'}[+{entered:,}]", width=GAIN)
            st.markdown(f":{'red' if left else 'gray'}[−{left:,}]", width=GAIN)
            st.markdown(f"{before:,} → {after:,}", width=SIZE)
    if len(rows) > SHOWN:
        st.caption(f"{len(rows) - SHOWN:,} more segments move.")


def _most_first(row: Row) -> tuple[int, str]:
    _, name, entered, left, _, _ = row
    return -(entered + left), name.casefold()

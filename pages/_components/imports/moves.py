"""The segments that an import moves: who comes in, who goes, and how large each is then."""

from collections.abc import Sequence

import streamlit as st

from pages._components.shell.text import plain

SHOWN = 50
WIDTHS = [4, 1, 1, 2]
Row = tuple[str, str, int, int, int, int]  # id, name, entered, left, members before and after


def moves(rows: Sequence[Row], nobody: str) -> None:
    """One line per segment with the way to it; `nobody` is said where there is none."""
    if not rows:
        st.caption(nobody)
        return
    for key, name, entered, left, before, after in rows[:SHOWN]:
        link, gain, loss, size = st.columns(WIDTHS, vertical_alignment="center", wrap=False)
        link.page_link(
            "pages/segments.py",
            label=plain(name),
            icon=":material/filter_alt:",
            query_params={"segment": key},
        )
        gain.markdown(f":green[+{entered:,}]")
        loss.markdown(f":red[−{left:,}]")
        size.markdown(f"{before:,} → {after:,}")
    if len(rows) > SHOWN:
        st.caption(f"{len(rows) - SHOWN:,} more segments move.")

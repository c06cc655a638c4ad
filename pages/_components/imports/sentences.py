"""Tables of sentences: every cell is shown whole and wraps, where a grid would cut it."""

from collections.abc import Iterable, Mapping

import polars as pl
import streamlit as st

from engine.text.display import SENTENCE
from pages._components.shell.text import phrase

PAGE = 20  # rows at once


def sentences(rows: Iterable[Mapping[str, object]], key: str) -> None:
    """
    Rows with reasons in them, some at a time.

    Args:
        rows: by heading; texts quote values in backticks, as messages of the engine do.
    """
    every = list(rows)
    pages = -(-len(every) // PAGE)
    page = st.pagination(pages, key=f"{key}-page") if pages > 1 else 1
    shown = every[(page - 1) * PAGE : page * PAGE]
    frame = [{name: phrase(_text(cell)) for name, cell in row.items()} for row in shown]
    st.table(pl.DataFrame(frame), border="horizontal", hide_index=True)


def _text(cell: object) -> str:
    text = f"{cell:,}" if isinstance(cell, int) else "" if cell is None else str(cell)
    return text[:SENTENCE]

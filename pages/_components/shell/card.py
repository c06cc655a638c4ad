"""A card of labelled values."""

from collections.abc import Iterable

import streamlit as st

from pages._components.shell.text import bold, plain


def card(title: str, rows: Iterable[tuple[str, str]]) -> None:
    """A few labelled values."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(bold(title))
        for label, text in rows:
            name, value = st.columns([2, 3], gap="small", wrap=False)
            name.caption(plain(label))
            value.markdown(plain(text))

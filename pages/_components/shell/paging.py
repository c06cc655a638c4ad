"""A long list is shown a page at a time, so that it costs the same however long it is."""

import streamlit as st


def begin_of_page(key: str, size: int) -> int:
    """How many entries stand before the page that is shown."""
    place: int = st.session_state.get(key, 1)
    return (place - 1) * size


def pager(key: str, total: int, size: int) -> None:
    """The way to the other pages, where there are any."""
    if total > size:
        st.pagination(-(-total // size), key=key)

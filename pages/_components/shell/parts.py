"""The parts of a page as tabs; the one that is open stands in the address."""

from collections.abc import Sequence

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

PART = "part"  # the parameter of the address


def parts(names: list[str]) -> Sequence[TabContainer]:
    """
    A tab for each name; only that which is `open` has to be filled.

    The parameter is written here, as one that is bound to a widget cannot be cleared by the way
    back; and a way back or a link that changes it opens the part that it names.
    """
    asked, first = st.query_params.get(PART), names[0]
    key = f"{PART}-{first}"  # the tabs of another page are others
    st.session_state[key] = asked if asked in names else first
    return st.tabs(names, key=key, on_change=_remember, args=(key, first))


def _remember(key: str, first: str) -> None:
    if st.session_state[key] != first:
        st.query_params[PART] = st.session_state[key]
    elif PART in st.query_params:
        del st.query_params[PART]

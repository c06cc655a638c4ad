"""A choice whose options are called otherwise now."""

import streamlit as st


def relabelled(key: str) -> None:
    """
    Has the select box that is drawn next under a key show its option by the label of now.

    A browser keeps the label that was chosen, and one that is no option any more loses the choice;
    it takes another only where the session sets the value.
    """
    if key in st.session_state:
        st.session_state[key] = st.session_state[key]

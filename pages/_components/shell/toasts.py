"""What was just done, told for a moment where the page is drawn anew because of it."""

from typing import NoReturn

import streamlit as st

KEY = "toast"


def rerun_with_toast(text: str, icon: str) -> NoReturn:
    """Draws the page anew, which tells a text: a toast before `st.rerun` is never shown."""
    st.session_state[KEY] = text, icon
    st.rerun()


def show_toast() -> None:
    """Tells what was to be told by this drawing."""
    if said := st.session_state.pop(KEY, None):
        text, icon = said
        st.toast(text, icon=icon)

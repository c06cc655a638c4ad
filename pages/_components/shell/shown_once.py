"""A secret that was just made: shown until it is put away, and never again."""

import streamlit as st

from engine.text.display import visible_json


def shown_once(key: str, warning: str, away: str) -> None:
    """
    What the session keeps under a key, line by line; nothing where there is nothing.

    Args:
        warning: that it is not shown again.
        away: the button by which it goes.
    """
    if (made := st.session_state.get(key)) is not None:
        st.success(warning, icon=":material/key:")
        lines = (f"{name}: {value}" for name, value in visible_json(vars(made)).items())
        st.code("\n".join(lines), None)
        st.button(away, on_click=st.session_state.pop, args=(key,))

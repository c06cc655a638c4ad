"""A button for what works at once and is not undone: it says so before it does it."""

from collections.abc import Callable

import streamlit as st

from pages._components.shell.session import faults_shown


def at_once(
    label: str, verb: str, says: str, key: str, act: Callable[[], object], *, disabled: bool = False
) -> None:
    """
    Opens below the button, with one that acts.

    Args:
        verb: of the second button, such as "Delete", to which it adds "now".
        says: what follows from it, in a sentence.
    """
    with st.popover(label, disabled=disabled):
        st.caption(says)
        if st.button(f"{verb} now", key=key, type="primary", disabled=disabled):
            with faults_shown():
                act()
                st.rerun()

"""A static segment of customers that a page is about."""

from collections.abc import Callable

import streamlit as st

from engine.base.answers import Answer
from engine.errors import WorkbenchError
from engine.rights import BUILD
from engine.segments import library
from engine.text.display import visible
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, fault
from pages._components.shell.text import plain


@takes(BUILD, silent=True)
def static_segment(key: str, label: str, usual: str, customers: Callable[[], Answer]) -> None:
    """
    Offers to fix customers under a name.

    Args:
        key: of these customers on the page.
        usual: the name where none is typed.
        customers: who they are, asked when they are saved.
    """
    with st.popover(label, icon=":material/bookmark_add:"):
        st.text_input("Name", key=f"segment-name-{key}", placeholder=visible(usual))
        st.button(
            "Save",
            type="primary",
            key=f"segment-{key}",
            on_click=_save,
            args=(key, usual, customers),
        )
        if problem := st.session_state.pop(f"segment-problem-{key}", None):
            fault(problem)


def _save(key: str, usual: str, customers: Callable[[], Answer]) -> None:
    name = st.session_state[f"segment-name-{key}"] or usual
    try:
        made = library.fix(acting(), name, customers())
    except WorkbenchError as error:
        st.session_state[f"segment-problem-{key}"] = error
    else:
        st.toast(f"Saved {plain(made.name)}", icon=":material/check:")

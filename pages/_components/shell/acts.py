"""What was just done, said where it was done, with the way to take it back."""

from dataclasses import dataclass, field

import streamlit as st

from engine.changes import undo
from engine.changes.log import line_of_change
from engine.errors import WorkbenchError
from pages._components.shell.place import place
from pages._components.shell.session import acting, fault, workbench
from pages._components.shell.text import message

KEY, PROBLEM = "done", "done-problem"


@dataclass(frozen=True)
class SessionAct:
    """One act of this session."""

    text: str
    change: int | None  # the change set; None: nothing to undo
    place: dict[str, str] = field(default_factory=dict)


def done(text: str, change: int | None = None) -> None:
    """Remembers an act, to be said at the place that the address leads to by now."""
    st.session_state[KEY] = SessionAct(text, change, place())


def notice() -> None:
    """Says what was just done here, and offers to undo it; forgets it elsewhere."""
    if problem := st.session_state.pop(PROBLEM, None):
        fault(problem)
    act: SessionAct | None = st.session_state.get(KEY)
    if act is None:
        return
    if act.place != place():
        del st.session_state[KEY]
        return
    with st.container(horizontal=True, vertical_alignment="center", key="done-notice"):
        st.markdown(f":green[:material/check_circle:] {message(act.text)}")
        if act.change is not None:
            st.button(
                "Undo",
                key="done-undo",
                icon=":material/undo:",
                type="tertiary",
                on_click=_undo,
                args=(act.change,),
            )
        st.button("Dismiss", key="done-dismiss", type="tertiary", on_click=_forget)


def _forget() -> None:
    st.session_state.pop(KEY, None)


def _undo(change: int) -> None:
    try:
        undo.undo(acting(), line_of_change(workbench(), change).number)
    except WorkbenchError as error:
        st.session_state[PROBLEM] = error
        return
    st.query_params.clear()  # what it made may be gone
    done("Undone; the change log keeps both.")

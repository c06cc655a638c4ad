"""Forms: what a field begins with, and its faults below it until the form is sent again."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.errors import Issue, WorkbenchError
from pages._components.shell.session import fault
from pages._components.shell.text import message

EMPTY = "fields-to-empty"


class FormFaults:
    """What was wrong when a form was last sent."""

    def __init__(self, form: str) -> None:
        self.error: WorkbenchError | None = st.session_state.get(_key(form))
        self._left = list(self.error.issues) if self.error else []

    def at(self, *paths: str, said: str | None = None) -> None:
        """
        Shows below a field what is wrong with it, and with what is inside it.

        Args:
            said: what to do, in words of the form; the engine's, who knows no form, unless given.
        """
        ours = [one for one in self._left if any(_is_in(_path(one), path) for path in paths)]
        self._left = [one for one in self._left if one not in ours]
        for text in dict.fromkeys(said or one.message for one in ours):
            st.markdown(f":red[:material/error:] {message(text)}")

    def rest(self) -> None:
        """Shows what belongs to no field, or says that there is more above."""
        if self.error is None:
            return
        if self._left or not self.error.issues:
            fault(type(self.error)(self.error.message, self._left))
        else:
            count = len(self.error.issues)
            told = "1 field needs" if count == 1 else f"{count:,} fields need"
            st.error(f"{told} another value: see above.", icon=":material/error:")


def begin(key: str, value: Any) -> None:
    """What a field begins with that can be emptied: one with a value of its own goes back to it."""
    if value is not None and key not in st.session_state:
        st.session_state[key] = value


def empty(*keys: str) -> None:
    """Has `emptied` empty some text fields at the next run: what they made is not made twice."""
    st.session_state[EMPTY] = keys


def emptied() -> None:
    """Empties them; called before they are drawn, as a field that is drawn cannot be set."""
    for key in st.session_state.pop(EMPTY, ()):
        st.session_state[key] = ""


def sent(form: str, act: Callable[[], object]) -> None:
    """
    Does what a form asks for, and draws the page again; keeps what is wrong with it.

    Called where the button stands, behind the fields: the arguments of a callback are those of the
    run before, in which what was typed last is missing.
    """
    try:
        act()
    except WorkbenchError as error:
        keep_fault(form, error)
    else:
        keep_fault(form, None)
    st.rerun()


def keep_fault(form: str, error: WorkbenchError | None) -> None:
    """Remembers what was wrong; None forgets it."""
    if error is None:
        st.session_state.pop(_key(form), None)
    else:
        st.session_state[_key(form)] = error


def _key(form: str) -> str:
    return f"fault-{form}"


def _is_in(path: str, field: str) -> bool:
    return path == field or path.startswith((f"{field}.", f"{field}["))


def _path(issue: Issue) -> str:
    return issue.path.removeprefix("$.")

"""What an analyst keeps under a name, such as a grid's views and the columns of exports."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import streamlit as st

from engine.errors import WorkbenchError
from engine.rights import BUILD
from engine.workspace import views
from engine.workspace.views import View
from pages._components.shell.rights import deed, takes
from pages._components.shell.session import acting, fault, workbench
from pages._components.shell.text import plain


@dataclass(frozen=True)
class Words:
    """How the kept things are called."""

    one: str
    many: str
    hint: str
    example: str
    save: str


def saved_views(
    words: Words, group: str, current: Callable[[], View], use: Callable[[View], None]
) -> None:
    """
    Uses one, keeps what is there now, or deletes one.

    Args:
        group: of the views, as `engine.workspace.views` names it.
        current: what is kept, asked when it is saved.
        use: called with the chosen one, as a callback before the next run.
    """
    with st.popover(words.many, icon=":material/bookmarks:"):
        saved = views.views(workbench(), group)
        if not saved:
            st.caption(words.hint)
        for name, view in saved.items():
            _line(words, group, name, partial(use, view))
        _new(words, group, current)
        if problem := st.session_state.pop(f"{words.one}-problem", None):
            fault(problem)


@takes(BUILD)
def _new(words: Words, group: str, current: Callable[[], View]) -> None:
    with st.form(words.one, border=False, clear_on_submit=True):
        name = f"Name of the {words.one}"
        st.text_input(name, key=f"{words.one}-name", placeholder=words.example)
        st.form_submit_button(words.save, on_click=_save, args=(words, group, current))


def _line(words: Words, group: str, name: str, use: Callable[[], None]) -> None:
    chosen, delete = st.columns([6, 1], vertical_alignment="center", wrap=False)
    chosen.button(plain(name), key=f"{words.one}-{name}", type="tertiary", on_click=use)
    with delete:
        deed(
            BUILD,
            "Delete",
            key=f"delete-{words.one}-{name}",
            icon=":material/delete:",
            type="tertiary",
            on_click=views.delete_view,
            args=(acting(), group, name),
        )


def _save(words: Words, group: str, current: Callable[[], View]) -> None:
    try:
        typed = st.session_state[f"{words.one}-name"]
        name = views.save_view(acting(), group, typed, current())
    except WorkbenchError as error:
        st.session_state[f"{words.one}-problem"] = error
    else:
        st.toast(f"Saved the {words.one} {plain(name)}", icon=":material/check:")

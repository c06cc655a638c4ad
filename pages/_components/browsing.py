"""What every list in a grid has: its columns, saved views, and a state that outlives the page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from engine import views
from engine.browser.rows import to_sort
from engine.errors import WorkbenchError
from engine.listed import Listed
from engine.listings import Listing
from engine.views import View, of_grid
from pages._components.grid import State, sorted_by
from pages._components.session import fault, workbench
from pages._components.text import plain


def column_chooser(listing: Listing, listed: Listed) -> list[str]:
    """The paths of the columns to show."""
    kept = f"{listing.table}-columns"
    labels = {field.path: field.label for field in listed.catalogue.fields()}
    shown = st.session_state.get(kept) or usual(listing, listed)
    with st.popover("Columns", icon=":material/view_column:"):
        chosen = st.multiselect(
            "Columns",
            list(labels),
            [path for path in shown if path in labels],
            format_func=lambda path: labels[path],
            key=f"{kept}-{revision(listing.table)}",
            help="Drag a heading in the grid to move a column",
            width=420,
        )
    st.session_state[kept] = chosen
    return chosen or usual(listing, listed)


def usual(listing: Listing, listed: Listed) -> list[str]:
    """The columns to begin with: those of them that some record has."""
    return listed.once("usual columns", lambda: _usual(listing, listed))


def _usual(listing: Listing, listed: Listed) -> list[str]:
    values = {path: listed.values(listed.catalogue.field(path)) for path in listing.shown}
    return [path for path, column in values.items() if column is not None and column.count()]


def view_chooser(listing: Listing, columns: Sequence[str]) -> None:
    """The saved views: show one, keep the grid as it stands, or delete one."""
    saved = views.views(workbench(), of_grid(listing.table))
    with st.popover("Views", icon=":material/bookmarks:"):
        if not saved:
            st.caption("A view keeps columns, filters and sorting under a name.")
        for name, view in saved.items():
            show, delete = st.columns([6, 1], vertical_alignment="center", wrap=False)
            show.button(
                plain(name),
                key=f"view-{name}",
                type="tertiary",
                on_click=show_view,
                args=(listing, view),
            )
            delete.button(
                "Delete",
                key=f"delete-view-{name}",
                icon=":material/delete:",
                type="tertiary",
                on_click=views.delete_view,
                args=(workbench(), of_grid(listing.table), name),
            )
        with st.form("view", border=False, clear_on_submit=True):
            st.text_input("Name of the view", key="view-name", placeholder="Berlin, by points")
            kept = (listing, tuple(columns))
            st.form_submit_button("Save this view", on_click=save_view, args=kept)
        told("view-problem")


def save_view(listing: Listing, columns: tuple[str, ...]) -> None:
    """Keeps the grid as it stands under the name typed."""
    state = grid_state(listing)
    moved = tuple(path for path in state.columns if path in columns)
    order = moved + tuple(path for path in columns if path not in moved)
    view = View(order, to_sort(state.sort), state.filters)
    try:
        typed = st.session_state["view-name"]
        name = views.save_view(workbench(), of_grid(listing.table), typed, view)
    except WorkbenchError as error:
        st.session_state["view-problem"] = error
    else:
        st.toast(f"Saved the view {plain(name)}", icon=":material/check:")


def show_view(listing: Listing, view: View) -> None:
    """Begins the grid anew as the view says; what the analyst picked stays picked."""
    st.session_state[f"{listing.table}-columns"] = view.columns
    shown = replace(
        grid_state(listing),
        columns=view.columns,
        sort=sorted_by(view.sort),
        filters=view.filters,
    )
    begin_anew(listing, shown)


def told(key: str) -> None:
    """Shows what went wrong in a callback, once."""
    if problem := st.session_state.pop(key, None):
        fault(problem)


def grid_state(listing: Listing) -> State:
    """What was last done to the grid of a list."""
    first = State(sort=sorted_by((listing.sort,)))
    state: State = st.session_state.get(f"{listing.table}-grid", first)
    return state


def keep_state(listing: Listing, state: State) -> None:
    """Remembers what was done to the grid."""
    st.session_state[f"{listing.table}-grid"] = state


def revision(table: str) -> int:
    """How often the grid was begun anew; part of keys that shall not outlive that."""
    number: int = st.session_state.get(f"{table}-revision", 0)
    return number


def grid_key(listing: Listing) -> str:
    """The key of the grid that is shown now."""
    return f"grid-{listing.table}-{revision(listing.table)}"


def begin_anew(listing: Listing, state: State) -> None:
    """Puts a new grid in the place of the one shown."""
    keep_state(listing, state)
    st.session_state[f"{listing.table}-revision"] = revision(listing.table) + 1


def begun(listing: Listing) -> State:
    """How the grid began: it is not told again what it said itself, and so never jumps."""
    session: Any = st.session_state
    begun = f"{listing.table}-begun"
    if grid_key(listing) not in session:  # it is new, or comes back from another page
        session[begun] = grid_state(listing)
    state: State = session[begun]
    return state

"""The browser of the base: search, segment, columns, views, the grid, and what to do with whom."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from engine import library, views
from engine.browser.choices import to_filter
from engine.browser.rows import to_sort
from engine.errors import WorkbenchError
from engine.profiles import Profile
from engine.selection import Selection, selected
from engine.views import CUSTOMERS, View
from pages._components.grid import State, customer_grid
from pages._components.session import fault, faults_shown, version, workbench
from pages._components.text import plain

COLUMNS = ("name", "email", "phone", "address.city", "address.country", "birthdate",
           "loyalty.points", "created_at", "source_id", "id")  # fmt: skip


def customer_browser(profile: Profile) -> None:
    """All customers in a grid; what was typed, chosen and picked stays over other pages."""
    search, segment, columns = controls(profile)
    bar = st.container(horizontal=True, vertical_alignment="center", height="content")
    state = customer_grid(
        [profile.catalogue.field(path) for path in columns],
        begun(),
        search=search,
        segment=segment,
        version=profile.change,
        opened=open_customer,
        key=grid_key(),
    )
    st.session_state["grid"] = state
    with bar, faults_shown():
        wanted = Selection(segment, to_filter(state.filters, profile.catalogue), search)
        count = selected(workbench(), wanted).count
        st.markdown(f"**{count:,}** of {profile.total:,} customers")
        if not state.picked:  # all on one line, or the grid would jump at the first pick
            st.caption(version(profile))
        st.space("stretch")
        actions(wanted, count, state)


def controls(profile: Profile) -> tuple[str, str | None, list[str]]:
    """The search, the segment to look at, and the columns."""
    segments = {row.id: row.name for row in library.saved(workbench())}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            type="search",
            placeholder="Name, e-mail, phone, id or source id",
            key="search",
            bind="query-params",
        )
        segment = st.selectbox(
            "Segment",
            list(segments),
            index=None,
            format_func=lambda key: segments[key],
            placeholder="Everybody",
            key="segment",
            width=240,
        )
        columns = column_chooser(profile)
        view_chooser(columns)
    return search or "", segment, columns


def column_chooser(profile: Profile) -> list[str]:
    """The paths of the columns to show."""
    labels = {field.path: field.label for field in profile.catalogue.fields()}
    kept = st.session_state.get("columns-kept") or usual(profile)
    with st.popover("Columns", icon=":material/view_column:"):
        chosen = st.multiselect(
            "Columns",
            list(labels),
            [path for path in kept if path in labels],
            format_func=lambda path: labels[path],
            key=f"columns-{revision()}",
            help="Drag a heading in the grid to move a column",
            width=420,
        )
    st.session_state["columns-kept"] = chosen
    return chosen or usual(profile)


def usual(profile: Profile) -> list[str]:
    """The columns to begin with: those of them that somebody has."""
    values = {path: profile.values(profile.catalogue.field(path)) for path in COLUMNS}
    return [path for path, column in values.items() if column is not None and column.count()]


def view_chooser(columns: Sequence[str]) -> None:
    """The saved views: show one, keep the grid as it stands, or delete one."""
    saved = views.views(workbench(), CUSTOMERS)
    with st.popover("Views", icon=":material/bookmarks:"):
        if not saved:
            st.caption("A view keeps columns, filters and sorting under a name.")
        for name, view in saved.items():
            show, delete = st.columns([6, 1], vertical_alignment="center", wrap=False)
            show.button(
                plain(name), key=f"view-{name}", type="tertiary", on_click=show_view, args=(view,)
            )
            delete.button(
                "Delete",
                key=f"delete-view-{name}",
                icon=":material/delete:",
                type="tertiary",
                on_click=views.delete_view,
                args=(workbench(), CUSTOMERS, name),
            )
        with st.form("view", border=False, clear_on_submit=True):
            st.text_input("Name of the view", key="view-name", placeholder="Berlin, by points")
            st.form_submit_button("Save this view", on_click=save_view, args=(tuple(columns),))
        told("view-problem")


def save_view(columns: tuple[str, ...]) -> None:
    """Keeps the grid as it stands under the name typed."""
    state = grid_state()
    moved = tuple(path for path in state.columns if path in columns)
    order = moved + tuple(path for path in columns if path not in moved)
    view = View(order, to_sort(state.sort), state.filters)
    try:
        name = views.save_view(workbench(), CUSTOMERS, st.session_state["view-name"], view)
    except WorkbenchError as error:
        st.session_state["view-problem"] = error
    else:
        st.toast(f"Saved the view {plain(name)}", icon=":material/check:")


def show_view(view: View) -> None:
    """Begins the grid anew as the view says; whom the analyst picked stays picked."""
    sort = [
        {"colId": path.removeprefix("-"), "sort": "desc" if path.startswith("-") else "asc"}
        for path in view.sort
    ]
    st.session_state["columns-kept"] = view.columns
    begin_anew(replace(grid_state(), columns=view.columns, sort=sort, filters=view.filters))


def actions(wanted: Selection, count: int, state: State) -> None:
    """What to do with the picked customers, or with all that the grid shows."""
    if state.picked:
        wanted, count = Selection(customers=state.picked), len(state.picked)
        st.markdown(f"**{count:,}** selected")
        st.button(
            "Clear selection",
            type="tertiary",
            on_click=begin_anew,
            args=(replace(state, picked=()),),
        )
    whom = f"{count:,} selected" if state.picked else f"all {count:,}"
    with st.popover(
        f"Segment of {whom}",
        icon=":material/bookmark_add:",
        disabled=not 0 < count <= workbench().project.static_cap,
        help=f"A static segment keeps who is in it; at most {workbench().project.static_cap:,}",
    ):
        st.text_input("Name of the segment", key="segment-name")
        st.button("Create static segment", type="primary", on_click=create, args=(wanted,))
        told("segment-problem")
    if st.button(f"Export {whom}", icon=":material/download:", disabled=not count):
        st.session_state["selection"] = wanted
        st.switch_page("pages/exports.py")


def create(wanted: Selection) -> None:
    """Makes a static segment of them, under the name typed."""
    try:
        chosen = selected(workbench(), wanted)
        made = library.fix(workbench(), st.session_state["segment-name"], chosen)
    except WorkbenchError as error:
        st.session_state["segment-problem"] = error
    else:
        st.toast(f"Created {plain(made.name)}: {chosen.count:,}", icon=":material/check:")


def told(key: str) -> None:
    """Shows what went wrong in a callback, once."""
    if problem := st.session_state.pop(key, None):
        fault(problem)


def open_customer(customer: str) -> None:
    """Goes to one customer."""
    st.query_params["customer"] = customer


def grid_state() -> State:
    """What was last done to the grid."""
    state: State = st.session_state.get("grid", State())
    return state


def revision() -> int:
    """How often the grid was begun anew; part of keys that shall not outlive that."""
    number: int = st.session_state.get("grid-revision", 0)
    return number


def grid_key() -> str:
    """The key of the grid that is shown now."""
    return f"grid-{revision()}"


def begin_anew(state: State) -> None:
    """Puts a new grid in the place of the one shown."""
    st.session_state["grid"] = state
    st.session_state["grid-revision"] = revision() + 1


def begun() -> State:
    """How the grid began: it is not told again what it said itself, and so never jumps."""
    session: Any = st.session_state
    if grid_key() not in session:  # it is new, or comes back from another page
        session["grid-begun"] = grid_state()
    state: State = session["grid-begun"]
    return state

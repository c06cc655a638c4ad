"""What every list in a grid has: its columns, saved views, and a state that outlives the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from engine.base.records import RecordColumns
from engine.lists.listings import Listing
from engine.lists.rows import to_sort
from engine.lists.selection import Selection
from engine.text.display import visible
from engine.workspace.views import View, of_grid
from pages._components.lists.grid import State, record_grid, sorted_by
from pages._components.lists.saved_views import Words, saved_views
from pages._components.shell.session import fault


def kept_grid(
    listing: Listing,
    records: RecordColumns,
    columns: Sequence[str],
    wanted: Selection,
    opened: Callable[[str], None],
    *,
    picks: bool = True,
    height: int = 600,
) -> State:
    """
    The grid of a list as it was left, here or before another page; takes what `record_grid` does.

    Args:
        columns: the paths of the fields to show.
    """
    fields = [records.catalogue.field(path) for path in columns]
    state = record_grid(
        listing,
        fields,
        begun(listing),
        wanted,
        version=records.change,
        opened=opened,
        key=grid_key(listing),
        picks=picks,
        height=height,
    )
    keep_state(listing, state)
    return state


def column_chooser(listing: Listing, records: RecordColumns) -> list[str]:
    """The paths of the columns to show."""
    kept = f"{listing.table}-columns"
    labels = {field.path: field.label for field in records.catalogue.fields()}
    shown = st.session_state.get(kept) or usual(listing, records)
    with st.popover("Columns", icon=":material/view_column:"):
        chosen = st.multiselect(
            "Columns",
            list(labels),
            [path for path in shown if path in labels],
            format_func=lambda path: visible(labels[path]),
            key=f"{kept}-{revision(listing.table)}",
            help="Drag a heading in the grid to move a column",
            width=420,
        )
    st.session_state[kept] = chosen
    return chosen or usual(listing, records)


def usual(listing: Listing, records: RecordColumns) -> list[str]:
    """The columns to begin with: those of them that some record has."""
    return records.once("usual columns", lambda: _usual(listing, records))


def _usual(listing: Listing, records: RecordColumns) -> list[str]:
    values = {path: records.values(records.catalogue.field(path)) for path in listing.shown}
    return [path for path, column in values.items() if column is not None and column.count()]


DAY = "day"  # in a view: what is no text, number or list in JSON
VIEWS = Words(
    "view",
    "Views",
    "A view keeps the search and all filters, the columns and the sorting under a name.",
    "Berlin, by points",
    "Save this view",
)


# The inputs that narrow a list beside its own filters: their keys, and what they say of everything.
Inputs = Mapping[str, Any]


def view_chooser(listing: Listing, columns: Sequence[str], beside: Inputs) -> None:
    """The saved views: show one, keep the grid as it stands, or delete one."""
    saved_views(
        VIEWS,
        of_grid(listing.table),
        lambda: as_it_stands(listing, columns, beside),
        lambda view: show_view(listing, view),
    )


def as_it_stands(listing: Listing, columns: Sequence[str], beside: Inputs) -> View:
    """The grid with its columns in the order to which they were moved, and what narrows it."""
    state = grid_state(listing)
    moved = tuple(path for path in state.columns if path in columns)
    order = moved + tuple(path for path in columns if path not in moved)
    inputs = {key: st.session_state[key] for key in beside if key in st.session_state}
    said = {key: {DAY: each.isoformat()} if isinstance(each, date) else each
            for key, each in inputs.items()}  # fmt: skip
    return View(order, to_sort(state.sort), state.filters, said)


def show_view(listing: Listing, view: View) -> None:
    """Begins the grid anew as the view says; what the analyst picked stays picked."""
    st.session_state[f"{listing.table}-columns"] = view.columns
    for key, each in view.beside.items():
        is_day = isinstance(each, dict)
        st.session_state[key] = date.fromisoformat(each[DAY]) if is_day else each
    shown = replace(
        grid_state(listing),
        columns=view.columns,
        sort=sorted_by(view.sort),
        filters=view.filters,
    )
    begin_anew(listing, shown)


def clear_button(listing: Listing, beside: Inputs) -> None:
    """The way from a list that nothing is left of to all of it."""
    st.button(
        "Clear search and filters",
        icon=":material/filter_alt_off:",
        on_click=_clear,
        args=(listing, beside),
    )


def _clear(listing: Listing, beside: Inputs) -> None:
    st.session_state.update(beside)
    begin_anew(listing, replace(grid_state(listing), filters={}))


def gone_segment() -> None:
    """Says that a segment by which a list was narrowed is no more, and so does not narrow it."""
    st.warning(
        "The segment of this view no longer exists: choose another.", icon=":material/warning:"
    )


def show_problem(key: str) -> None:
    """Shows what went wrong in a callback, once."""
    if error := st.session_state.pop(key, None):
        fault(error)


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

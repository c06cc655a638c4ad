"""The browser of the base: search, segment, columns, views, the grid, and what to do with whom."""

from dataclasses import replace

import streamlit as st

from engine.base.profiles import Profile
from engine.errors import WorkbenchError
from engine.lists.choices import to_filter
from engine.lists.listings import LISTINGS
from engine.lists.selection import Selection, selected, selected_customers
from engine.rights import BUILD, EXPORT
from engine.segments import library
from engine.text.display import SENTENCE, visible
from pages._components.lists.browsing import (
    begin_anew,
    clear_button,
    column_chooser,
    gone_segment,
    kept_grid,
    show_problem,
    view_chooser,
)
from pages._components.lists.grid import State
from pages._components.shell.rights import deed, takes
from pages._components.shell.session import acting, faults_shown, version, workbench
from pages._components.shell.text import plain

LISTING = LISTINGS["customers"]
BESIDE = {"search": "", "of": None, "visitors": False}


def customer_browser(profile: Profile) -> None:
    """All customers in a grid; what was typed, chosen and picked stays over other pages."""
    search, segment, columns, visitors = controls(profile)
    bar = st.container(horizontal=True, vertical_alignment="center", height="content")
    wanted = Selection(segment, search=search, visitors=visitors)
    state = kept_grid(LISTING, profile, columns, wanted, open_customer)
    with bar, faults_shown():
        wanted = replace(wanted, filter=to_filter(state.filters, profile.catalogue))
        count = selected(workbench(), wanted).count
        everybody = profile.total if visitors else profile.size
        st.markdown(f"**{count:,}** of {everybody:,} customers")
        if not state.picked:  # all on one line, or the grid would jump at the first pick
            st.caption(version(profile))
        if not count:
            clear_button(LISTING, BESIDE)
        st.space("stretch")
        actions(wanted, count, state)


def controls(profile: Profile) -> tuple[str, str | None, list[str], bool]:
    """The search, the segment to look at, the columns, and whether visitors are shown too."""
    segments = {row.id: row.name for row in library.saved(workbench())}
    asked = st.query_params.get("of")  # which Streamlit drops in silence where it is none of them
    if asked and asked not in map(visible, segments.values()):
        name = plain(visible(asked))
        st.warning(
            f"No segment is called {name}: these are all customers.", icon=":material/warning:"
        )
    if st.session_state.get("of") not in {None, *segments}:
        gone_segment()
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
            format_func=lambda key: visible(segments[key]),
            placeholder="Everybody",
            key="of",
            bind="query-params",
            width=240,
        )
        visitors = profile.named is not None and st.toggle(
            "With visitors",
            key="visitors",
            bind="query-params",
            help="Also those of whom only a tracking id is known",
        )
        columns = column_chooser(LISTING, profile)
        view_chooser(LISTING, columns, BESIDE)
    return search or "", segment, columns, visitors


def actions(wanted: Selection, count: int, state: State) -> None:
    """What to do with the picked customers, or with all that the grid shows."""
    if state.picked:
        wanted, count = Selection(customers=state.picked), len(state.picked)
        st.markdown(f"**{count:,}** selected")
        st.button(
            "Clear selection",
            type="tertiary",
            on_click=begin_anew,
            args=(LISTING, replace(state, picked=())),
        )
    whom = f"{count:,} selected" if state.picked else f"all {count:,}"
    segment_of(wanted, count, whom)
    if deed(EXPORT, f"Export {whom}", icon=":material/download:", disabled=not count):
        st.session_state["selection"], st.session_state["selection-of"] = wanted, LISTING.table
        # Without parameters of its own a switch refuses to drop the search from the address.
        st.switch_page("pages/exports.py", query_params={"what": LISTING.table})


@takes(BUILD, silent=True)
def segment_of(wanted: Selection, count: int, whom: str) -> None:
    """Makes a static segment of them."""
    with st.popover(
        f"Segment of {whom}",
        icon=":material/bookmark_add:",
        disabled=not 0 < count <= workbench().project.static_cap,
        help=f"A static segment keeps who is in it; at most {workbench().project.static_cap:,}",
    ):
        st.text_input("Name of the segment", key="segment-name")
        st.button("Create static segment", type="primary", on_click=create, args=(wanted,))
        show_problem("segment-problem")


def create(wanted: Selection) -> None:
    """Makes a static segment of them, under the name typed."""
    try:
        chosen = selected_customers(workbench(), wanted)
        made = library.fix(acting(), st.session_state["segment-name"], chosen)
    except WorkbenchError as error:
        st.session_state["segment-problem"] = error
    else:
        said = plain(f"Created {visible(made.name)}: {chosen.count:,}", SENTENCE)
        st.toast(said, icon=":material/check:")


def open_customer(customer: str) -> None:
    """Goes to one customer."""
    st.query_params.from_dict({"customer": customer})  # the search leaves at once, in one step

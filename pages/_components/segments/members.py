"""Who is in a segment: a grid over all of them, and the change of a fixed list by hand."""

import streamlit as st

from engine.base.profiles import Profile
from engine.lists.listings import LISTINGS
from engine.lists.selection import Selection, selected
from engine.segments.library import Segment
from pages._components.lists.browsing import usual
from pages._components.segments.story import by_hand
from pages._components.shell.session import workbench

LISTING = LISTINGS["customers"]
CHOSEN = "member"  # whose row was clicked


def segment_members(segment: Segment) -> None:
    """All members, searched and sorted; a click, or Enter, opens the profile."""
    if chosen := st.session_state.pop(CHOSEN, None):
        st.switch_page("pages/customers.py", query_params={"customer": chosen})
    profile = workbench().profile()
    if not profile.size:
        return
    search = st.text_input(
        "Search the members",
        type="search",
        placeholder="Name, e-mail, phone, id or source id",
        key=f"members-search-{segment.id}",
    )
    wanted = Selection(segment.id, search=search)
    count = selected(workbench(), wanted).count
    if not count:
        st.caption(f"No member fits “{search}”." if search else "Nobody is in this segment now.")
    else:
        _grid(segment, profile, wanted)
    if segment.filter is None:
        by_hand(segment)


def _grid(segment: Segment, profile: Profile, wanted: Selection) -> None:
    # Here, as the module costs a second that the other parts of the page need not wait for.
    from pages._components.lists.grid import State, record_grid, sorted_by

    record_grid(
        LISTING,
        [profile.catalogue.field(path) for path in usual(LISTING, profile)],
        State(sort=sorted_by((LISTING.sort,))),
        wanted,
        version=profile.change,
        opened=_choose,
        key=f"members-{segment.id}-{segment.version}",
        picks=False,
        height=520,
    )


def _choose(customer: str) -> None:
    st.session_state[CHOSEN] = customer

"""The segments that one customer is in or out of, each with its reason when it is asked for."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.base.answers import why
from engine.base.profiles import Profile
from engine.segments import library
from engine.segments.library import Segment
from pages._components.builder.reasons import reasons
from pages._components.shell.fragments import fragment
from pages._components.shell.masks import mask
from pages._components.shell.session import faults_shown, money, workbench
from pages._components.shell.text import plain
from pages._components.shell.values import written

AT_ONCE = 10  # lines on a page of the list
EVERY, IN, OUT = "All", "In", "Out"


@fragment()
def customer_segments(profile: Profile, position: int) -> None:
    """Every segment by its name, those with the customer first."""
    bench = workbench()
    saved = library.saved(bench)
    with faults_shown():
        inside = bench.memberships.containing(profile, bench.clock(), position)
        st.markdown(f"In **{len(inside):,}** of {len(saved):,} segments")
        if not saved:
            st.caption("No segments yet.")
            return
        customer = profile.customers["id"].item(position)
        for segment in _page(_found(saved, inside)):
            _line(profile, segment, customer, inside=segment.id in inside)


def _found(saved: list[Segment], inside: frozenset[str]) -> list[Segment]:
    """Those that are searched for, in or out as is chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(
            "Find a segment",
            type="search",
            placeholder="Part of its name",
            key="customer-segments-search",
            on_change=_begin_again,
        )
        side = st.segmented_control(
            "Show",
            [EVERY, IN, OUT],
            default=EVERY,
            required=True,
            key="customer-segments-side",
            on_change=_begin_again,
        )
    found = [
        one
        for one in saved
        if wanted.casefold() in one.name.casefold()
        and (side == EVERY or (one.id in inside) is (side == IN))
    ]
    if not found:
        st.caption("No segment fits: clear the search, or show all.")
    return sorted(found, key=lambda one: one.id not in inside)


def _begin_again() -> None:
    st.session_state["customer-segments-page"] = 1


def _page(saved: list[Segment]) -> list[Segment]:
    """Those on the page of the list that is open."""
    pages = -(-len(saved) // AT_ONCE)
    page = st.pagination(pages, key="customer-segments-page") if pages > 1 else 1
    return saved[(page - 1) * AT_ONCE : page * AT_ONCE]


def _line(profile: Profile, segment: Segment, customer: str, *, inside: bool) -> None:
    mark = ":green-badge[in]" if inside else ":gray-badge[out]"
    label = f"{mark} {plain(segment.name)}"
    reason = st.expander(label, key=f"why-{segment.id}", on_change="rerun")
    if reason.open:  # a reason looks at every condition
        with reason, faults_shown():
            _explained(profile, segment.filter, customer)


def _explained(profile: Profile, definition: Mapping[str, Any] | None, customer: str) -> None:
    """Why a filter holds for the customer, or does not: the value at each condition."""
    if definition is None:
        st.caption("A fixed list: somebody put its members in.")
        return
    group = library.accepted(workbench(), definition)
    hidden = mask(customer).hides
    reasons(why(profile, group, workbench().clock(), customer, money, hidden, written))

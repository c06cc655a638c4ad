"""The segments that one customer is in or out of, each with its reason when it is asked for."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.base.answers import why
from engine.base.profiles import Profile
from engine.segments import library
from engine.segments.library import Segment
from pages._components.builder.reasons import reasons
from pages._components.shell.session import faults_shown, workbench
from pages._components.shell.text import plain

AT_ONCE = 10  # lines on a page of the list


@st.fragment
def customer_segments(profile: Profile, position: int, customer: str) -> None:
    """Every segment by its name, those with the customer first."""
    bench = workbench()
    saved = library.saved(bench)
    with st.container(border=True), faults_shown():
        inside = bench.memberships.containing(profile, bench.clock(), position)
        st.markdown(f"**Segments** :gray[in {len(inside):,} of {len(saved):,}]")
        if not saved:
            st.caption("No segments yet.")
        for segment in _page(sorted(saved, key=lambda one: one.id not in inside)):
            _line(profile, segment, customer, inside=segment.id in inside)


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
    reasons(why(profile, group, workbench().clock(), customer))

"""Customers: the whole base, searched and sorted, and one customer with everything."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine import customers, library
from engine.profiles import Profile
from engine.segments import find, why
from pages._components.card import card
from pages._components.customer_browser import customer_browser
from pages._components.reasons import reasons
from pages._components.session import (
    back,
    empty_base,
    faults_shown,
    header,
    version,
    workbench,
)
from pages._components.text import plain
from pages._components.timeline import timeline_card


def one(profile: Profile, name: str) -> None:
    """Everything about one customer."""
    position = find(profile, name)
    details = customers.described(profile, position)
    values = {field.path: text for field, text in details}
    header(plain(values.get("name") or values.get("email") or name), version(profile))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        for group in dict.fromkeys(field.group for field, _ in details):
            card(group, [(field.label, text) for field, text in details if field.group == group])
    with right:
        memberships(profile, position, values["id"])
        timeline_card(profile, position)


def memberships(profile: Profile, position: int, customer: str) -> None:
    """The segments that the customer is in or out of, each with its reason."""
    with st.container(border=True):
        st.markdown("**Segments**")
        saved = library.saved(workbench())
        if not saved:
            st.caption("No segments yet.")
        for segment in saved:
            with faults_shown():
                inside = bool(library.members(workbench(), segment).mask[position])
                mark = ":green-badge[in]" if inside else ":gray-badge[out]"
                with st.expander(f"{mark} {plain(segment.name)}"):
                    explained(profile, segment.filter, customer)


def explained(profile: Profile, definition: Mapping[str, Any] | None, customer: str) -> None:
    """Why a filter holds for the customer, or does not: the value at each condition."""
    if definition is None:
        st.caption("A fixed list: somebody put its members in.")
        return
    group = library.accepted(workbench(), definition)
    reasons(why(profile, group, workbench().clock(), customer))


with faults_shown():
    base = workbench().profile()
    if chosen := st.query_params.get("customer"):
        back("All customers")
        one(base, chosen)
    else:
        header("Customers", "Everybody in the base; click one to see everything about them.")
        if base.total:
            customer_browser(base)
        else:
            empty_base()

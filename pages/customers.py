"""Customers: the whole base, searched and sorted, and one customer with everything."""

from collections.abc import Callable, Mapping

import streamlit as st

from engine.base.answers import find
from engine.base.profiles import Profile
from engine.lists.texts import field_values
from pages._components.lists.customer_browser import customer_browser
from pages._components.lists.customer_card import customer_card
from pages._components.lists.timeline import timeline_card
from pages._components.segments.customer_segments import customer_segments
from pages._components.shell.session import (
    back,
    empty_base,
    faults_shown,
    header,
    version,
    workbench,
)
from pages._components.shell.text import plain

# In the order of the tabs; only the one that is open is computed.
PARTS: Mapping[str, Callable[[Profile, int], None]] = {
    "Profile": customer_card,
    "Timeline": timeline_card,
    "Segments": customer_segments,
}


def one(profile: Profile, name: str) -> None:
    """Everything about one customer."""
    position = find(profile, name)
    values = {field.path: value for field, value in field_values(profile, position)}
    known = values.get("name") or values.get("email") or name
    header(plain(known), version(profile))  # gives the place for what can be done with them
    tabs = st.tabs(list(PARTS), key="part", bind="query-params")
    for (_, shown), tab in zip(PARTS.items(), tabs, strict=True):
        if tab.open:
            with tab, faults_shown():
                shown(profile, position)


with faults_shown():
    base = workbench().profile()
    if chosen := st.query_params.get("customer"):
        back("All customers")
        one(base, chosen)
    else:
        header("Customers", "All customers. Select one for the full profile.")
        if base.total:
            customer_browser(base)
        else:
            empty_base()

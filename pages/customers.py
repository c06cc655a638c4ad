"""Customers: the whole base, searched and sorted, and one customer with everything."""

import streamlit as st

from engine.base.answers import find
from engine.base.profiles import Profile
from engine.lists.texts import field_texts
from pages._components.lists.customer_browser import customer_browser
from pages._components.lists.timeline import timeline_card
from pages._components.segments.customer_segments import customer_segments
from pages._components.shell.card import card
from pages._components.shell.session import (
    back,
    empty_base,
    faults_shown,
    header,
    version,
    workbench,
)
from pages._components.shell.text import plain


def one(profile: Profile, name: str) -> None:
    """Everything about one customer."""
    position = find(profile, name)
    details = field_texts(profile, position)
    values = {field.path: text for field, text in details}
    header(plain(values.get("name") or values.get("email") or name), version(profile))
    left, right = st.columns([2, 3], gap="medium")
    with left:
        for group in dict.fromkeys(field.group for field, _ in details):
            card(group, [(field.label, text) for field, text in details if field.group == group])
    with right:
        customer_segments(profile, position, values["id"])
        timeline_card(profile, position)


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

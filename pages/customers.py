"""Customers: the whole base, searched and sorted, and one customer with everything."""

from collections.abc import Callable, Mapping

import streamlit as st

from engine.base.answers import find
from engine.base.profiles import Profile
from engine.lists.texts import customer_values
from engine.rights import BUILD, ERASE, REVEAL
from pages._components.customers.duplicates import possible_duplicates
from pages._components.customers.edit_form import edited_customer, new_customer
from pages._components.customers.erase_form import data_of_customer, erased_customer
from pages._components.customers.event_form import event_form
from pages._components.customers.merge_form import merged_customer
from pages._components.lists.customer_browser import customer_browser
from pages._components.lists.customer_card import customer_card
from pages._components.lists.timeline import timeline_card
from pages._components.segments.customer_segments import customer_segments
from pages._components.shell.acts import notice
from pages._components.shell.masks import mask, reveal_button
from pages._components.shell.parts import parts
from pages._components.shell.place import leads_to
from pages._components.shell.rights import deed
from pages._components.shell.session import (
    back,
    empty_base,
    faults_shown,
    header,
    list_area,
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


ACTIONS = {
    "edit": (BUILD, "Edit", ":material/edit:", edited_customer),
    "merge": (BUILD, "Merge", ":material/merge:", merged_customer),
    "event": (BUILD, "Record an event", ":material/bolt:", event_form),
    "access": (REVEAL, "Data of the customer", ":material/contact_page:", data_of_customer),
    "erase": (ERASE, "Erase", ":material/person_remove:", erased_customer),
}
OTHERS = {"create": new_customer, "duplicates": possible_duplicates}


def one(profile: Profile, name: str) -> None:
    """Everything about one customer."""
    position = find(profile, name)
    customer = profile.ids[position]
    values = {field.path: value for field, value in customer_values(profile, position)}
    named = values.get("name") or values.get("email") or name
    known = customer if mask(customer).on else named
    if action := ACTIONS.get(st.query_params.get("do", "")):
        _, label, _, form = action
        header(f"{label} · {plain(known)}", version(profile))
        notice()
        form(profile, position)
        return
    actions = header(plain(known), version(profile))
    notice()
    with actions:
        reveal_button(profile, position)
        for key, (right, label, icon, _) in ACTIONS.items():
            deed(right, label, icon=icon, on_click=st.query_params.update, args=({"do": key},))
    for shown, tab in zip(PARTS.values(), parts(list(PARTS)), strict=True):
        if tab.open:
            with tab, faults_shown():
                shown(profile, position)


def everybody(base: Profile) -> None:
    """The list of customers, and the ways to new ones and to possible duplicates."""
    actions = header("Customers", "All customers. Select one for the full profile.")
    with actions:
        deed(
            BUILD,
            "Create a customer",
            icon=":material/person_add:",
            **leads_to(do="create"),
        )
        if base.total:
            st.button(
                "Possible duplicates",
                icon=":material/group:",
                **leads_to(do="duplicates"),
            )
    notice()
    if base.total:
        customer_browser(base)
    else:
        empty_base()


with faults_shown():
    base = workbench().profile()
    if chosen := st.query_params.get("customer"):
        back("All customers")
        one(base, chosen)
    elif other := OTHERS.get(st.query_params.get("do", "")):
        back("All customers")
        other(base)
    else:
        with list_area():
            everybody(base)

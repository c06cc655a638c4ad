"""An event of one customer, recorded by hand: its name and whatever belongs to it."""

from functools import partial

import streamlit as st

from engine.base.profiles import Profile
from engine.customers.events import record_event
from engine.customers.field_texts import written_metadata
from engine.rights import BUILD
from engine.text.display import quoted, visible
from pages._components.customers.edit_form import leave, leave_form
from pages._components.shell.acts import done
from pages._components.shell.form_faults import FormFaults, sent
from pages._components.shell.input_rows import input_rows, text
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, workbench

KEY, VALUE = "Detail", "Value"


@takes(BUILD)
def event_form(profile: Profile, position: int) -> None:
    """The form; the event happened now."""
    customer = profile.ids[position]
    form = f"event-{customer}"
    faults = FormFaults(form)
    with st.container(border=True):
        name = st.selectbox(
            "Event",
            list(profile.catalogue.events),
            index=None,
            format_func=visible,
            key=f"{form}-name",
            accept_new_options=True,
            placeholder="Choose one, or type a new name",
        )
        faults.at("event", said=None if name else "Choose an event, or type a name.")
        st.caption("What belongs to it, such as a page or a product; it can stay empty.")
        rows = input_rows(form, {KEY: text, VALUE: text})
        faults.at("metadata")
    said = {row[KEY]: row[VALUE] for row in rows if row[KEY] and row[VALUE]}
    faults.rest()
    with st.container(horizontal=True):
        if st.button("Record event", type="primary", icon=":material/bolt:"):
            sent(form, partial(_record, customer, name or "", said))
        leave()


def _record(customer: str, name: str, said: dict[str, str]) -> None:
    known = workbench().profile().catalogue.records.get("events", {})
    metadata = written_metadata(said, known, workbench().zone)
    made = record_event(acting(), name, {"id": customer}, metadata)
    leave_form()
    done(f"Recorded {quoted(name)}.", made.change)

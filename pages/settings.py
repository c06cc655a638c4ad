"""Settings: how times and money are read, the caps, and the type of each metadata key."""

from zoneinfo import available_timezones

import streamlit as st

from engine import project
from engine.project import MOST
from pages._components.session import faults_shown, header, workbench


def form() -> None:
    """What is set for the workspace as a whole."""
    now = workbench().project
    zones = sorted(available_timezones())
    with st.form("settings"):
        st.markdown("**Project**")
        left, middle, right = st.columns(3)
        zone = left.selectbox(
            "Time zone",
            zones,
            zones.index(now.time_zone),
            help="Of today, weeks and months in filters, and of every instant that is shown",
        )
        currency = middle.text_input(
            "Currency", now.currency, max_chars=3, help="Three letters, such as EUR"
        )
        cap = right.number_input(
            "Most customers in a static segment", 1, MOST, now.static_cap, step=1_000
        )
        if st.form_submit_button("Save", type="primary"):
            with faults_shown():
                project.change(
                    workbench().store,
                    time_zone=zone,
                    currency=currency.strip().upper(),
                    static_cap=cap,
                )
                st.toast("Saved the settings", icon=":material/check:")


header("Settings", "How times and money are read in this workspace.")
form()

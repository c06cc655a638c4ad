"""Certificates of erasures: what went, when, by whom, and how much; never of whom."""

import streamlit as st

from engine.privacy import erasure
from engine.privacy.access_page import to_text
from engine.text.display import visible
from pages._components.shell.session import instant, workbench
from pages._components.shell.text import plain

SHOWN = 20  # newest first; the command line lists all


def erasures() -> None:
    """The last ones, each with its certificate; nothing where nobody was erased."""
    found = erasure.index(workbench())
    if not found:
        return
    with st.container(border=True):
        st.markdown("**Erasures**")
        st.caption(
            "Who was erased is known by keyed hashes alone, so that nobody brings them back."
        )
        for one in found[:SHOWN]:
            said = one.certificate
            people = "1 customer" if said["people"] == 1 else f"{said['people']:,} customers"
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{instant(one.at)} · {people} · by {plain(visible(said['by']))}")
                st.download_button(
                    "Certificate",
                    to_text(said, "json"),
                    f"{one.id}.json",
                    "application/json",
                    icon=":material/download:",
                    type="tertiary",
                    key=f"certificate-{one.id}",
                    on_click="ignore",
                )
        if len(found) > SHOWN:
            st.caption(f"{len(found) - SHOWN:,} more: `workbench erasures list`")

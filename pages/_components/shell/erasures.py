"""Certificates of erasures, which never say of whom; and who is on the suppression list."""

import streamlit as st

from engine.privacy import erasure
from engine.privacy.access_page import to_text
from engine.privacy.consent import suppression_list
from engine.privacy.masks import MASK
from engine.text.counts import counted
from engine.text.display import visible
from pages._components.shell.masks import mask
from pages._components.shell.session import instant, workbench
from pages._components.shell.text import plain

SHOWN, LISTED = 20, 500  # newest first; the command line lists all


def suppressed() -> None:
    """Who is on the suppression list and why; nothing where nobody is."""
    found = suppression_list(workbench())
    if not found:
        return
    with st.container(border=True):
        st.markdown("**Suppression list**")
        st.caption("They leave in no export of people. Their own pages take them off the list.")
        hidden = mask().on
        st.dataframe(
            [
                {"Customer": MASK if hidden else visible(one.customer),
                 "Reason": visible(one.line.reason),
                 "Since": instant(one.line.at), "By": visible(one.line.actor)}
                for one in found[:LISTED]
            ],
            hide_index=True,
        )  # fmt: skip
        if len(found) > LISTED:
            st.caption(f"{len(found) - LISTED:,} more: `workbench suppressions list`")


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
            people = counted(said["people"], "customers")
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

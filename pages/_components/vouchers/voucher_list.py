"""All vouchers in a grid, searched, filtered and sorted, with what was made of each."""

import streamlit as st

from engine.lists.listings import LISTINGS
from engine.lists.rows import browsed
from engine.lists.selection import Selection, selected
from engine.lists.voucher_uses import voucher_records
from engine.rights import EXPORT
from pages._components.lists.browsing import (
    clear_button,
    column_chooser,
    kept_grid,
    view_chooser,
)
from pages._components.shell.rights import deed
from pages._components.shell.session import faults_shown, version, workbench

LISTING = LISTINGS["vouchers"]
BESIDE = {"voucher-search": ""}


def voucher_list() -> None:
    """The grid; a click, or Enter, opens a voucher."""
    # Here, as the module costs a second that the other parts of the page need not wait for.

    records = voucher_records(workbench().profile(), workbench().project.money)
    if not records.total:
        _none()
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            "Search",
            type="search",
            placeholder="Code or campaign",
            key="voucher-search",
            bind="query-params",
        )
        columns = column_chooser(LISTING, records)
        view_chooser(LISTING, columns, BESIDE)
    bar = st.container(horizontal=True, vertical_alignment="center", height="content")
    wanted = Selection(search=search or "")
    state = kept_grid(LISTING, records, columns, wanted, open_voucher, picks=False, height=560)
    with bar, faults_shown():
        narrowed = browsed(records, wanted, state.filters)
        count = selected(workbench(), narrowed, LISTING.table).count
        st.markdown(f"**{count:,}** of {records.total:,} vouchers")
        st.caption(version(records.profile))
        if not count:
            clear_button(LISTING, BESIDE)
        st.space("stretch")
        if deed(EXPORT, f"Export all {count:,}", icon=":material/download:", disabled=not count):
            st.session_state["selection"] = narrowed
            st.session_state["selection-of"] = LISTING.table
            # Without parameters of its own a switch refuses to drop the search from the address.
            st.switch_page("pages/exports.py", query_params={"what": LISTING.table})


def open_voucher(code: str) -> None:
    """Goes to one voucher."""
    st.query_params.from_dict({"voucher": code})  # the search leaves at once, in one step


def _none() -> None:
    with st.container(border=True):
        st.header("No vouchers yet", anchor=False)
        st.write("Create one above, draw many with a campaign, or import a file of vouchers.")
        st.page_link("pages/imports.py", label="Import a CSV", icon=":material/upload_file:")

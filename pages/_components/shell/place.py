"""What the address of a page leads to: one thing, a form, or nothing but the page."""

from typing import Any

import streamlit as st

NAMES = ("segment", "customer", "voucher", "campaign", "redemption", "import", "do")
SEEN = "place"  # where this session was drawn last


def place() -> dict[str, str]:
    """The parameters of the address that name what is open."""
    return {name: st.query_params[name] for name in NAMES if name in st.query_params}


def leads_to(**place: str) -> dict[str, Any]:
    """What makes a button lead to a place of its page and nowhere else, as its arguments."""
    return {"on_click": st.query_params.from_dict, "args": (place,)}


def tell_place() -> None:
    """
    Tells the browser its address where a link has led to another place.

    Streamlit leaves the address as it was when a link stays within its page: the next click, a
    reload and a bookmark would lead back to where the link stood.
    """
    if st.session_state.get(SEEN) != place():
        st.session_state[SEEN] = place()
        st.query_params.update()

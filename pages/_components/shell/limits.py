"""How much of anything is taken, as the one table of limits has it."""

import polars as pl
import streamlit as st

from engine.limits import LIMITS


def limits() -> None:
    """The limits, to be looked up; what is larger is refused with its limit in the error."""
    with st.container(border=True):
        st.markdown("**Limits**")
        st.caption("What is larger is refused, and the error says the limit.")
        with st.expander(f"All {len(LIMITS)} limits"):
            rows = [{"Of": row.of, "At most": str(row)} for row in LIMITS.values()]
            st.dataframe(pl.DataFrame(rows), hide_index=True, lazy=False, key="limits")

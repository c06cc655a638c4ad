"""Pages run in one process here, and Streamlit's caches are one per process."""

import pytest
import streamlit as st


@pytest.fixture(autouse=True)
def empty_caches() -> None:
    """No page sees what another test has cached."""
    st.cache_data.clear()
    st.cache_resource.clear()

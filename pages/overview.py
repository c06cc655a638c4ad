"""What the customer base looks like now."""

import streamlit as st

st.title("Overview")
st.caption("The customer base at a glance.")

"""The filter as other engines read it: the Polars plan and DuckDB's SQL, to read and to copy."""

import streamlit as st

from engine import portable
from engine.display import SENTENCE, visible
from engine.filters.expression import Group
from engine.profiles import Profile
from pages._components.session import workbench


def engines(profile: Profile, group: Group) -> None:
    """Both forms of a filter; made when they are opened."""
    shown = st.expander("Polars plan and SQL", icon=":material/code:", on_change="rerun")
    if shown.open:
        with shown:
            clock = workbench().clock()
            st.caption("The plan that Polars runs")
            st.code(visible(profile.masks.plan(group, clock), SENTENCE), None)
            st.caption("The query that DuckDB would run over the same columns")
            st.code(visible(portable.sql(profile.masks, group, clock), SENTENCE), "sql")

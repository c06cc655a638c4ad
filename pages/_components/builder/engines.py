"""The filter as other engines read it: the Polars plan and DuckDB's SQL, to read and to copy."""

import streamlit as st

from engine.base.profiles import Profile
from engine.base.sql import statement
from engine.filters.expression import Group
from engine.text.display import SENTENCE, visible
from pages._components.shell.session import workbench


def engines(profile: Profile, group: Group) -> None:
    """Both forms of a filter; made when they are opened."""
    shown = st.expander("Polars plan and SQL", icon=":material/code:", on_change="rerun")
    if shown.open:
        with shown:
            clock = workbench().clock()
            st.caption("The plan that Polars runs")
            st.code(visible(profile.masks.plan(group, clock), SENTENCE), None)
            st.caption("The same as a query over the record tables, as DuckDB spells it")
            query = statement.sql(group, profile.catalogue, profile.snapshot, clock)
            st.code(visible(query, SENTENCE), "sql")

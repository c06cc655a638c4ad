"""What a change made of a customer: fields before and after, and the segments that it moved."""

import streamlit as st

from engine.segments.history import CustomerEffect, effect_of
from pages._components.shell.session import faults_shown, workbench
from pages._components.shell.text import bold, plain
from pages._components.shell.values import value_text


def effect_card(change: int, row: int) -> None:
    """The customer before and after, in one card; or why that cannot be told any more."""
    with faults_shown():
        _card(effect_of(workbench(), change, row))


def _card(found: CustomerEffect) -> None:
    with st.container(border=True, gap="xsmall", key="effect"):
        st.markdown("**What it changed**")
        if found == CustomerEffect((), (), ()):
            st.caption("Nothing about the customer.")
        for field, move in found.fields:
            name, value = st.columns([2, 3], gap="small", wrap=False)
            name.caption(plain(field.label))
            before, after = (value_text(field, one) for one in (move.before, move.after))
            value.markdown(f"{plain(before)} → {bold(after)}")
        for names, words in ((found.entered, "Entered"), (found.left, "Left")):
            for one in names:
                name, value = st.columns([2, 3], gap="small", wrap=False)
                name.caption(f"{words} segment")
                value.markdown(bold(one))

"""The gallery of filters to begin with."""

from collections.abc import Callable

import streamlit as st

from engine.base.answers import Answer, answer
from engine.filters.parser import parse
from engine.segments.templates import TEMPLATES, Template
from engine.text.counts import share
from pages._components.shell.session import version, workbench
from pages._components.shell.text import bold, plain

MOST, NARROWEST = 4, 220  # cards in a row, and pixels of one: fewer fill the row where less fit


def template_gallery(on_choose: Callable[[Template], None]) -> None:
    """
    Shows every template with who is in it now.

    Args:
        on_choose: called with the template whose card is used, as a callback before the next run.
    """
    with st.grid(MOST, min_column_width=NARROWEST):
        for template in TEMPLATES:
            _card(template, on_choose)
    st.caption(f"Exact · {version(workbench().profile())}")


def _card(template: Template, on_choose: Callable[[Template], None]) -> None:
    found = _answer(template)
    with st.container(border=True, height=168, gap="xsmall"):
        st.markdown(bold(template.label))
        st.caption(plain(template.doc))
        st.space("stretch")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{found.count:,}** :gray[{share(found.share)}]")
            st.space("stretch")
            st.button(
                "Use",
                key=f"template-{template.key}",
                help=f"Begin with: {plain(template.label)}",
                on_click=on_choose,
                args=(template,),
            )


def _answer(template: Template) -> Answer:
    profile = workbench().profile()
    group = parse(template.filter, profile.catalogue, workbench().zone)
    return answer(profile, group, workbench().clock())

"""The gallery of saved segments, templates to begin with, and how segments lie to each other."""

import streamlit as st

from engine.filters.drafts import draft as drafts
from engine.segments import library
from engine.segments.library import Segment
from engine.segments.templates import Template
from pages._components.builder import draft_session as session
from pages._components.segments.cards import cards
from pages._components.segments.overlap import overlap
from pages._components.segments.templates import template_gallery
from pages._components.shell.session import empty_base, faults_shown, header, workbench

NEW = "new"
EDITING = "editing"  # which segment the draft of this session is of


def open_segment(segment_id: str | None) -> None:
    """Goes to the builder of a segment, or back to the gallery."""
    st.query_params.from_dict({} if segment_id is None else {"segment": segment_id})


def begin_new() -> None:
    """Goes to the builder with an empty draft."""
    st.session_state.pop(EDITING, None)
    open_segment(NEW)


def use(template: Template) -> None:
    """Goes to the builder with the filter of a template."""
    group = library.understood(workbench(), template.filter)
    session.begin(drafts.drafted(group))
    st.session_state[EDITING] = NEW
    open_segment(NEW)


def gallery() -> None:
    """Every saved segment with its exact size now."""
    actions = header(
        "Segments", "Groups of customers: fixed lists, and filters that follow the data."
    )
    with actions:
        if kept := st.session_state.get(EDITING):
            st.button(
                "Continue the draft", icon=":material/edit:", on_click=open_segment, args=(kept,)
            )
        st.button("New segment", type="primary", icon=":material/add:", on_click=begin_new)
    saved = library.saved(workbench())
    if not saved:
        st.caption(
            "No segments yet. A segment is a filter with a name: build one, and see who is in it."
        )
    with faults_shown():
        cards(saved)
    if workbench().profile().size:
        _further(saved)
    else:
        empty_base()


def _further(saved: list[Segment]) -> None:
    templates = st.expander(
        "Begin with a template",
        expanded=not saved,
        icon=":material/auto_awesome_mosaic:",
        on_change="rerun",
    )
    if templates.open:
        with templates:
            template_gallery(use)
    if len(saved) > 1:
        compared = st.expander("Compare segments", icon=":material/join:", on_change="rerun")
        if compared.open:
            with compared:
                overlap(saved)

"""The gallery of saved segments, templates to begin with, and how segments lie to each other."""

from collections.abc import Callable, Mapping

import streamlit as st

from engine.filters.drafts import draft as drafts
from engine.segments import library
from engine.segments.templates import Template
from pages._components.builder import draft_session as session
from pages._components.segments.cards import cards
from pages._components.segments.overlap import overlap
from pages._components.segments.templates import template_gallery
from pages._components.shell.place import leads_to
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


def to_templates() -> None:
    """The way to the filters to begin with."""
    icon = ":material/auto_awesome_mosaic:"
    st.button("Begin with a template", icon=icon, **leads_to(do="templates"))


def gallery() -> None:
    """Every saved segment with its exact size now."""
    actions = header(
        "Segments", "Groups of customers: fixed lists, and filters that follow the data."
    )
    saved = library.saved(workbench())
    with actions:
        if kept := st.session_state.get(EDITING):
            st.button(
                "Continue the draft", icon=":material/edit:", on_click=open_segment, args=(kept,)
            )
        if len(saved) > 1:
            st.button("Compare segments", icon=":material/join:", **leads_to(do="compare"))
        if saved:
            to_templates()
        st.button("New segment", type="primary", icon=":material/add:", on_click=begin_new)
    with faults_shown():
        cards(saved)
    if not workbench().profile().size:
        empty_base()
    elif not saved:
        st.caption(
            "No segments yet. A segment is a filter with a name: build one, and see who is in it."
        )
        st.subheader("Begin with a template", anchor=False)
        template_gallery(use)


def _templates() -> None:
    header("Begin with a template", "Filters that every shop asks for, each with its count now.")
    if workbench().profile().size:
        template_gallery(use)
    else:
        empty_base()


def _compare() -> None:
    header("Compare segments", "Who is in several segments, and which are nearly the same.")
    overlap(library.saved(workbench()))


# What else the page shows, by what its address asks to do.
OTHERS: Mapping[str, Callable[[], None]] = {"templates": _templates, "compare": _compare}

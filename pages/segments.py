"""Segments: the gallery of saved ones, and one segment in its parts."""

from collections.abc import Callable, Mapping

import streamlit as st

from engine.segments import library, versions
from engine.segments.library import Segment
from pages._components.segments.actions import actions
from pages._components.segments.cards import chips
from pages._components.segments.contrast_card import contrast_card
from pages._components.segments.draft import begin_draft, draft_parts
from pages._components.segments.exports import segment_exports
from pages._components.segments.gallery import NEW, OTHERS, gallery, to_templates
from pages._components.segments.members import segment_members
from pages._components.segments.overlap import overlap
from pages._components.segments.size_card import size_card
from pages._components.segments.story import story
from pages._components.shell.parts import parts
from pages._components.shell.session import back, faults_shown, header, list_area, workbench
from pages._components.shell.text import plain

BUILDER = "Builder"
IN_SIGHT = "in-sight"  # what look.css keeps so


def compared(segment: Segment) -> None:
    """The segment beside the base, and beside others."""
    found = library.members(workbench(), segment)
    if found.count:
        contrast_card(found)
    overlap(library.saved(workbench()), segment)


# In the order of the tabs; only the one that is open is computed.
PARTS: Mapping[str, Callable[[Segment], None]] = {
    BUILDER: draft_parts,
    "Members": segment_members,
    "History": story,
    "Compare": compared,
    "Exports": segment_exports,
}


def new_segment() -> None:
    """The builder of a segment that is not saved yet."""
    with header("New segment", "Add conditions. The count updates as you go."):
        to_templates()
    begin_draft(None)
    with st.container(key=IN_SIGHT):
        size_card(None, drafted=True)
    draft_parts(None)


def one_segment(segment: Segment) -> None:
    """A saved segment: its size always in sight, and the part that is open."""
    with header(plain(segment.name)):
        actions(segment)
    st.markdown(chips(segment, versions.used_in(workbench(), segment.id)))
    names = [part for part in PARTS if segment.filter is not None or part != BUILDER]
    if segment.filter is not None:
        begin_draft(segment)
    size = st.container(key=IN_SIGHT)
    tabs = parts(names)
    with size:
        size_card(segment, drafted=names[0] == BUILDER and tabs[0].open is True)
    for name, tab in zip(names, tabs, strict=True):
        if tab.open:
            with tab, faults_shown():
                PARTS[name](segment)


with faults_shown():
    if chosen := st.query_params.get("segment"):
        back("All segments")
        if chosen == NEW:
            new_segment()
        else:
            one_segment(library.find(workbench(), chosen))
    elif other := OTHERS.get(st.query_params.get("do", "")):
        back("All segments")
        other()
    else:
        with list_area():
            gallery()

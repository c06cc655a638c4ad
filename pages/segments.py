"""Segments: the gallery of saved ones, and the builder of one."""

import json

import streamlit as st

from engine import library
from engine.errors import WorkbenchError
from engine.filters import draft as drafts
from engine.filters.describe import sentence
from engine.filters.draft import Branch
from engine.filters.expression import Group, to_json
from engine.filters.parser import warnings
from engine.profiles import Profile
from engine.segments import why
from engine.store.segments import Segment
from pages._components import draft_session as session
from pages._components.filter_builder import builder, new_row
from pages._components.lint_card import lint_card
from pages._components.reasons import reasons
from pages._components.session import (
    back,
    empty_base,
    fault,
    faults_shown,
    header,
    version,
    workbench,
)
from pages._components.tables import customer_table
from pages._components.text import plain

NEW = "new"
SAMPLED = 20


def open_segment(segment_id: str | None) -> None:
    """Goes to the builder of a segment, or back to the gallery."""
    if segment_id is None:
        st.query_params.clear()
    else:
        st.query_params["segment"] = segment_id


def gallery() -> None:
    """Every saved segment with its exact size now."""
    header("Segments", "Groups of customers: fixed lists, and filters that follow the data.")
    st.button(
        "New segment", type="primary", icon=":material/add:", on_click=open_segment, args=(NEW,)
    )
    saved = library.saved(workbench())
    if not saved:
        st.caption(
            "No segments yet. A segment is a filter with a name: build one, and see who is in it."
        )
    for segment in saved:
        card(segment)


def card(segment: Segment) -> None:
    """One segment of the gallery."""
    with st.container(border=True, key=f"card-{segment.id}"):
        words, size, go = st.columns([6, 2, 1], vertical_alignment="center")
        with words:
            st.markdown(f"**{plain(segment.name)}** :gray-badge[{segment.type}]")
            st.caption(plain(summary(segment)))
        with size, faults_shown():
            members = library.members(workbench(), segment)
            st.metric(
                "Customers",
                f"{members.count:,}",
                f"{members.share:.1%} of the base",
                delta_color="off",
                delta_arrow="off",
                label_visibility="collapsed",
            )
        go.button("Open", key=f"open-{segment.id}", on_click=open_segment, args=(segment.id,))


def summary(segment: Segment) -> str:
    """What a segment is, in one sentence."""
    if segment.filter is None:
        return "A fixed list of customers"
    try:
        group = library.understood(workbench(), segment.filter)
    except WorkbenchError as error:
        return str(error)
    return sentence(group, workbench().profile().catalogue)


def editor(chosen: str) -> None:
    """The builder of a new segment or of a saved one."""
    back("All segments")
    segment = None if chosen == NEW else library.find(workbench(), chosen)
    header(
        plain(segment.name) if segment else "New segment",
        "A fixed list of customers."
        if segment and segment.filter is None
        else "Add conditions: the number follows every change.",
    )
    if segment and segment.filter is None:
        members(segment)
        manage(segment)
        return
    if st.session_state.get("editing") != chosen:
        st.session_state["editing"] = chosen
        session.begin(drafted(segment))
    left, right = st.columns([2, 1], gap="medium")
    with left:
        builder_fragment()
    with right:
        result_fragment(segment)
        lint_fragment()
    sample_fragment()
    with st.expander("Filter as JSON", icon=":material/data_object:"):
        json_fragment()


def drafted(segment: Segment | None) -> Branch:
    """The draft to begin with."""
    if segment is None:
        return drafts.added(drafts.EMPTY, drafts.EMPTY.id, new_row())
    return drafts.drafted(library.understood(workbench(), segment.filter))


@st.fragment(key="builder")
def builder_fragment() -> None:
    """The tree of conditions."""
    builder(workbench().profile())


@st.fragment(key="result")
def result_fragment(segment: Segment | None) -> None:
    """How many, which sentence, who, and what to do with them."""
    profile = workbench().profile()
    if profile.total == 0:
        empty_base()
        return
    state = session.evaluated(profile)
    count(state)
    group = state.group
    if group is None:
        st.caption("Add a condition to choose among them.")
        return
    with st.container(border=True):
        st.caption("In words")
        st.markdown(plain(sentence(group, profile.catalogue)))
        for issue in warnings(group, profile.catalogue):
            st.caption(f":material/warning: {plain(str(issue))}")
    save(segment, group)
    person(profile, group)


@st.fragment(key="lint")
def lint_fragment() -> None:
    """What is odd in the draft."""
    profile = workbench().profile()
    group = session.evaluated(profile).group
    if group is not None:
        lint_card(profile, group)


@st.fragment(key="sample")
def sample_fragment() -> None:
    """The first members."""
    profile = workbench().profile()
    found = session.evaluated(profile).found
    if found is not None and found.count:
        st.caption(f"The first {min(SAMPLED, found.count):,} of {found.count:,} members")
        customer_table(profile, found.positions.head(SAMPLED), height="content", key="members")


def count(state: session.Evaluation) -> None:
    """The exact number, its share, and which data it is about."""
    profile, found, pending = state.profile, state.found, len(state.lacking)
    with st.container(border=True, key="count"):
        st.metric(
            "Customers in this segment" if found else "Customers",
            f"{found.count if found else profile.total:,}",
            f"{found.share:.1%} of {profile.total:,}" if found else "everybody",
            delta_color="off",
            delta_arrow="off",
        )
        note = f"Exact · {version(profile)}"
        if pending:
            note += f" · without {pending} unfinished condition{'s' if pending > 1 else ''}"
        st.caption(note)


def person(profile: Profile, group: Group) -> None:
    """One customer against the draft: the verdict at each condition, and what would turn it."""
    with st.container(border=True):
        name = st.text_input(
            "Test one customer",
            key="person",
            placeholder="Id, source id, e-mail or phone",
            persist_state="session",
        )
        if name:
            with faults_shown():
                node = why(profile, group, workbench().clock(), name.strip())
                st.markdown(f"**{'In' if node.verdict else 'Out'}**")
                reasons(node)


def save(segment: Segment | None, group: Group) -> None:
    """Saves the draft: as a new segment, or as the next version of the open one."""
    with st.container(horizontal=True):
        if segment:
            st.button(
                "Save changes",
                type="primary",
                icon=":material/save:",
                disabled=to_json(group) == segment.filter,
                on_click=save_changes,
                args=(segment, group),
            )
            manage(segment)
        with st.popover(
            "Save as new" if segment else "Save segment",
            type="secondary" if segment else "primary",
            icon=":material/bookmark_add:",
        ):
            st.text_input("Name", key="name", placeholder="Berlin, more than 3 orders")
            st.segmented_control(
                "Type",
                ["auto-update", "static"],
                default="auto-update",
                required=True,
                key="type",
                help="Auto-update follows the data; static keeps who matches now "
                f"(at most {workbench().project.static_cap:,})",
            )
            st.button("Save", type="primary", key="save", on_click=save_new, args=(group,))
            if problem := st.session_state.pop("problem", None):
                fault(problem)

    if problem := st.session_state.pop("changes-problem", None):
        fault(problem)


def save_new(group: Group) -> None:
    """Saves the draft under the name typed and opens it."""
    try:
        kind = st.session_state["type"]
        made = library.create(workbench(), st.session_state["name"], to_json(group), kind)
    except WorkbenchError as error:
        st.session_state["problem"] = error
        return
    st.toast(f"Saved {plain(made.name)}", icon=":material/check:")
    open_segment(made.id)
    st.rerun()  # the button lies in a fragment: the whole page moves


def save_changes(segment: Segment, group: Group) -> None:
    """Makes the draft the next version of the segment."""
    try:
        saved = library.edit(workbench(), segment.id, raw=to_json(group))
    except WorkbenchError as error:  # another tab deleted it
        st.session_state["changes-problem"] = error
        return
    st.toast(f"Saved version {saved.version}", icon=":material/check:")
    st.rerun()


def manage(segment: Segment) -> None:
    """Rename, export and delete."""
    with st.popover("More", icon=":material/more_horiz:"):
        st.text_input("Name", segment.name, key=f"name-{segment.id}")
        st.button("Rename", on_click=rename, args=(segment,))
        if problem := st.session_state.pop("rename-problem", None):
            fault(problem)
        st.page_link(
            "pages/exports.py",
            label="Export its members",
            icon=":material/download:",
            query_params={"segment": segment.id},
        )
        sure = st.checkbox(f"Delete “{plain(segment.name)}” for good", key=f"sure-{segment.id}")
        st.button("Delete", disabled=not sure, on_click=remove, args=(segment,))


def rename(segment: Segment) -> None:
    """Gives the segment the name typed."""
    try:
        library.edit(workbench(), segment.id, new_name=st.session_state[f"name-{segment.id}"])
    except WorkbenchError as error:
        st.session_state["rename-problem"] = error
    else:
        st.rerun()


def remove(segment: Segment) -> None:
    """Deletes the segment and goes back to the gallery."""
    library.delete(workbench(), segment.id)
    st.toast(f"Deleted {plain(segment.name)}", icon=":material/delete:")
    open_segment(None)
    st.rerun()


@st.fragment(key="json")
def json_fragment() -> None:
    """The draft as JSON, and JSON as the draft."""
    group = session.evaluated(workbench().profile()).group
    st.code(json.dumps(to_json(group), indent=2, ensure_ascii=False) if group else "{}", "json")
    st.text_area("Paste a filter", key="pasted", height=160, placeholder='{"junction": "and", …}')
    st.button("Use this filter", icon=":material/input:", on_click=use_pasted)
    if problem := st.session_state.pop("pasted-problem", None):
        fault(problem)


def use_pasted() -> None:
    """Puts the pasted filter in place of the draft."""
    try:
        group = library.understood(workbench(), st.session_state["pasted"])
    except WorkbenchError as error:
        st.session_state["pasted-problem"] = error
        return
    session.replace_draft(drafts.drafted(group))
    st.rerun(session.FRAGMENTS)


def members(segment: Segment) -> None:
    """Who is in a static segment."""
    found = library.members(workbench(), segment)
    with st.container(border=True):
        st.metric(
            "Customers",
            f"{found.count:,}",
            f"{found.share:.1%} of {found.profile.total:,}",
            delta_color="off",
            delta_arrow="off",
        )
        st.caption(version(found.profile))
    customer_table(found.profile, found.positions.head(SAMPLED * 5), height=500)


with faults_shown():
    if chosen := st.query_params.get("segment"):
        editor(chosen)
    else:
        gallery()

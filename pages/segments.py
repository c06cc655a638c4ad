"""Segments: the gallery of saved ones, and the builder of one."""

import json
from datetime import date, datetime, time, timedelta

import streamlit as st

from engine.base.answers import answer, why
from engine.base.profiles import Profile
from engine.errors import WorkbenchError
from engine.filters.drafts import draft as drafts
from engine.filters.drafts.address import packed, unpacked
from engine.filters.drafts.draft import Branch
from engine.filters.expression import Group, to_json
from engine.segments import library
from engine.segments.library import Segment
from engine.text.display import SENTENCE, escaped, shortened
from pages._components.builder import draft_session as session
from pages._components.builder.engines import engines
from pages._components.builder.filter_builder import builder, new_row
from pages._components.builder.lint_card import lint_card
from pages._components.builder.reasons import reasons
from pages._components.builder.thresholds import threshold_card
from pages._components.lists.tables import customer_table
from pages._components.segments.actions import export_link, manage, save
from pages._components.segments.gallery import EDITING, NEW, gallery
from pages._components.segments.story import by_hand, story
from pages._components.shell.session import (
    back,
    empty_base,
    fault,
    faults_shown,
    header,
    version,
    workbench,
)
from pages._components.shell.text import message, plain

SAMPLED = 20
MICROSECOND = timedelta(microseconds=1)  # before the next day begins


def editor(chosen: str) -> None:
    """The builder of a new segment or of a saved one."""
    back("All segments")
    segment = None if chosen == NEW else library.find(workbench(), chosen)
    header(
        plain(segment.name) if segment else "New segment",
        "A fixed list of customers."
        if segment and segment.filter is None
        else "Add conditions. The count updates as you go.",
    )
    if segment and segment.filter is None:
        members(segment)
        with st.container(horizontal=True, vertical_alignment="center"):
            export_link(segment)
            manage(segment)
        by_hand(segment)
        story(segment)
        return
    if st.session_state.get(EDITING) != chosen:
        session.begin(drafted(segment))
        st.session_state[EDITING] = chosen
    session.look_again()
    left, right = st.columns([5, 2], gap="medium")
    with left:
        builder_fragment()
    with right:
        count_fragment()
        result_fragment(segment)
        lint_fragment()
    sample_fragment()
    threshold_fragment()
    if segment:
        story(segment)
    engines_fragment()
    with st.expander("Filter as JSON", icon=":material/data_object:"):
        json_fragment()


def drafted(segment: Segment | None) -> Branch:
    """The draft to begin with: the one in the address, else that of the segment."""
    if shared := st.query_params.get("draft"):
        return unpacked(shared, workbench().profile().catalogue)
    if segment is None:
        return drafts.added(drafts.EMPTY, drafts.EMPTY.id, new_row())
    return drafts.drafted(library.understood(workbench(), segment.filter))


@st.fragment(key="builder")
def builder_fragment() -> None:
    """The tree of conditions."""
    builder(workbench().profile())


@st.fragment(key="count")
def count_fragment() -> None:
    """How many."""
    profile = workbench().profile()
    if profile.total == 0:
        empty_base()
    else:
        count(session.evaluated(profile))


@st.fragment(key="result")
def result_fragment(segment: Segment | None) -> None:
    """Which sentence, who, and what to do with them."""
    profile = workbench().profile()
    if profile.total == 0:
        return
    state = session.evaluated(profile)
    st.query_params["draft"] = packed(state.draft)
    group = state.group
    if group is None:
        st.caption("Add a condition to choose among them.")
        return
    with st.container(border=True):
        st.caption("In words")
        st.markdown(plain(library.in_words(workbench(), group), SENTENCE))
        for issue in library.doubts(workbench(), group):
            st.caption(f":material/warning: {message(str(issue))}")
    save(segment, group)
    past(group)
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


def count(state: session.DraftResult) -> None:
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


@st.fragment(key="threshold")
def threshold_fragment() -> None:
    """The size at other thresholds."""
    profile = workbench().profile()
    group = session.evaluated(profile).group
    if group is not None:
        threshold_card(profile, group)


@st.fragment(key="engines")
def engines_fragment() -> None:
    """The draft as other engines read it."""
    profile = workbench().profile()
    group = session.evaluated(profile).group
    if group is not None:
        engines(profile, group)


def past(group: Group) -> None:
    """The size of the draft at the end of a past day, as the records stood then."""
    clock = workbench().clock()
    day: date | None = st.date_input(
        "As of", None, max_value=clock.today, key="as-of", persist_state="session"
    )
    if day is not None and day < clock.today:
        end = datetime.combine(day + timedelta(days=1), time(), clock.zone) - MICROSECOND
        profile, then = workbench().state(end)
        found = answer(profile, group, then)
        st.markdown(f"**{found.count:,}** of {profile.total:,} customers at the end of {day}")
        st.caption(f"Exact · {version(profile)}")


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


@st.fragment(key="json")
def json_fragment() -> None:
    """The draft as JSON, and JSON as the draft."""
    group = session.evaluated(workbench().profile()).group
    document = json.dumps(to_json(group), indent=2, ensure_ascii=False) if group else "{}"
    st.code(shortened(escaped(document), SENTENCE), "json")
    if len(document) > SENTENCE:
        st.download_button(
            "Download all of it", document, "filter.json", icon=":material/download:", key="whole"
        )
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

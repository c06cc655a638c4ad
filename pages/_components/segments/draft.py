"""The builder of a segment: its draft, in fragments that an edit draws again one by one."""

import json

import streamlit as st

from engine.base.answers import why
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
from pages._components.segments.actions import save
from pages._components.segments.contrast_card import contrast_card
from pages._components.segments.gallery import EDITING, NEW
from pages._components.shell.fragments import fragment
from pages._components.shell.masks import mask
from pages._components.shell.session import fault, faults_shown, money, workbench
from pages._components.shell.text import message, plain
from pages._components.shell.values import written

SAMPLED = 20


def begin_draft(segment: Segment | None) -> None:
    """Goes on with the draft of a segment, or begins it: by the address, else as it is saved."""
    key = segment.id if segment else NEW
    if st.session_state.get(EDITING) != key:
        session.begin(_drafted(segment))
        st.session_state[EDITING] = key
    session.look_again()


def _drafted(segment: Segment | None) -> Branch:
    if shared := st.query_params.get("draft"):
        return unpacked(shared, workbench().profile().catalogue)
    return _unedited(segment)


def _unedited(segment: Segment | None) -> Branch:
    if segment is None:
        return drafts.added(drafts.EMPTY, drafts.EMPTY.id, new_row())
    return drafts.drafted(library.understood(workbench(), segment.filter))


def draft_parts(segment: Segment | None) -> None:
    """The conditions, and beside and below them what they come to."""
    left, right = st.columns([5, 2], gap="medium")
    with left:
        builder_fragment()
        lint_fragment()
    with right:
        result_fragment(segment)
    threshold_fragment()
    sample_fragment(begun=segment is not None)
    contrast_fragment()
    engines_fragment()
    with st.expander("Filter as JSON", icon=":material/data_object:"):
        json_fragment()


@fragment(key="builder")
def builder_fragment() -> None:
    """The tree of conditions."""
    builder(workbench().profile())


@fragment(key="result")
def result_fragment(segment: Segment | None) -> None:
    """Which sentence, and what to do with it."""
    profile = workbench().profile()
    if profile.size == 0:
        return
    state = session.evaluated(profile)
    _tell(segment, packed(state.draft))
    group = state.group
    if group is None:
        st.caption(
            "Once a condition is complete, its sentence stands here, and the segment can be saved."
        )
        return
    with st.container(border=True):
        st.caption("In words")
        st.markdown(plain(library.in_words(workbench(), group), SENTENCE))
        for issue in library.doubts(workbench(), group):
            st.caption(f":material/warning: {message(str(issue))}")
    save(segment, group)
    person(profile, group)


def _tell(segment: Segment | None, draft: str) -> None:
    """
    Writes the draft into the address, unless it says the same already.

    One that nobody has edited is not written: the way back would lead from it to where it stands.
    """
    said = st.query_params.get("draft") or packed(_unedited(segment))
    if draft != said:
        st.query_params["draft"] = draft  # told twice, it may come after another address


@fragment(key="lint")
def lint_fragment() -> None:
    """What is odd in the draft."""
    profile = workbench().profile()
    group = session.evaluated(profile).group
    if group is not None:
        lint_card(profile, group)


@fragment(key="sample")
def sample_fragment(*, begun: bool) -> None:
    """The first members of the draft; those of a saved segment have a part of their own."""
    profile = workbench().profile()
    found = session.evaluated(profile).found
    if found is None or not found.count:
        return
    first = st.expander(
        f"The first {min(SAMPLED, found.count):,} of {found.count:,} members",
        expanded=not begun,
        icon=":material/group:",
        key="first-members",
        on_change="rerun",
    )
    if first.open:
        with first:
            customer_table(profile, found.positions.head(SAMPLED), height="content", key="members")


@fragment(key="contrast")
def contrast_fragment() -> None:
    """What sets the members of the draft apart."""
    found = session.evaluated(workbench().profile()).found
    if found is not None and found.count:
        contrast_card(found)


@fragment(key="threshold")
def threshold_fragment() -> None:
    """The size at other thresholds."""
    profile = workbench().profile()
    group = session.evaluated(profile).group
    if group is not None:
        threshold_card(profile, group)


@fragment(key="engines")
def engines_fragment() -> None:
    """The draft as other engines read it."""
    profile = workbench().profile()
    group = session.evaluated(profile).group
    if group is not None:
        engines(profile, group)


def person(profile: Profile, group: Group) -> None:
    """One customer against the draft: the verdict at each condition, and what would turn it."""
    with st.container(border=True):
        name = st.text_input(
            "Test one customer",
            key="person",
            placeholder="Id, e-mail, phone",
            persist_state="session",
        )
        if name:
            with faults_shown():
                hidden = mask().hides
                node = why(
                    profile, group, workbench().clock(), name.strip(), money, hidden, written
                )
                st.markdown(f"**{'In' if node.verdict else 'Out'}**")
                reasons(node)


@fragment(key="json")
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

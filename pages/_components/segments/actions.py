"""What can be done with a draft and a saved segment: save, rename, freeze, export, delete."""

import streamlit as st

from engine.errors import WorkbenchError
from engine.filters.expression import Group, to_json
from engine.rights import BUILD, EXPORT
from engine.segments import library, tags, versions
from engine.segments.library import Segment
from pages._components.segments.gallery import open_segment
from pages._components.segments.story import freeze, uses
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, fault, workbench
from pages._components.shell.text import plain
from pages._components.shell.toasts import rerun_with_toast


@takes(BUILD, silent=True)
def save(segment: Segment | None, group: Group) -> None:
    """Saves the draft: as a new segment, or as the next version of the open one."""
    same = segment is not None and to_json(group) == segment.filter
    if segment and not same:
        preview(segment, group)
    with st.container(horizontal=True, vertical_alignment="center"):
        if segment:
            st.button(
                "Save changes",
                type="primary",
                icon=":material/save:",
                disabled=same,
                on_click=save_changes,
                args=(segment, group),
            )
        with st.popover(
            "Save as new" if segment else "Save segment",
            type="secondary" if segment else "primary",
            icon=":material/bookmark_add:",
        ):
            st.text_input("Name", key="name", placeholder="Berlin, more than 3 orders")
            st.segmented_control(
                "Type",
                ["auto-update", "passive", "static"],
                default="auto-update",
                required=True,
                key="type",
                help="Auto-update follows the data and records who enters and leaves; passive "
                "follows without a record; static keeps who matches now "
                f"(at most {workbench().project.static_cap:,})",
            )
            st.button("Save", type="primary", key="save", on_click=save_new, args=(group,))
            if problem := st.session_state.pop("problem", None):
                fault(problem)

    if problem := st.session_state.pop("changes-problem", None):
        fault(problem)


def preview(segment: Segment, group: Group) -> None:
    """Who would enter and leave if the draft were saved."""
    moves = versions.preview(workbench(), segment.id, to_json(group))
    st.caption(
        f":material/swap_horiz: Saving lets **{moves.entering.count:,}** enter and "
        f"**{moves.leaving.count:,}** leave."
    )


def save_new(group: Group) -> None:
    """Saves the draft under the name typed and opens it."""
    try:
        kind = st.session_state["type"]
        made = library.create(acting(), st.session_state["name"], to_json(group), kind)
    except WorkbenchError as error:
        st.session_state["problem"] = error
        return
    open_segment(made.id)
    # The button lies in a fragment: the whole page moves.
    rerun_with_toast(f"Saved {plain(made.name)}", ":material/check:")


def save_changes(segment: Segment, group: Group) -> None:
    """Makes the draft the next version of the segment."""
    try:
        saved = library.edit(acting(), segment.id, raw=to_json(group))
    except WorkbenchError as error:  # another tab deleted it
        st.session_state["changes-problem"] = error
        return
    rerun_with_toast(f"Saved version {saved.version}", ":material/check:")


def actions(segment: Segment) -> None:
    """What can be done with a saved segment, beside its name."""
    export_link(segment)
    manage(segment)


@takes(EXPORT, silent=True)
def export_link(segment: Segment) -> None:
    """The way to the exports page, with the segment chosen there."""
    st.page_link(
        "pages/exports.py",
        label="Export",
        icon=":material/download:",
        query_params={"segment": segment.id},
    )


@takes(BUILD, silent=True)
def manage(segment: Segment) -> None:
    """Rename, freeze and delete."""
    with st.popover("More", icon=":material/more_horiz:"):
        st.text_input("Name", segment.name, key=f"name-{segment.id}")
        st.button("Rename", on_click=rename, args=(segment,))
        if problem := st.session_state.pop("rename-problem", None):
            fault(problem)
        tagged(segment)
        freeze(segment)
        uses(segment)
        sure = st.checkbox(f"Delete “{plain(segment.name)}” for good", key=f"sure-{segment.id}")
        st.button("Delete", disabled=not sure, on_click=remove, args=(segment,))


def tagged(segment: Segment) -> None:
    """The tags of a segment, to choose among those that others have and to add new ones."""
    key = f"tags-{segment.id}"
    st.multiselect(
        "Tags",
        list(dict.fromkeys([*segment.tags, *tags.known_tags(workbench())])),
        list(segment.tags),
        key=key,
        accept_new_options=True,
        placeholder="Choose a tag, or type a new one",
        on_change=_tag,
        args=(segment, key),
    )
    if problem := st.session_state.pop("tag-problem", None):
        fault(problem)


def _tag(segment: Segment, key: str) -> None:
    chosen = st.session_state[key]
    gone = [one for one in segment.tags if one not in chosen]
    try:
        tags.tag(acting(), segment.id, [one for one in chosen if one not in segment.tags], gone)
    except WorkbenchError as error:
        st.session_state["tag-problem"] = error


def rename(segment: Segment) -> None:
    """Gives the segment the name typed."""
    try:
        library.edit(acting(), segment.id, new_name=st.session_state[f"name-{segment.id}"])
    except WorkbenchError as error:
        st.session_state["rename-problem"] = error
    else:
        st.rerun()


def remove(segment: Segment) -> None:
    """Deletes the segment and goes back to the gallery."""
    try:
        library.delete(acting(), segment.id)
    except WorkbenchError as error:
        st.session_state["rename-problem"] = error
        return
    st.session_state.pop("editing", None)
    open_segment(None)
    rerun_with_toast(f"Deleted {plain(segment.name)}", ":material/delete:")

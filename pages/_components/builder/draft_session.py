"""
The draft of a filter in this session: the truth that the builder's widgets show and edit.

An edit draws again the fragments of the page that show what it changed, and no more: redrawing the
widgets of 30 conditions takes a browser half a second, their numbers alone a fifth of that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st

from engine.base.answers import Answer, answer
from engine.base.profiles import Profile
from engine.evaluation.node_numbers import NodeNumbers, numbers
from engine.filters.drafts import draft as drafts
from engine.filters.drafts.completeness import finished, unfinished
from engine.filters.drafts.draft import Branch
from engine.filters.expression import Group
from engine.segments import library
from pages._components.shell.session import workbench

DRAFT, PAST, FUTURE = "draft", "draft-past", "draft-future"
# Parts of the page, the numbers first.
AFTER = ["travel", "result", "lint", "sample", "contrast", "threshold", "engines", "json"]
FRAGMENTS = ["count", "builder", *AFTER]
REMEMBERED = 100  # edits that can be undone


@dataclass(frozen=True, eq=False)
class DraftResult:
    """What the draft comes to on one state of the base; the fragments of one edit share it."""

    profile: Profile
    draft: Branch
    lacking: Mapping[int, str]  # row id -> what it lacks to be counted
    group: Group | None  # of the finished rows; None where none is
    places: Mapping[int, str]  # node id -> JSON path in the filter
    found: Answer | None

    @cached_property
    def numbers(self) -> Mapping[int, NodeNumbers]:
        """The numbers of every node that is in the filter, by its id."""
        if self.group is None or self.found is None:
            return {}
        by_path = numbers(self.profile.masks, self.group, self.found.clock)
        return {node: by_path[path] for node, path in self.places.items() if path in by_path}


def current() -> Branch:
    """The draft being built."""
    draft: Branch = st.session_state.setdefault(DRAFT, drafts.EMPTY)
    return draft


def begin(draft: Branch) -> None:
    """Starts with another draft; the edits before can no longer be undone."""
    st.session_state[PAST], st.session_state[FUTURE] = (), ()
    _put(draft)


def replace_draft(draft: Branch) -> None:
    """Puts another draft in place of the current one, as one edit."""
    _remember()
    _put(draft)


def edit(change: Callable[..., Branch], *args: Any, **values: Any) -> None:
    """Replaces the draft by what `change` makes of it, from a callback of a widget."""
    _change(change(current(), *args, **values))
    st.rerun(FRAGMENTS)


def edit_row(row_id: int, **values: Any) -> None:
    """Replaces parts of one row, from a callback of a widget; the other rows keep their widgets."""
    _change(drafts.changed(current(), row_id, **values))
    st.rerun(["count", "figures", row_fragment(row_id), *AFTER])


def row_fragment(row_id: int) -> str:
    """The key of the fragment that draws a row."""
    return f"row-{row_id}"


def can_undo() -> bool:
    """Whether there is an edit to undo."""
    return bool(st.session_state.get(PAST))


def can_redo() -> bool:
    """Whether an edit was undone last."""
    return bool(st.session_state.get(FUTURE))


def undo() -> None:
    """Takes the last edit back."""
    _travel(PAST, FUTURE)


def redo() -> None:
    """Does again what was undone last."""
    _travel(FUTURE, PAST)


def key(node_id: int, part: str) -> str:
    """Of a widget; a draft that was put in place of another has widgets of its own."""
    return f"{part}-{st.session_state.get('generation', 0)}-{node_id}"


def look_again() -> None:
    """Drops what the draft came to: the clock, or another tab, may have moved segments in it."""
    st.session_state.pop("evaluated", None)


def evaluated(profile: Profile) -> DraftResult:
    """What the draft comes to now."""
    known: DraftResult | None = st.session_state.get("evaluated")
    if known is None or known.profile is not profile or known.draft is not current():
        known = st.session_state["evaluated"] = _evaluate(profile, current())
    return known


def _evaluate(profile: Profile, draft: Branch) -> DraftResult:
    zone, clock = workbench().zone, workbench().clock()
    lacking = unfinished(draft, profile.catalogue, zone)
    said = finished(draft, profile.catalogue, zone)
    if said is None:
        return DraftResult(profile, draft, lacking, None, {}, None)
    group = library.named(workbench(), said.group)
    found = answer(profile, group, clock)
    return DraftResult(profile, draft, lacking, group, said.places, found)


def _change(changed: Branch) -> None:
    _remember()
    st.session_state[DRAFT] = changed


def _put(draft: Branch) -> None:
    st.session_state[DRAFT] = draft
    st.session_state["generation"] = st.session_state.get("generation", 0) + 1


def _remember() -> None:
    past = (*st.session_state.get(PAST, ()), current())
    st.session_state[PAST], st.session_state[FUTURE] = past[-REMEMBERED:], ()


def _travel(here: str, there: str) -> None:
    *rest, target = st.session_state[here]
    st.session_state[here] = tuple(rest)
    st.session_state[there] = (*st.session_state.get(there, ()), current())
    _put(target)
    st.rerun(FRAGMENTS)

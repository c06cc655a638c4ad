"""The saved segments as cards: found by name, ordered, some at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine.segments import history, library, versions
from engine.segments.library import Segment
from engine.text.display import SENTENCE
from pages._components.shell.session import instant, version, workbench
from pages._components.shell.text import bold, plain

AT_ONCE = 20  # cards; more take a browser seconds to draw
DRAWN = 60  # sizes in a small chart
Open = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class Shown:
    """A segment and how many are in it."""

    segment: Segment
    count: int
    total: int  # customers in the base


ORDERS: Mapping[str, Callable[[Shown], Any]] = {
    "Newest": lambda each: -each.segment.created_at.timestamp(),
    "Name": lambda each: each.segment.name.casefold(),
    "Largest": lambda each: -each.count,
}


def cards(saved: list[Segment], go: Open) -> None:
    """
    Every saved segment with its exact size now.

    Args:
        go: opens a segment by its id, from a callback.
    """
    bench = workbench()
    profile = bench.profile()
    sizes = bench.memberships.sizes(profile, bench.clock())
    shown = [Shown(each, sizes[each.id], profile.size) for each in saved if each.id in sizes]
    if len(saved) > 1:
        shown = _found(shown)
    pages = max(-(-len(shown) // AT_ONCE), 1)
    page = st.pagination(pages, key="segments-page") if pages > 1 else 1
    uses = versions.uses(bench)
    for each in shown[(page - 1) * AT_ONCE : page * AT_ONCE]:
        _card(each, uses.get(each.segment.id, []), go)
    if shown:
        st.caption(f"Exact · {version(profile)}")


def _found(shown: list[Shown]) -> list[Shown]:
    """Those whose name or sentence holds what is searched, in the order asked for."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(
            "Find a segment",
            type="search",
            placeholder="Part of its name",
            key="segments-search",
            persist_state="session",
        )
        order = st.selectbox(
            "Order", list(ORDERS), key="segments-order", width=160, persist_state="session"
        )
    found = [each for each in shown if wanted.casefold() in each.segment.name.casefold()]
    if not found:
        st.caption(f"No segment is called “{plain(wanted)}”: clear the search to see all.")
    return sorted(found, key=ORDERS[order])


def _card(shown: Shown, uses: list[Segment], go: Open) -> None:
    segment = shown.segment
    past = history.sizes(workbench(), segment)
    with st.container(border=True, key=f"card-{segment.id}"):
        words, size, button = st.columns([5, 2.5, 1.5], vertical_alignment="center")
        with words, st.container(gap="xsmall"):
            st.markdown(f"{bold(segment.name)} :gray-badge[{segment.type}]")
            st.caption(plain(summary(segment), SENTENCE))
            if moved := _moved(past, uses):
                st.caption(moved)
        sizes = [each.count for each in past if each.count is not None][-DRAWN:]
        size.metric(
            "Customers",
            f"{shown.count:,}",
            f"{shown.count / max(shown.total, 1):.1%} of the base",
            delta_color="off",
            delta_arrow="off",
            label_visibility="collapsed",
            chart_data=sizes if len(sizes) > 1 else None,
        )
        button.button("Open", key=f"open-{segment.id}", on_click=go, args=(segment.id,))


def _moved(past: list[history.Size], uses: list[Segment]) -> str:
    """The last stroke that moved anybody, and which segments use this one."""
    parts = []
    if len(past) > 1:  # the first is its creation
        last = past[-1]
        parts.append(
            f"{last.entered:,} entered and {last.left:,} left by {last.cause}, {instant(last.at)}"
        )
    if uses:
        parts.append(f"used in {plain(', '.join(one.name for one in uses))}")
    return " · ".join(parts)


def summary(segment: Segment) -> str:
    """What a segment is, in one sentence."""
    if segment.filter is None:
        return "A fixed list of customers"
    return library.in_words(workbench(), library.accepted(workbench(), segment.filter))

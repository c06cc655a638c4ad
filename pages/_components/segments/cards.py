"""The saved segments as cards: found by name, ordered, some at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from engine.insights.trends import RECENT
from engine.segments import history, library, tags, versions
from engine.segments.growth import Growth, growth
from engine.segments.library import Segment
from engine.text.counts import share, signed
from engine.text.display import SENTENCE
from pages._components.shell.session import instant, version, workbench
from pages._components.shell.text import bold, plain

AT_ONCE = 20  # cards; more take a browser seconds to draw
DRAWN = 60  # sizes in a small chart


@dataclass(frozen=True, eq=False)
class SegmentCard:
    """A segment as it stands."""

    segment: Segment
    count: int
    total: int  # customers in the base
    found_at: datetime  # when its members were last found


ORDERS: Mapping[str, Callable[[list[SegmentCard]], Callable[[SegmentCard], Any]]] = {
    "Newest": lambda _: lambda each: -each.segment.created_at.timestamp(),
    "Name": lambda _: lambda each: each.segment.name.casefold(),
    "Largest": lambda _: lambda each: -each.count,
    "Most changed": lambda shown: _most_changed(shown),
    "Last evaluated": lambda _: lambda each: -each.found_at.timestamp(),
}


def cards(saved: list[Segment]) -> None:
    """Every saved segment with its exact size now; a card leads to its segment."""
    bench = workbench()
    profile, now = bench.profile(), bench.now()
    sizes, found_at = bench.memberships.sizes(profile, bench.clock()), bench.memberships.found_at()
    shown = [
        SegmentCard(each, sizes[each.id], profile.size, found_at.get(each.id, now))
        for each in saved
        if each.id in sizes
    ]
    if len(saved) > 1:
        shown = _found(shown)
    pages = max(-(-len(shown) // AT_ONCE), 1)
    page = st.pagination(pages, key="segments-page") if pages > 1 else 1
    uses, here = versions.uses(bench), shown[(page - 1) * AT_ONCE : page * AT_ONCE]
    grown = _growth(here)
    for each in here:
        _card(each, grown.get(each.segment.id), uses.get(each.segment.id, []))
    if shown:
        st.caption(f"Exact · {version(profile)}")


def _growth(shown: list[SegmentCard]) -> Mapping[str, Growth]:
    segments = [each.segment for each in shown]
    return growth(workbench(), segments, workbench().now() - RECENT)


def _most_changed(shown: list[SegmentCard]) -> Callable[[SegmentCard], Any]:
    grown = _growth(shown)
    return lambda each: -abs(grown.get(each.segment.id, Growth()).net)


def _found(shown: list[SegmentCard]) -> list[SegmentCard]:
    """Those whose name holds what is searched and that have a chosen tag, in the order asked."""
    known = tags.known_tags(workbench())
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(
            "Find a segment",
            type="search",
            placeholder="Part of its name",
            key="segments-search",
            persist_state="session",
        )
        chosen = (
            st.multiselect(
                "Tags", known, key="segments-tags", placeholder="Any", width=260,
                persist_state="session",
            )
            if known
            else []
        )  # fmt: skip
        order = st.selectbox(
            "Order", list(ORDERS), key="segments-order", width=170, persist_state="session"
        )
    found = [
        each
        for each in shown
        if wanted.casefold() in each.segment.name.casefold()
        and (not chosen or any(tags.has(each.segment, one) for one in chosen))
    ]
    if not found:
        what = f"is called “{plain(wanted)}”" if wanted else "has these tags"
        st.caption(f"No segment {what}: clear the search and the tags to see all.")
    return sorted(found, key=ORDERS[order](found))


def _card(shown: SegmentCard, grown: Growth | None, uses: list[Segment]) -> None:
    segment = shown.segment
    with st.container(border=True, key=f"card-{segment.id}"):
        words, size = st.columns([7, 3], vertical_alignment="center", gap="medium")
        with words, st.container(gap="xxsmall"):
            st.page_link(
                "pages/segments.py",
                label=bold(segment.name),
                query_params={"segment": segment.id},
            )
            st.caption(plain(summary(segment), SENTENCE))
            st.markdown(chips(segment, uses, f"evaluated {instant(shown.found_at)}"))
        with size:
            _size(shown, grown)


def _size(shown: SegmentCard, grown: Growth | None) -> None:
    """How many, which share of the base, how that came about, and the last thirty days."""
    past = [each.count for each in history.sizes(workbench(), shown.segment)]
    drawn = [count for count in past if count is not None][-DRAWN:]
    st.metric(
        f"{share(shown.count / max(shown.total, 1))} of {shown.total:,}",
        f"{shown.count:,}",
        _change(grown) if grown else None,
        delta_color="off",
        delta_arrow="off",
        chart_data=drawn if len(drawn) > 1 else None,
    )


def _change(grown: Growth) -> str:
    """By how many it is larger; one that is new began with some."""
    since = f"in {RECENT.days} days" if grown.first is None else "since it began"
    return f"{signed(grown.net)} {since}"


def chips(segment: Segment, uses: list[Segment], *more: str) -> str:
    """The type and the tags of a segment, which segments use it, and what else is to be said."""
    marks = [
        f":gray-badge[{segment.type}]",
        *(f":blue-badge[{plain(tag)}]" for tag in segment.tags),
    ]
    used = [f"used in {plain(', '.join(one.name for one in uses))}"] if uses else []
    told = " · ".join([*used, *more])
    return " ".join([*marks, f":small[:gray[{told}]]" if told else ""]).rstrip()


def summary(segment: Segment) -> str:
    """What a segment is, in one sentence."""
    if segment.filter is None:
        return "A fixed list of customers"
    return library.in_words(workbench(), library.accepted(workbench(), segment.filter))

"""How large a segment is: exact, with its share, its growth, and as of another day."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import streamlit as st

from engine.base.answers import Answer, answer
from engine.filters.expression import to_json
from engine.insights.trends import RECENT
from engine.segments import library
from engine.segments.growth import growth
from engine.segments.library import Segment
from engine.text.counts import counted, share, signed
from pages._components.builder import draft_session as session
from pages._components.builder.draft_session import DraftResult
from pages._components.shell.fragments import fragment
from pages._components.shell.session import date_format, day, empty_base, version, workbench

MICROSECOND = timedelta(microseconds=1)  # before the next day begins


@fragment(key="count")
def size_card(segment: Segment | None, *, drafted: bool) -> None:
    """
    The size of a segment.

    Args:
        drafted: whether it is about the draft in the builder, which may be another filter.
    """
    profile = workbench().profile()
    if profile.size == 0:
        empty_base()
        return
    with st.container(border=True, key="size", horizontal=True, vertical_alignment="center"):
        if drafted or segment is None:
            _draft(segment, session.evaluated(profile))
        else:
            saved, now = segment, library.members(workbench(), segment)
            _size(now, "customers in this segment", [_growth(saved), _exact(now)])
            if saved.filter is not None:  # who was on a list then is not kept
                _as_of(lambda at: library.members(workbench(), saved, at))


def _draft(segment: Segment | None, state: DraftResult) -> None:
    found, group, pending = state.found, state.group, len(state.lacking)
    if found is None or group is None:
        _number(f"{state.profile.size:,}", "everybody")
        with st.container(gap="xxsmall", width="content"):
            st.markdown("customers, before the first condition counts")
            st.caption(f"Exact · {version(state.profile)}")
        return
    note = _exact(found)
    if pending:
        note += f" · without {pending} unfinished condition{'s' if pending > 1 else ''}"
    if segment is not None and to_json(group) == segment.filter:
        _size(found, "customers in this segment", [_growth(segment), note])
    else:
        _size(found, "customers in this draft", ["Not saved yet", note])
    _as_of(lambda at: _past(state, at))


def _past(state: DraftResult, at: datetime) -> Answer:
    assert state.group is not None
    profile, then = workbench().state(at)
    return answer(profile, state.group, then)


def _size(found: Answer, what: str, notes: list[str]) -> None:
    _number(f"{found.count:,}", f"{share(found.share)} of {found.profile.size:,}")
    with st.container(gap="xxsmall", width="content"):
        st.markdown(what)
        for note in filter(None, notes):
            st.caption(note)


def _number(count: str, share: str) -> None:
    st.metric(
        "Customers",
        count,
        share,
        delta_color="off",
        delta_arrow="off",
        label_visibility="collapsed",
        width="content",
    )


def _exact(found: Answer) -> str:
    return f"Exact · {version(found.profile)}"


def _growth(segment: Segment) -> str:
    """Its last thirty days in words; nothing of a segment whose moves are not kept."""
    found = growth(workbench(), [segment], workbench().now() - RECENT).get(segment.id)
    if found is None:
        return ""
    moved = f"{found.entered:,} entered, {found.left:,} left"
    if found.first is not None:
        return f"Began with {counted(found.first, 'customers')}; since then {moved}"
    return f"{signed(found.net)} in the last {RECENT.days} days: {moved}"


def _as_of(size: Callable[[datetime], Answer]) -> None:
    """The size at the end of a past day, as the records stood then."""
    clock = workbench().clock()
    st.space("stretch")
    then = st.container(gap="xxsmall", width="content")
    chosen: date | None = st.date_input(
        "As of",
        None,
        max_value=clock.today,
        format=date_format().widget,
        key="as-of",
        width=150,
        persist_state="session",
    )
    if chosen is not None and chosen < clock.today:
        end = datetime.combine(chosen + timedelta(days=1), time(), clock.zone) - MICROSECOND
        found = size(end)
        with then:
            st.markdown(f"**{found.count:,}** of {found.profile.size:,} customers")
            st.caption(f"at the end of {day(chosen)} · {version(found.profile)}")

"""Lets the clock move who is due, before a page shows anything and again while it is open."""

from contextlib import suppress
from datetime import datetime

import streamlit as st

from engine.actors import CLOCK
from engine.errors import ClockError, ConflictError, DiskError
from engine.workspace.clockwork import LATEST, SOONEST
from pages._components.shell.fragments import fragment
from pages._components.shell.session import instant, runner, workbench
from pages._components.shell.text import message


def turns() -> None:
    """
    Brings the memberships up to now, and draws the page again once somebody is due.

    Nobody polls: the page of a workspace in which time moves nobody never asks.
    """
    bench = workbench()
    try:
        bench.expect_clock()
    except ClockError as error:
        st.warning(message(str(error)), icon=":material/schedule:")
        return
    due = bench.memberships.due()
    # A job at work brings them up to date itself, and must not be waited for.
    if due is not None and due <= bench.now() and not runner().active():
        # Another process was faster and has a later clock, or the disk takes nothing.
        with suppress(ConflictError, DiskError):
            bench.acting(CLOCK).refresh()
        due = bench.memberships.due()
    if due is not None:
        now = bench.now()
        wait = min(max(due - now, SOONEST), LATEST)
        fragment(run_every=wait)(_open)(now, now + wait)


def _open(drawn: datetime, until: datetime) -> None:
    """What stays on the page until then."""
    if workbench().now() >= until:
        st.rerun()
    # Each on a line of its own: a browser ends a line behind any hyphen, also within a day.
    st.caption(f"Segments as of  \n{instant(drawn)},  \nnext update at  \n{instant(until)}")

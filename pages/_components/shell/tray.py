"""The jobs at work, on every page, and those that a killed process has left."""

import streamlit as st

from engine.rights import ADMIN
from engine.workspace.jobs import Job
from pages._components.shell.fragments import fragment
from pages._components.shell.rights import may
from pages._components.shell.session import acting, runner
from pages._components.shell.text import plain


def tray() -> None:
    """The jobs at work, on every page; asks again only while there are any."""
    active = bool(runner().active())
    fragment(run_every="1s" if active else None)(_tray)()


def _tray() -> None:
    for entry in runner().journal.interrupted():
        told = "may have been" if entry.damaged else "was"
        st.warning(
            f"{plain(entry.label)} {told} interrupted when the workbench ended. Where it has no "
            "receipt, nothing was written; start it again.",
            icon=":material/power_off:",
        )
        if _may_end(entry.by):
            st.button(
                "Dismiss",
                key=f"interrupted-{entry.path.stem}",
                on_click=runner().journal.end,
                args=(entry.path,),
            )
    jobs = runner().active()
    for job in jobs:
        _at_work(job)
    if not jobs and st.session_state.pop("had_jobs", False):
        st.rerun()
    st.session_state["had_jobs"] = bool(jobs)


def _at_work(job: Job) -> None:
    st.progress(job.share, text=f"{plain(job.label)} · {job.share:.0%}")
    if _may_end(job.by.signature):
        st.button(
            "Cancel",
            key=f"cancel-{job.number}",
            on_click=job.stop.set,
            icon=":material/stop_circle:",
        )


def _may_end(whose: str) -> bool:
    """Whether it is for whoever is here to cancel or to dismiss what somebody has begun."""
    return whose == acting().actor.signature or may(ADMIN)

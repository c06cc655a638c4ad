"""All of the workspace in one file, made beside the pages."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from engine.integrity.backups import Manifest, back_up, usual_place
from engine.rights import ADMIN
from engine.text.counts import counted
from engine.workspace.downloads import note_download
from engine.workspace.jobs import DONE, RUNNING, Job
from engine.workspace.workbench import Access
from pages._components.shell.downloads import by_who_clicks
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, follow, followed, runner, unfinished
from pages._components.shell.text import plain

JOB = "backup"
MOST = 200 * 2**20  # bytes that go through the memory of the server to the browser


@takes(ADMIN)
def backups() -> None:
    """Begins a backup, and says where it lies."""
    with st.container(border=True):
        st.markdown("**Backup**")
        st.caption(
            "All customers, segments, vouchers and history in one file, while everybody goes on "
            "working. `workbench restore` makes a workspace of it again."
        )
        job = followed(JOB)
        st.button(
            "Back up",
            key="back-up",
            icon=":material/backup:",
            disabled=job is not None and job.state == RUNNING,
            on_click=_start,
        )
        if job:
            _outcome(job)


def _start() -> None:
    access = acting()
    work = partial(_backed_up, access)
    follow(JOB, runner().start(JOB, "Backup", work, access.actor))


def _backed_up(access: Access, tell: Callable[[float], None]) -> tuple[Path, Manifest]:
    place = usual_place(access)
    return place, back_up(access, place, tell)


def _file(access: Access, place: Path) -> bytes:
    content = place.read_bytes()
    note_download(access, "backups", [place.name], ADMIN)
    return content


def _outcome(job: Job) -> None:
    if job.state != DONE:
        unfinished(job)
        return
    place: Path
    made: Manifest
    place, made = job.result
    st.success(
        f"Backed up {counted(made.customers, 'customers')} to {plain(str(place))}. Keep a copy on "
        "another disk.",
        icon=":material/check_circle:",
    )
    if place.is_file() and place.stat().st_size <= MOST:
        st.download_button(
            "Download",
            by_who_clicks(_file, place),
            place.name,
            "application/zip",
            key="backup-download",
            icon=":material/download:",
        )

"""What every page begins with: the workbench, the job runner, the header, and how errors look."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import streamlit as st
from streamlit.auth_util import get_secrets_auth_section
from streamlit.delta_generator import DeltaGenerator

from engine.accounts.entrance import ALWAYS, SIGN_IN, Entrance
from engine.base.profiles import Profile
from engine.errors import WorkbenchError
from engine.system.disk import refusals_told
from engine.text.formats import DATES, DateFormat
from engine.workspace.access import FOLDERS, HOSTS, folders_to_import_from, further_sites
from engine.workspace.jobs import CANCELLED, RUNNING, Job, Runner
from engine.workspace.journal import Journal
from engine.workspace.workbench import Access, Workbench
from pages._components.shell.process import OfTheProcess
from pages._components.shell.provider import claim
from pages._components.shell.text import message, plain

WORKSPACE = Path(__file__).parents[3] / "data" / "workspace"


def workbench() -> Workbench:
    """The workspace that this process serves."""
    return workspace_in(str(_folder()))


def _folder() -> Path:
    return Path(os.environ.get("WORKBENCH_WORKSPACE", str(WORKSPACE)))


@OfTheProcess
def entrance() -> Entrance:
    """Who may come into the pages of this process."""
    provided = bool(get_secrets_auth_section())
    return Entrance(workbench, always=os.environ.get(SIGN_IN) == ALWAYS, provided=provided)


def acting() -> Access:
    """
    The workspace in the hands of this session's person: whatever a page changes goes by it.

    Raises:
        SignInError: nobody is signed in.
    """
    return workbench().acting(entrance().actor(claim()))


@OfTheProcess
def workspace_in(folder: str) -> Workbench:
    """The workspace of a folder, opened by who asks first: the server's own threads, or a page."""
    return Workbench.open(Path(folder), lambda: datetime.now(UTC))


def allowed_folders() -> list[Path]:
    """The folders from which a page may import a file by its path."""
    others = bool(further_sites(os.environ.get(HOSTS, "")))
    return folders_to_import_from(os.environ.get(FOLDERS), Path.cwd(), open_to_others=others)


@OfTheProcess
def runner() -> Runner:
    """The jobs of this process."""
    return Runner(Journal(workbench().store.folder / "jobs"))


def header(title: str, purpose: str = "") -> DeltaGenerator:
    """The page's title and one line of what it is for; gives the place for actions beside it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(title, anchor=False)
        actions = st.container(horizontal=True, vertical_alignment="center", width="content")
    if purpose:
        st.caption(purpose)
    return actions


def back(label: str) -> None:
    """The way from one thing to all of them."""
    st.button(
        label,
        icon=":material/arrow_back:",
        type="tertiary",
        key="back",
        on_click=st.query_params.clear,
    )


def list_area() -> DeltaGenerator:
    """
    The place for the list of a page, apart from the one thing that is opened from it.

    React draws a view from the parts of the one before it at the same places, which then jump: a
    layout shift of 0.18 to 0.30 was seen when a list made way for a customer or a receipt.
    """
    place = st.container(key="list-area")
    st.empty()  # takes the place of what was open, whose title would stand beside the list's
    return place


def version(profile: Profile) -> str:
    """Which data a number is about: all that came in up to its last change."""
    return "no data yet" if profile.at is None else f"data of {instant(profile.at)}"


def instant(value: datetime) -> str:
    """A date and time in the project time zone, to the minute."""
    local = value.astimezone(workbench().zone)
    return f"{day(local)}, {local:%H:%M} {local.tzname()}"


def day(value: date) -> str:
    """A day as the project writes it."""
    return value.strftime(date_format().clock)


def date_format() -> DateFormat:
    """How the project writes days."""
    return DATES[workbench().project.date_format]


def money(cents: float) -> str:
    """An amount with its currency, as the project writes it."""
    return workbench().project.money(cents)


def fault(error: WorkbenchError) -> None:
    """An error where its answer would be: what is wrong, and every place of it."""
    lines = [message(error.message), *(f"- {message(issue.plainly)}" for issue in error.issues)]
    st.error("\n".join(lines), icon=":material/error:")


def fixable(error: Exception) -> bool:
    """Shows what a user can fix, such as a right that was taken away; whether it is that."""
    if isinstance(error, WorkbenchError):
        fault(error)
        return True
    return False


@contextmanager
def faults_shown() -> Iterator[None]:
    """Shows what a user can fix instead of ending the page."""
    try:
        with refusals_told(_folder()):
            yield
    except WorkbenchError as error:
        fault(error)


def empty_base() -> None:
    """What to do while there are no customers."""
    with st.container(border=True):
        st.header("No customers yet", anchor=False)
        st.write("Import a file of customers, or look around with the sample shop first.")
        with st.container(horizontal=True):
            st.page_link("pages/imports.py", label="Import a CSV", icon=":material/upload_file:")
            st.page_link("pages/overview.py", label="Load the sample data", icon=":material/store:")


def follow(kind: str, job: Job) -> None:
    """Remembers the job that this session waits for."""
    st.session_state[f"{kind}-job"] = job


def followed(kind: str) -> Job | None:
    """The job begun in this session; behind a reload, the one of this person still at work."""
    if job := runner().at_work(kind, acting().actor):
        st.session_state.setdefault(f"{kind}-job", job)
    followed: Job | None = st.session_state.get(f"{kind}-job")
    if followed and followed.state == RUNNING:
        st.session_state["had_jobs"] = True  # it may end before the tray, behind the page, looks
    return followed


def let_go(kind: str) -> None:
    """Forgets the job: its outcome was seen."""
    st.session_state.pop(f"{kind}-job", None)


def unfinished(job: Job) -> None:
    """Says of a job that it is still at work, was cancelled, or failed and why."""
    if job.state == RUNNING:
        st.info(
            f"{plain(job.label)} is at work; it goes on while you look at other pages.",
            icon=":material/hourglass_top:",
        )
    elif job.error:
        with st.container(horizontal=True, vertical_alignment="center"):
            if job.state == CANCELLED:
                st.info(message(job.error.message), icon=":material/stop_circle:")
            else:
                fault(job.error)
            st.button("Dismiss", key=f"dismiss-{job.kind}", on_click=let_go, args=(job.kind,))

"""Exports: choose who and which columns, write the file, and see what was written before."""

from functools import partial

import streamlit as st

from engine import library
from engine.exports.columns import chosen_fields, default_fields, text_frame
from engine.exports.run import Order, chosen, export_customers, log
from engine.jobs import DONE, RUNNING, Job
from engine.profiles import Profile
from engine.store.runs import ExportRun
from pages._components.session import (
    empty_base,
    faults_shown,
    follow,
    followed,
    header,
    instant,
    runner,
    unfinished,
    version,
    workbench,
)
from pages._components.text import plain

JOB = "export"
PREVIEWED = 10
LOGGED = 50
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab"}
EVERYBODY = ""


def form(profile: Profile, job: Job | None) -> None:
    """What goes out and how, with a look at the first rows."""
    with st.container(border=True):
        who, delimiter, sort = st.columns([4, 2, 3])
        with who:
            segment = chosen_segment()
        with delimiter:
            separator = st.selectbox(
                "Delimiter", list(DELIMITERS), format_func=DELIMITERS.__getitem__, key="delimiter"
            )
        with sort:
            order = chosen_order(profile)
        fields = chosen_columns(profile)
        guard = st.toggle(
            "Formula guard",
            value=True,
            key="guard",
            help="Puts an apostrophe before cells that a spreadsheet would run as a formula",
        )
        what = Order(segment or None, tuple(fields), order, separator, guard)
        if fields:
            preview(what)
        st.button(
            "Export to CSV",
            type="primary",
            icon=":material/download:",
            disabled=not fields or (job is not None and job.state == RUNNING),
            on_click=start,
            args=(what,),
        )


def chosen_segment() -> str:
    """The id of the segment to export, empty for everybody; the address may name it."""
    segments = {EVERYBODY: "Everybody", **{row.id: row.name for row in library.saved(workbench())}}
    asked = st.query_params.get("segment", EVERYBODY)
    if asked not in segments:
        st.warning("The segment of this address does not exist any more: choose another.")
    return st.selectbox(
        "Customers",
        list(segments),
        index=list(segments).index(asked) if asked in segments else 0,
        format_func=segments.__getitem__,
        key="who",
    )


def chosen_order(profile: Profile) -> str | None:
    """The path of the field to order by."""
    labels = {field.path: field.label for field in profile.catalogue.fields() if not field.many}
    return st.selectbox(
        "Order by",
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder="As imported",
        key="order",
    )


def chosen_columns(profile: Profile) -> list[str]:
    """The paths of the columns, in the order in which they were picked."""
    labels = {field.path: field.label for field in profile.catalogue.fields()}
    picked = st.session_state.get("columns", default_fields(profile))
    with st.expander(f"{len(picked)} of {len(labels)} columns", icon=":material/view_column:"):
        fields = st.multiselect(
            "Columns, in the order you pick them",
            list(labels),
            default_fields(profile),
            format_func=labels.__getitem__,
            key="columns",
        )
    if not fields:
        st.caption("Pick at least one column.")
    return fields


def preview(what: Order) -> None:
    """The first rows as they would be written."""
    with faults_shown():
        profile, positions = chosen(workbench(), what)
        fields = chosen_fields(profile, list(what.fields))
        st.caption(
            f"**{len(positions):,}** customers · {version(profile)} · the first rows as the "
            "file will have them"
        )
        st.dataframe(
            text_frame(profile, fields, positions.head(PREVIEWED), guard=what.guard),
            hide_index=True,
            key="preview",
            placeholder="",
            lazy=False,
        )


def start(what: Order) -> None:
    """Begins the export; the page follows it."""
    bench = workbench()
    work = partial(export_customers, bench, what, None)
    follow(JOB, runner().start(JOB, "Export", work))


def outcome(job: Job) -> None:
    """What became of the export begun here."""
    if job.state != DONE:
        unfinished(job)
        return
    run: ExportRun = job.result
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/check_circle: **{run.rows:,} customers** written in {run.seconds:.1f} s"
        )
        st.space("stretch")
        download(run, primary=True)


def download(run: ExportRun, *, primary: bool = False) -> None:
    """The way to the file, where it lies in the workspace."""
    st.link_button(
        "Download",
        f"/api/exports/{run.id}",
        icon=":material/download:",
        type="primary" if primary else "tertiary",
        key=f"download-{run.id}-{primary}",
    )


def history() -> None:
    """The log of exports."""
    st.subheader("Log", anchor=False)
    runs = log(workbench())
    if not runs:
        st.caption("Nothing exported yet.")
    names = {row.id: row.name for row in library.saved(workbench())}
    for run in runs[:LOGGED]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            who = names.get(run.parameters["segment"], run.parameters["segment"]) or "Everybody"
            st.markdown(
                f"**{plain(who)}** · {run.rows:,} rows · {len(run.parameters['fields'])} columns"
            )
            st.caption(
                f"{instant(run.at)} · {plain(run.actor)} · data version {run.change} · "
                f"sha256 {run.file_sha256[:12]}…"
            )
            st.space("stretch")
            if run.file_name == f"{run.id}.csv":
                download(run)


header("Exports", "Take customers out as a file; every file has a receipt.")
with faults_shown():
    base = workbench().profile()
    if base.total == 0:
        empty_base()
    else:
        job = followed(JOB)
        form(base, job)
        if job:
            outcome(job)
    history()

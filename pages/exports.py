"""Exports: choose what and which columns, write the file, and see what was written before."""

from collections.abc import Mapping
from functools import partial
from zoneinfo import ZoneInfo

import streamlit as st

from engine.base.profiles import Profile
from engine.exports.columns import chosen_fields, text_frame
from engine.exports.formats import FORMATS
from engine.exports.order import Order, extract, held_out_customers
from engine.exports.replay import Replay, replay
from engine.exports.run import ExportRun, export_records, log
from engine.lists.listings import LISTINGS
from engine.segments import library
from engine.text.display import visible, visible_frame, visible_json
from engine.text.formulas import guarded
from engine.workspace.jobs import DONE, RUNNING, Job
from pages._components.lists.export_form import export_form
from pages._components.segments.static_segment import static_segment
from pages._components.shell.session import (
    acting,
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
from pages._components.shell.text import bold, plain

JOB, REPLAY = "export", "replay"
PREVIEWED = 10
LOGGED = 50


def form(profile: Profile, job: Job | None) -> None:
    """What goes out and how, with a look at the first rows."""
    with st.container(border=True):
        order = export_form(profile)
        if order.fields:
            preview(order)
        with st.container(horizontal=True):
            st.button(
                f"Export to {FORMATS[order.format].label}",
                type="primary",
                icon=":material/download:",
                disabled=not order.fields or (job is not None and job.state == RUNNING),
                on_click=start,
                args=(order,),
            )
            if order.holdout and order.what == "customers":
                held = partial(held_out_customers, workbench(), order)
                usual = f"Held out: {order.holdout.name}"
                static_segment("held-out", "Segment of the held-out ones", usual, held)


def preview(order: Order) -> None:
    """The first rows as they would be written."""
    with faults_shown():
        going = extract(workbench(), order)
        found, positions = going.found, going.positions
        catalogue = LISTINGS[order.what].catalogue(found.profile)
        fields = chosen_fields(catalogue, order.fields)
        st.caption(
            f"**{len(positions):,}** {order.what} · {held_out(going.held_out)}"
            f"{version(found.profile)} · the first rows as the file will have them"
        )
        some = positions.head(PREVIEWED)
        texts = text_frame(found.records, fields, some, ZoneInfo(order.time_zone))
        st.dataframe(
            visible_frame(
                guarded(texts) if order.guard and FORMATS[order.format].guards else texts
            ),
            hide_index=True,
            key="preview",
            placeholder="",
            lazy=False,
        )


def held_out(count: int | None) -> str:
    """How many a holdout kept out or let out, before what else is said; nothing without one."""
    return "" if count is None else f"{count:,} held out · "


def start(order: Order) -> None:
    """Begins the export; the page follows it."""
    work = partial(export_records, acting(), order, None)
    follow(JOB, runner().start(JOB, "Export", work))


def start_replay(run_id: str) -> None:
    """Begins to carry an export out again."""
    follow(REPLAY, runner().start(REPLAY, "Replay", partial(replay, workbench(), run_id)))


def outcome(job: Job) -> None:
    """What became of the export begun here."""
    if job.state != DONE:
        unfinished(job)
        return
    run: ExportRun = job.result
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/check_circle: **{run.rows:,} {run.what}** · {held_out(run.held_out)}"
            f"written in {run.seconds:.1f} s"
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


def replayed(job: Job) -> None:
    """How an export that was carried out again compares."""
    if job.state != DONE:
        unfinished(job)
        return
    again: Replay = job.result
    rows = f"{again.now.rows:,} {again.run.what}"
    if again.identical:
        st.success(f"Identical: {rows}, byte for byte.", icon=":material/check_circle:")
        return
    st.warning(
        f"Different: {again.run.rows:,} rows at data version {again.run.change:,}, "
        f"{again.now.rows:,} at data version {again.now.change:,}.",
        icon=":material/difference:",
    )
    if moved := again.difference:
        st.caption(f"{moved.left:,} lines are gone, {moved.entered:,} are new; some of them:")
        lines = [f"- {visible(line)}" for line in moved.examples_left]
        lines += [f"+ {visible(line)}" for line in moved.examples_entered]
        st.code("\n".join(lines), language="diff")


def history() -> None:
    """The log of exports."""
    st.subheader("Log", anchor=False)
    runs = log(workbench())
    if not runs:
        st.caption("Nothing exported yet.")
    names = {row.id: row.name for row in library.saved(workbench())}
    for run in runs[:LOGGED]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            entry(run, names)


def entry(run: ExportRun, names: Mapping[str, str]) -> None:
    """One export of the log: what it was, its receipt, and what can be done with it."""
    who = names.get(run.parameters["segment"], run.parameters["segment"]) or "Everybody"
    if any(run.parameters.get(part) for part in ("filter", "search", "customers")):
        who = f"Some of: {who}"
    with st.container(gap=None):
        st.markdown(
            f"{bold(f'{LISTINGS[run.what].label} · {who}')} · {run.rows:,} rows · "
            f"{held_out(run.held_out)}{len(run.parameters['fields'])} columns"
        )
        st.caption(
            f"{instant(run.at)} · {plain(run.actor)} · data version {run.change} · "
            f"sha256 {run.file_sha256[:12]}…"
        )
    with st.popover("Receipt", icon=":material/receipt_long:", type="tertiary"):
        st.json(visible_json({**vars(run), "at": run.at.isoformat()}))
    st.button(
        "Replay",
        key=f"replay-{run.id}",
        icon=":material/replay:",
        type="tertiary",
        on_click=start_replay,
        args=(run.id,),
        help="Carries the same order out again and compares the files",
    )
    if run.file_name.startswith(run.id):
        download(run)


header("Exports", "Take records out as a file; every file has a receipt.")
with faults_shown():
    base = workbench().profile()
    if base.total == 0:
        empty_base()
    else:
        job = followed(JOB)
        form(base, job)
        if job:
            outcome(job)
    if again := followed(REPLAY):
        replayed(again)
    history()

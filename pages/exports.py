"""Exports: choose what and which columns, write the file, and see what was written before."""

from dataclasses import replace
from functools import partial

import streamlit as st

from engine.base.profiles import Profile
from engine.exports.about import download_name
from engine.exports.contents import Contents, contents, settled
from engine.exports.formats import FORMATS
from engine.exports.order import EXPORTED, MOVES, Order, held_out_customers
from engine.exports.preview import first_lines, first_rows
from engine.exports.replay import Replay, replay
from engine.exports.run import ExportRun, count, export_records, is_masked, log, receipt
from engine.rights import EXPORT, REVEAL
from engine.text.counts import counted, noun
from engine.text.display import SENTENCE, visible, visible_frame, visible_json
from engine.workspace.jobs import DONE, RUNNING, Job
from pages._components.lists.export_form import export_form
from pages._components.lists.receipts import download, sentence
from pages._components.segments.static_segment import static_segment
from pages._components.shell.masks import mask
from pages._components.shell.paging import begin_of_page, pager
from pages._components.shell.rights import deed, may, takes
from pages._components.shell.session import (
    acting,
    back,
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
from pages._components.shell.text import plain

JOB, REPLAY = "export", "replay"
PREVIEWED = 10
LOGGED = 10  # on a page of the log; each takes 4 ms to draw


@takes(EXPORT)
def form(profile: Profile, job: Job | None) -> None:
    """What goes out and how, with a look at the first rows."""
    with st.container(border=True), faults_shown():
        order = export_form(profile)
        if order.fields:
            preview(order)
        with st.container(horizontal=True):
            # No callback: its order would be that of the run before, without what was typed last.
            if st.button(
                f"Export to {FORMATS[order.format].label}",
                type="primary",
                icon=":material/download:",
                disabled=not order.fields or (job is not None and job.state == RUNNING),
            ):
                start(order)
                st.rerun()
            if order.holdout and order.what == "customers":
                held = partial(held_out_customers, workbench(), order)
                usual = f"Held out: {order.holdout.name}"
                static_segment("held-out", "Segment of the control group", usual, held)


def preview(order: Order) -> None:
    """The first rows as they would be written."""
    with faults_shown():
        content = contents(workbench(), settled(workbench(), replace(order, masked=mask().on)))
        going = content.extract
        rows = len(going.positions)
        st.caption(
            f"**{rows:,}** {named(order.what, rows)} · {held_out(going.held_out)}"
            f"{held_back(going.held_back)}"
            f"{version(going.found.profile)} · the first rows, as in the file{hidden(content)}"
        )
        if content.format.lines and not content.format.guards:
            lines = [visible(line) for line in first_lines(content, PREVIEWED)]
            st.code("\n".join(lines), language="json", wrap_lines=True)
            return
        st.dataframe(
            visible_frame(first_rows(content, PREVIEWED)),
            hide_index=True,
            key="preview",
            placeholder="",
            lazy=False,
        )


def hidden(content: Contents) -> str:
    """That names are masked: here alone, or in the file too."""
    if not (content.order.masked and content.names):
        return ""
    return ", but for names, which are masked here" if may(REVEAL) else ", where names are masked"


def held_out(count: int | None) -> str:
    """How many a holdout kept out or let out, before what else is said; nothing without one."""
    return "" if count is None else f"{count:,} held out · "


def held_back(count: int) -> str:
    """How many are not to be written to; nothing where there are none."""
    return f"{count:,} held back · " if count else ""


def named(what: str, number: int) -> str:
    """What so many records are called within a sentence."""
    return noun(number, EXPORTED[what].lower() if what != MOVES else "entries and exits")


def start(order: Order) -> None:
    """Begins the export; the page follows it."""
    access = acting()
    work = partial(export_records, access, order, None)
    follow(JOB, runner().start(JOB, "Export", work, access.actor))


def start_replay(run_id: str) -> None:
    """Begins to carry an export out again."""
    access = acting()
    follow(REPLAY, runner().start(REPLAY, "Replay", partial(replay, access, run_id), access.actor))


def outcome(job: Job) -> None:
    """What became of the export begun here."""
    if job.state != DONE:
        unfinished(job)
        return
    run: ExportRun = job.result
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/check_circle: {sentence(run)}, written in {run.seconds:.1f} s")
        st.space("stretch")
        download(run, primary=True)


def replayed(job: Job) -> None:
    """How an export that was carried out again compares."""
    if job.state != DONE:
        unfinished(job)
        return
    again: Replay = job.result
    rows = f"{again.now.rows:,} {named(again.run.what, again.now.rows)}"
    if again.identical:
        st.success(f"Identical: {rows}, byte for byte.", icon=":material/check_circle:")
        return
    st.warning(
        f"Different: {counted(again.run.rows, 'rows')} on {instant(again.run.at)}, "
        f"{counted(again.now.rows, 'rows')} today.",
        icon=":material/difference:",
    )
    # Whoever comes while it is at work sees it too.
    if (moved := again.difference) and (is_masked(again.run) or may(REVEAL)):
        st.caption(f"{counted(moved.left, 'lines')} gone, {moved.entered:,} new; some of them:")
        lines = [f"- {visible(line)}" for line in moved.examples_left]
        lines += [f"+ {visible(line)}" for line in moved.examples_entered]
        st.code("\n".join(lines), language="diff")


def history() -> None:
    """The log of exports."""
    st.header("Log", anchor=False)
    total = count(workbench())
    if not total:
        st.caption("Nothing exported yet.")
        return
    for run in log(workbench(), LOGGED, begin_of_page("exports-page", LOGGED)):
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            entry(run)
    pager("exports-page", total, LOGGED)


def one(run: ExportRun) -> None:
    """One export by itself, which a link has named."""
    header(
        plain(download_name(run, workbench().zone)), f"{instant(run.at)} · by {plain(run.actor)}"
    )
    if again := followed(REPLAY):
        replayed(again)
    with st.container(border=True):
        said(run)
        with st.container(horizontal=True, vertical_alignment="center"):
            deeds(run)


def entry(run: ExportRun) -> None:
    """One export of the log: its receipt in words, and what can be done with it."""
    with st.container(gap=None):
        st.markdown(sentence(run))
        st.caption(
            f"{plain(run.actor)} · {plain(download_name(run, workbench().zone))} · "
            f"{run.file_bytes:,} bytes"
        )
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        tools(run)


def tools(run: ExportRun) -> None:
    """What can be done with an export of the log."""
    with st.popover("Receipt", icon=":material/receipt_long:", type="tertiary"):
        said(run)
    deeds(run)


def said(run: ExportRun) -> None:
    """The receipt of an export: words first, and all of it behind a fold."""
    st.markdown(sentence(run))
    st.caption(f"Columns: {plain(', '.join(run.parameters['fields']), SENTENCE)}")
    with st.expander("Everything, for auditors", icon=":material/data_object:"):
        st.json(visible_json({**vars(run), "at": run.at.isoformat()}))


def deeds(run: ExportRun) -> None:
    """What can be done with an export: carry it out again, take its file."""
    if is_masked(run) or may(REVEAL):  # what differs is shown as it is
        deed(
            EXPORT,
            "Replay",
            key=f"replay-{run.id}",
            icon=":material/replay:",
            type="tertiary",
            on_click=start_replay,
            args=(run.id,),
            help="Runs the same export again and compares the files",
        )
    download(run)


def all_exports() -> None:
    """The way out for one more file, and all that went out before."""
    header("Exports", "Download customers, what they did, or who entered and left a segment.")
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


with faults_shown():
    if chosen := st.query_params.get("export"):
        back("All exports")
        one(receipt(workbench(), chosen))
    else:
        all_exports()

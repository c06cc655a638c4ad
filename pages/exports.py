"""Exports: choose who and which columns, write the file, and see what was written before."""

from functools import partial
from zoneinfo import ZoneInfo, available_timezones

import streamlit as st

from engine import library
from engine.exports.columns import chosen_fields, default_fields, guarded, text_frame
from engine.exports.formats import FORMATS
from engine.exports.run import Order, chosen, export_records, log
from engine.jobs import DONE, RUNNING, Job
from engine.profiles import Profile
from engine.selection import Selection
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
ZONES = sorted(available_timezones())
EVERYBODY, PICKED = "", "picked"  # beside the ids of segments


def form(profile: Profile, job: Job | None) -> None:
    """What goes out and how, with a look at the first rows."""
    with st.container(border=True):
        who, delimiter, sort = st.columns([4, 2, 3])
        with who:
            whom = chosen_customers()
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
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kind = st.segmented_control(
                "Format",
                list(FORMATS),
                default="csv",
                required=True,
                format_func=lambda key: FORMATS[key].label,
                key="format",
            )
            zone = st.selectbox("Time zone", ZONES, ZONES.index("UTC"), key="time-zone", width=220)
            limit = st.number_input(
                "Limit", 1, value=None, placeholder="All", key="limit", width=140
            )
            bom = st.toggle(
                "Mark for Excel",
                key="bom",
                disabled=kind != "csv",
                help="A CSV that begins with a byte order mark opens as UTF-8 in Excel",
            )
        what = Order(
            fields=tuple(fields),
            sort=order,
            delimiter=separator,
            guard=guard,
            limit=limit,
            format=kind,
            bom=bom,
            time_zone=zone,
            **vars(whom),
        )
        if fields:
            preview(what)
        st.button(
            f"Export to {FORMATS[kind].label}",
            type="primary",
            icon=":material/download:",
            disabled=not fields or (job is not None and job.state == RUNNING),
            on_click=start,
            args=(what,),
        )


def chosen_customers() -> Selection:
    """Who goes out: everybody, a segment that the address may name, or those of the grid."""
    segments = {EVERYBODY: "Everybody", **{row.id: row.name for row in library.saved(workbench())}}
    picked: Selection | None = st.session_state.get("selection")
    if picked:
        segments = {PICKED: "Those from the customer grid", **segments}
    asked = st.query_params.get("segment", PICKED if picked else EVERYBODY)
    if asked not in segments:
        st.warning("The segment of this address does not exist any more: choose another.")
    chosen = st.selectbox(
        "Customers",
        list(segments),
        index=list(segments).index(asked) if asked in segments else 0,
        format_func=segments.__getitem__,
        key="who",
    )
    return picked if picked and chosen == PICKED else Selection(chosen or None)


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
        texts = text_frame(profile, fields, positions.head(PREVIEWED), ZoneInfo(what.time_zone))
        st.dataframe(
            guarded(texts) if what.guard and FORMATS[what.format].guards else texts,
            hide_index=True,
            key="preview",
            placeholder="",
            lazy=False,
        )


def start(what: Order) -> None:
    """Begins the export; the page follows it."""
    bench = workbench()
    work = partial(export_records, bench, what, None)
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
            if any(run.parameters.get(part) for part in ("filter", "search", "customers")):
                who = f"Some of: {who}"
            st.markdown(
                f"**{plain(who)}** · {run.rows:,} rows · {len(run.parameters['fields'])} columns"
            )
            st.caption(
                f"{instant(run.at)} · {plain(run.actor)} · data version {run.change} · "
                f"sha256 {run.file_sha256[:12]}…"
            )
            st.space("stretch")
            if run.file_name.startswith(run.id):
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

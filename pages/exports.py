"""Exports: choose who and which columns, write the file, and see what was written before."""

from zoneinfo import ZoneInfo, available_timezones

import streamlit as st

from engine import library
from engine.exports.columns import chosen_fields, default_fields, guarded, text_frame
from engine.exports.formats import FORMATS
from engine.exports.run import Order, chosen, export_customers, log
from engine.jobs import DONE, Job
from engine.profiles import Profile
from engine.selection import Selection
from engine.store.runs import ExportRun
from pages._components.session import (
    empty_base,
    fault,
    faults_shown,
    header,
    instant,
    runner,
    version,
    workbench,
)
from pages._components.text import plain

PREVIEWED = 10
DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab"}
ZONES = sorted(available_timezones())
EVERYBODY, PICKED = "", "picked"  # beside the ids of segments


def form(profile: Profile) -> None:
    """What goes out and how, with a look at the first rows."""
    segments = {EVERYBODY: "Everybody", **{row.id: row.name for row in library.saved(workbench())}}
    picked: Selection | None = st.session_state.get("selection")
    if picked:
        segments = {PICKED: "Those from the customer grid", **segments}
    asked = st.query_params.get("segment", PICKED if picked else EVERYBODY)
    with st.container(border=True):
        who, delimiter, sort = st.columns([4, 2, 3])
        segment = who.selectbox(
            "Customers",
            list(segments),
            index=list(segments).index(asked) if asked in segments else 0,
            format_func=lambda key: segments[key],
            key="who",
        )
        separator = delimiter.selectbox(
            "Delimiter", list(DELIMITERS), format_func=lambda key: DELIMITERS[key], key="delimiter"
        )
        labels = {field.path: field.label for field in profile.catalogue.fields() if not field.many}
        order = sort.selectbox(
            "Order by",
            list(labels),
            index=None,
            format_func=lambda path: labels[path],
            placeholder="As imported",
            key="order",
        )
        everything = default_fields(profile)
        fields = st.multiselect(
            "Columns",
            [field.path for field in profile.catalogue.fields()],
            everything,
            key="columns",
            help="In the order you pick them",
        )
        guard = st.toggle(
            "Formula guard",
            value=True,
            key="guard",
            help="Puts an apostrophe before cells that a spreadsheet would run as a formula",
        )
        whom = picked if picked and segment == PICKED else Selection(segment or None)
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
        preview(what)
        st.button(
            f"Export to {FORMATS[kind].label}",
            type="primary",
            icon=":material/download:",
            disabled=not fields,
            on_click=start,
            args=(what,),
        )


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
    st.session_state["export"] = runner().start(
        "export", "Export", lambda tell: export_customers(bench, what, None, tell)
    )


@st.fragment
def outcome(job: Job) -> None:
    """What became of the export begun here."""
    if job.error:
        fault(job.error)
    elif job.state == DONE:
        run: ExportRun = job.result
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/check_circle: **{run.rows:,} customers** written in {run.seconds:.1f} s"
            )
            download(run, primary=True)


def download(run: ExportRun, *, primary: bool = False) -> None:
    """The way to the file, where it lies in the workspace."""
    st.link_button(
        "Download",
        f"/api/exports/{run.id}",
        icon=":material/download:",
        type="primary" if primary else "tertiary",
        key=f"download-{run.id}",
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


LOGGED = 50
header("Exports", "Take customers out as a file; every file has a receipt.")
with faults_shown():
    base = workbench().profile()
    if base.total == 0:
        empty_base()
    else:
        form(base)
    if job := st.session_state.get("export"):
        outcome(job)
    history()

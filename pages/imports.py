"""Imports: a file comes in, step by step, and the receipts of all that came before."""

import hashlib
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from engine.imports import history
from engine.imports.commit import import_file
from engine.imports.mapping import Directive, ImportMapping
from engine.imports.preview import Preview, preview
from engine.imports.table import CUSTOMERS
from engine.jobs import DONE, RUNNING, Job
from engine.store.runs import ImportRun
from pages._components.session import fault, faults_shown, header, instant, runner, workbench
from pages._components.text import plain

SUFFIXES = ["csv", "tsv", "txt", "jsonl", "ndjson", "gz"]
IGNORE, METADATA = "Do not import", "Metadata"
TYPES = {"Detect": None, "Text": "string", "Number": "number", "Yes / no": "boolean",
         "Date": "date", "Instant": "instant"}  # fmt: skip
FIELDS = {column.path: column for column in CUSTOMERS.columns}
CHOICES = [*FIELDS, METADATA, IGNORE]


def file_step() -> Path | None:
    """The file: uploaded, or one that lies on this machine."""
    with st.container(border=True):
        st.markdown("**1 · File**")
        uploaded = st.file_uploader(
            "CSV or JSON Lines, up to 200 MB, plain or gzip", SUFFIXES, key="upload"
        )
        with st.expander("A larger file on this machine"):
            path = st.text_input("Path", key="path", placeholder="/data/customers.csv")
    if uploaded is not None:
        return kept(uploaded.name, uploaded.getbuffer(), uploaded.file_id)
    return Path(path).expanduser() if path else None


def kept(name: str, content: memoryview, file_id: str) -> Path:
    """The upload as a file: the import reads it beside the page, and again for rejected rows."""
    folder = workbench().store.folder / "uploads" / hashlib.sha256(file_id.encode()).hexdigest()
    path = folder / Path(name).name
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_bytes(content)
        part.replace(path)
    return path


def mapping_step(path: Path) -> ImportMapping | None:
    """Where each column goes; None while it cannot be used."""
    with st.container(border=True), faults_shown():
        st.markdown("**2 · Mapping**")
        found = preview(path, CUSTOMERS, ImportMapping(), workbench().zone)
        source = found.source
        st.caption(
            f"{source.encoding} · columns separated by {source.delimiter!r} · about {found.estimate:,} rows"
            if source.form == "csv"
            else f"JSON Lines · about {found.estimate:,} rows"
        )
        if source.form == "csv":
            mapping = columns_form(found)
        else:
            st.caption("JSON Lines say themselves where each value goes.")
            mapping = ImportMapping()
        with st.expander("First rows"):
            st.dataframe(
                pl.DataFrame(list(found.rows), schema=list(found.header), orient="row"),
                hide_index=True,
                lazy=False,
            )
        return mapping
    return None


def columns_form(found: Preview) -> ImportMapping:
    """One line per column of the file: where it goes, and how its cells are read."""
    rows = [
        {
            "Column": target.header,
            "Examples": " · ".join(
                dict.fromkeys(cell for row in found.rows[:8] if (cell := row[place]))
            )[:80],
            "Goes to": target.column.path
            if target.column
            else METADATA
            if target.namespace
            else IGNORE,
            "Type": "Detect",
            "List separator": "",
        }
        for place, target in enumerate(found.targets)
    ]
    edited = st.data_editor(
        pl.DataFrame(rows),
        hide_index=True,
        disabled=["Column", "Examples"],
        column_config={
            "Goes to": st.column_config.SelectboxColumn(options=CHOICES, required=True),
            "Type": st.column_config.SelectboxColumn(
                options=list(TYPES),
                required=True,
                help="For metadata; detected from the whole file",
            ),
            "List separator": st.column_config.TextColumn(
                help="For metadata with several values in one cell, such as ;"
            ),
        },
        key=f"mapping-{found.source.sha256}",
    )
    create = st.toggle("Create customers for rows with neither Id nor Source_id", key="create")
    directives = {row["Column"]: directive(row) for row in edited.iter_rows(named=True)}
    return ImportMapping(directives, without_key="create" if create else "reject")


def directive(row: dict[str, Any]) -> Directive:
    """What one line of the form says."""
    goal = row["Goes to"]
    if goal == IGNORE:
        return Directive(None)
    if goal != METADATA:
        return Directive(goal)
    return Directive(key_of(row["Column"]), TYPES[row["Type"]], row["List separator"] or None)


def key_of(header: str) -> str:
    """The metadata field of a column: as the header says it, else under its own name."""
    spelled = header.strip()
    return (
        spelled if spelled.startswith(("metadata.", "system_metadata.")) else f"metadata.{spelled}"
    )


def commit_step(path: Path, mapping: ImportMapping) -> None:
    """Begins the import; good rows go in as one change set."""
    job: Job | None = st.session_state.get("import")
    with st.container(border=True):
        st.markdown("**3 · Commit**")
        st.caption(
            "Good rows go in all at once, or not at all; bad rows are kept with their reasons."
        )
        st.button(
            "Import",
            type="primary",
            icon=":material/upload:",
            disabled=job is not None and job.state == RUNNING,
            on_click=start,
            args=(path, mapping),
        )


def start(path: Path, mapping: ImportMapping) -> None:
    """Imports beside the page; an upload is removed when it is in."""
    bench = workbench()
    uploads = bench.store.folder / "uploads"

    def work(tell: Any) -> ImportRun:
        run = import_file(bench, CUSTOMERS, path, mapping, tell)
        if path.is_relative_to(uploads):
            path.unlink()
        return run

    st.session_state["import"] = runner().start(f"Import {path.name}", work)


def outcome(job: Job) -> None:
    """What became of the import begun here."""
    if job.error:
        fault(job.error)
    elif job.state == DONE:
        st.session_state.pop("import")
        st.query_params["import"] = job.result.id
        st.rerun()


def receipt(run: ImportRun) -> None:
    """What one import did, and its rejected rows ready to be mended."""
    with st.container(border=True):
        st.markdown(f"**Receipt** · {plain(run.file_name)}")
        verdict(run)
        figures = {
            "Created": run.created,
            "Updated": run.updated,
            "Unchanged": run.unchanged,
            "Rejected rows": run.rejected,
        }
        for place, (label, figure) in zip(st.columns(4), figures.items(), strict=True):
            place.metric(label, f"{figure:,}")
        change = f"change set {run.change}" if run.change else "no change set"
        st.caption(
            f"{instant(run.at)} · {plain(run.actor)} · {run.file_bytes:,} bytes · {run.seconds:.1f} s · {change} · sha256 {run.file_sha256[:16]}…"
        )
        if run.repeated:
            st.caption(
                f"{run.repeated:,} rows repeat a customer of the same file; the later row wins."
            )
        for field, count in run.misfits.items():
            st.caption(
                f":material/warning: {plain(field)}: {count:,} values do not fit its type; they are kept, and missing for filters."
            )
        if run.rejected:
            rejected(run)


def verdict(run: ImportRun) -> None:
    """The result in one line."""
    same = history.earlier(workbench(), run)
    if same:
        st.info(
            f"The same file was imported before, on {instant(same.at)}.",
            icon=":material/content_copy:",
        )
    if run.created + run.updated:
        st.success(
            f"{run.created + run.updated:,} customers created or updated.",
            icon=":material/check_circle:",
        )
    elif run.unchanged:
        st.info("Nothing changed: every customer was like this already.", icon=":material/info:")
    else:
        st.error("0 imported: every row was rejected.", icon=":material/error:")


def rejected(run: ImportRun) -> None:
    """The rejected rows with their reasons, and as a file to mend."""
    rows = history.rejected(workbench(), run)
    st.markdown(f"**{run.rejected:,} rejected rows**")
    leading = ["rejected row", "rejected line", "rejected because"]
    st.dataframe(
        rows.select(*leading, pl.exclude(leading)).head(SHOWN), hide_index=True, lazy=False
    )
    st.download_button(
        "Download as CSV to mend",
        rows.write_csv,
        f"rejected-{run.id}.csv",
        "text/csv",
        icon=":material/download:",
    )


def past() -> None:
    """Every import, newest first."""
    st.subheader("History", anchor=False)
    runs = history.receipts(workbench())
    if not runs:
        st.caption("Nothing imported yet.")
        return
    frame = pl.DataFrame(
        [
            {"When": run.at, "File": run.file_name, "Created": run.created, "Updated": run.updated,
             "Unchanged": run.unchanged, "Rejected": run.rejected, "By": run.actor}
            for run in runs
        ]
    )  # fmt: skip
    shown = st.dataframe(frame, hide_index=True, on_select="rerun", selection_mode="single-row", key="history", lazy=False,
                         column_config={"When": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")})  # fmt: skip
    st.caption("Select an import to open its receipt.")
    for row in shown.selection.rows:
        if st.query_params.get("import") != runs[row].id:
            st.query_params["import"] = runs[row].id
            st.rerun()


SHOWN = 1000
header("Imports", "Bring customers in from a file; every import has a receipt.")
with faults_shown():
    if job := st.session_state.get("import"):
        outcome(job)
    if chosen := st.query_params.get("import"):
        receipt(history.receipt(workbench(), chosen))
        st.button("Import another file", icon=":material/add:", on_click=st.query_params.clear)
    else:
        file = file_step()
        mapping = mapping_step(file) if file else None
        if file and mapping:
            commit_step(file, mapping)
    past()

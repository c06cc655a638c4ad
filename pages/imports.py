"""Imports: a file comes in, step by step, and the receipts of all that came before."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from engine.base.kinds.registry import KINDS
from engine.imports import history
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import TABLES, Table
from engine.imports.columns.targets import targets
from engine.imports.commit import import_file
from engine.imports.files.source import Progress
from engine.imports.history import ImportRun
from engine.imports.preview import likely, preview
from engine.text.display import visible_frame
from engine.workspace.access import importable
from engine.workspace.jobs import DONE, RUNNING, Job
from pages._components.imports.check import FileChoice, check_step
from pages._components.imports.mapping_form import columns_form, first_rows
from pages._components.imports.receipt import receipt
from pages._components.imports.upload import Upload
from pages._components.shell.session import (
    acting,
    allowed_folders,
    back,
    faults_shown,
    follow,
    followed,
    header,
    let_go,
    runner,
    unfinished,
    workbench,
)
from pages._components.shell.text import plain

JOB = "import"
REPLACE = (
    "An empty cell clears its field, and a customer or record of the file keeps only the metadata "
    "that the file gives. Columns that the file does not have stay as they are."
)
SUFFIXES = ["csv", "tsv", "txt", "jsonl", "ndjson", "gz"]


def file_step() -> Upload | Path | None:
    """The file: uploaded, or one that lies on this machine where it may be imported from."""
    with st.container(border=True):
        st.markdown("**1 · File**")
        uploaded = st.file_uploader(
            "CSV or JSON Lines, up to 250 MB, plain or gzip", SUFFIXES, key="upload"
        )
        with st.expander("A larger file on this machine"):
            path = st.text_input("Path", key="path", placeholder="/data/customers.csv")
    known: Upload | None = st.session_state.pop("uploaded", None)
    if uploaded is None:
        with faults_shown():
            return importable(path, allowed_folders()) if path else None
        return None
    if known is None or known.file_id != uploaded.file_id:
        known = Upload(uploaded)
    st.session_state["uploaded"] = known
    return known


def mapping_step(file: Upload | Path) -> FileChoice | None:
    """What the file holds, and where each column goes; None while it cannot be used."""
    with st.container(border=True), faults_shown():
        st.markdown("**2 · Mapping**")
        path = file.path if isinstance(file, Upload) else file
        table = chosen_table(path)
        found = preview(path, table, ImportMapping(), workbench().zone)
        source = found.source
        st.caption(
            f"{plain(source.encoding)} · columns separated by {plain(repr(source.delimiter))} · "
            f"about {found.estimate:,} rows"
            if source.form == "csv"
            else f"JSON Lines · about {found.estimate:,} rows"
        )
        if source.form == "csv":
            mapping = columns_form(found, table)
            targets(found.header, table, mapping)  # two columns for one field are a fault
        else:
            st.caption("JSON Lines say themselves where each value goes.")
            mapping = ImportMapping()
        replaces = st.toggle("Replace what is there", key="replace", help=REPLACE)
        with st.expander("First rows"):
            shown = visible_frame(first_rows(found))
            st.dataframe(shown, hide_index=True, lazy=False, placeholder="")
        return FileChoice(file, source.sha256, table, replace(mapping, replace=replaces))
    return None


def chosen_table(path: Path) -> Table:
    """What the records of the file are: what its header looks like, unless chosen otherwise."""
    name = st.segmented_control(
        "The file holds",
        list(TABLES),
        default=likely(path).name,
        required=True,
        format_func=lambda name: KINDS[name].label,
        key=f"table-{path}",
    )
    return TABLES[name]


def commit_step(chosen: FileChoice, job: Job | None) -> None:
    """Begins the import; good rows go in as one change set."""
    with st.container(border=True):
        st.markdown("**4 · Commit**")
        st.caption(
            "Good rows go in all at once, or not at all; bad rows are kept with their reasons."
        )
        st.button(
            "Import",
            type="primary",
            icon=":material/upload:",
            disabled=job is not None and job.state == RUNNING,
            on_click=start,
            args=(chosen,),
        )


def start(chosen: FileChoice) -> None:
    """Imports beside the page."""
    access = acting()

    def work(tell: Progress) -> ImportRun:
        return import_file(access, chosen.table, chosen.path, chosen.mapping, tell)

    follow(JOB, runner().start(JOB, f"Import of {chosen.path.name}", work))


def outcome(job: Job) -> None:
    """What became of the import begun here."""
    if job.state != DONE:
        unfinished(job)
        return
    let_go(JOB)
    st.query_params["import"] = job.result.id
    st.rerun()


def past() -> None:
    """Every import, newest first."""
    st.subheader("History", anchor=False)
    runs = history.receipts(workbench())
    if not runs:
        st.caption("Nothing imported yet.")
        return
    shown = st.dataframe(
        visible_frame(pl.DataFrame([line(run) for run in runs])),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="history",
        lazy=False,
        column_config=HISTORY,
    )
    st.caption("Select an import to open its receipt.")
    for row in shown.selection.rows:
        st.query_params["import"] = runs[row].id
        st.rerun()


def line(run: ImportRun) -> dict[str, Any]:
    """One import in the history."""
    return {
        "When": run.at,
        "File": run.file_name,
        "Holds": run.kind.capitalize(),
        "Created": run.created,
        "Updated": run.updated,
        "Unchanged": run.unchanged,
        "Rejected": run.rejected,
        "By": run.actor,
    }


COUNTS = ("Created", "Updated", "Unchanged", "Rejected")
HISTORY = {name: st.column_config.NumberColumn(format="localized") for name in COUNTS} | {
    "When": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")
}


def steps(job: Job | None) -> None:
    """From the file to the commit; a step appears when the one before it is done."""
    file = file_step()
    if file and (chosen := mapping_step(file)):
        check_step(chosen)
        commit_step(chosen, job)


if chosen := st.query_params.get("import"):
    back("All imports")
*names, last = KINDS
header(
    "Imports",
    f"Bring {', '.join(names)} and {last} in from files; every import has a receipt.",
)
with faults_shown():
    job = followed(JOB)
    if job:
        outcome(job)
    if chosen:
        receipt(history.receipt(workbench(), chosen))
    else:
        steps(job)
        past()

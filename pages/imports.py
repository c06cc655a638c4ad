"""Imports: a file comes in, step by step, and the receipts of all that came before."""

import hashlib
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from engine.imports import history
from engine.imports.commit import import_file
from engine.imports.mapping import ImportMapping
from engine.imports.preview import preview
from engine.imports.table import CUSTOMERS
from engine.jobs import DONE, RUNNING, Job
from engine.store.runs import ImportRun
from pages._components.mapping_form import columns_form
from pages._components.receipt import receipt
from pages._components.session import fault, faults_shown, header, runner, workbench

SUFFIXES = ["csv", "tsv", "txt", "jsonl", "ndjson", "gz"]


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
            f"{source.encoding} · columns separated by {source.delimiter!r} · "
            f"about {found.estimate:,} rows"
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

    st.session_state["import"] = runner().start("import", f"Import {path.name}", work)


def outcome(job: Job) -> None:
    """What became of the import begun here."""
    if job.error:
        fault(job.error)
    elif job.state == DONE:
        st.session_state.pop("import")
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
        pl.DataFrame([line(run) for run in runs]),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="history",
        lazy=False,
        column_config={"When": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm")},
    )
    st.caption("Select an import to open its receipt.")
    for row in shown.selection.rows:
        if st.query_params.get("import") != runs[row].id:
            st.query_params["import"] = runs[row].id
            st.rerun()


def line(run: ImportRun) -> dict[str, Any]:
    """One import in the history."""
    return {
        "When": run.at,
        "File": run.file_name,
        "Created": run.created,
        "Updated": run.updated,
        "Unchanged": run.unchanged,
        "Rejected": run.rejected,
        "By": run.actor,
    }


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

"""Imports: a file comes in, step by step, and the receipts of all that came before."""

import shlex
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from engine.base.kinds.registry import KINDS
from engine.errors import ImportFileError, MovedError, UsageError
from engine.imports import history
from engine.imports.checks.check import Check
from engine.imports.columns.mapping import parse_mapping
from engine.imports.columns.table import TABLES, Table
from engine.imports.commit import import_file
from engine.imports.files.forms import FORMS
from engine.imports.files.source import Progress, SourceFile
from engine.imports.history import ImportRun
from engine.imports.preview import Preview, judge, likely, preview
from engine.rights import IMPORT
from engine.text.counts import counted
from engine.text.display import visible_frame
from engine.workspace.access import importable
from engine.workspace.jobs import DONE, RUNNING, Job
from pages._components.imports.check import FileChoice, check_step, checked, fails
from pages._components.imports.layout_form import DELIMITERS, ENCODINGS, layout_form
from pages._components.imports.mapping_draft import MappingDraft, draft_of, told_moved
from pages._components.imports.mapping_form import first_rows, mapping_form
from pages._components.imports.notes import by_column
from pages._components.imports.receipt import receipt
from pages._components.imports.upload import Upload
from pages._components.lists.receipts import brought
from pages._components.lists.tables import instant_column
from pages._components.shell.by_width import by_width, row_lines
from pages._components.shell.paging import begin_of_page, pager
from pages._components.shell.rights import takes
from pages._components.shell.session import (
    acting,
    allowed_folders,
    back,
    day,
    fault,
    faults_shown,
    follow,
    followed,
    header,
    instant,
    let_go,
    list_area,
    runner,
    unfinished,
    workbench,
)
from pages._components.shell.text import plain

JOB = "import"
AT_ONCE = 50  # imports on a page of the history
REPLACE = (
    "An empty cell clears its field, and each record of the file keeps only the metadata that the "
    "file gives. Fields that the file has no column for stay as they are."
)
PACKED = (".gz", ".zip")
SUFFIXES = [*(suffix for form in FORMS.values() for suffix in form.suffixes), *PACKED]


def file_step() -> Upload | Path | None:
    """The file: uploaded, or one that lies on this machine where it may be imported from."""
    limit = int(st.get_option("server.maxUploadSize"))
    with st.container(border=True):
        st.markdown("**1 · File**")
        uploaded = st.file_uploader(
            f"{', '.join(form.name for form in FORMS.values())}, each also in a .gz or .zip, "
            f"up to {limit:,} MB",
            SUFFIXES,
            key="upload",
        )
        with st.expander(f"A file of more than {limit:,} MB, or one on this machine"):
            path = _path(limit)
    known: Upload | None = st.session_state.pop("uploaded", None)
    if uploaded is None:
        with faults_shown():
            return importable(path, allowed_folders(), workbench().store.folder) if path else None
        return None
    if known is None or known.file_id != uploaded.file_id:
        known = Upload(uploaded, workbench().scratch)
    st.session_state["uploaded"] = known
    return known


def _path(limit: int) -> str:
    """Where a larger file is, and the command that takes one of any size."""
    st.caption(
        f"A browser can upload {limit:,} MB. A larger file is read where it lies: type its path on "
        "this machine, or import it with the command below."
    )
    path: str = st.text_input("Path", key="path", placeholder="/data/customers.csv")
    file, folder = path.strip() or "/data/customers.csv", str(workbench().store.folder)
    st.code(
        f"workbench import customers {shlex.quote(file)} --workspace {shlex.quote(folder)}",
        "bash",
        wrap_lines=True,
    )
    return path


@takes(IMPORT)
def steps(job: Job | None) -> None:
    """From the file to the commit; a step appears when the one before it is done."""
    file = file_step()
    if not file:
        return
    draft = draft_of(file.file_id if isinstance(file, Upload) else str(file))
    chosen, check = mapping_step(file, draft)
    if chosen:
        check_step(check, chosen, draft)
        if check and not fails(check):
            commit_step(chosen, check, job)


def mapping_step(
    file: Upload | Path, draft: MappingDraft
) -> tuple[FileChoice | None, Check | None]:
    """Where each column goes, and the check of that, whose notes stand beside the columns."""
    with st.container(border=True), faults_shown():
        st.markdown("**2 · Mapping**")
        path = file.path if isinstance(file, Upload) else file
        table = chosen_table(path, draft)
        if found := looked_at(path, table, draft):
            remember(found, table, draft)
            form = st.container()
            chosen = mapped(file, found, table, draft)
            check = checked(chosen) if chosen else None
            with form:
                mapping_form(found, table, draft, by_column(check.run) if check else {})
            return chosen, check
    return None, None


def chosen_table(path: Path, draft: MappingDraft) -> Table:
    """What the records of the file are: what its header looks like, unless chosen otherwise."""
    name = st.segmented_control(
        "The file holds",
        list(TABLES),
        default=likely(path).name,
        required=True,
        format_func=lambda name: KINDS[name].label,
        key=f"table-{draft.file}",
    )
    draft.restart(name)
    return TABLES[name]


def looked_at(path: Path, table: Table, draft: MappingDraft) -> Preview | None:
    """The first look at the file with the settings of how it is read; None where that fails."""
    found, problem = None, None
    try:
        layout = parse_mapping(draft.layout)
        found = preview(path, table, layout, workbench().zone)
    except (ImportFileError, UsageError) as error:
        problem = error
    source = found.source if found else None
    label = _read_as(found) if found else "How the file is read"
    with st.expander(plain(label), expanded=source is None or bool(draft.layout)):
        layout_form(path, draft, source)
        if found:
            first_rows(found)
    if problem:
        fault(problem)
    return found


def _read_as(found: Preview) -> str:
    """How the file is read, on one line."""
    source: SourceFile = found.source
    rows = f"about {counted(found.estimate, 'rows')}"
    if source.form != "csv":
        return f"Read as {FORMS[source.form].name} · {rows}"
    encoding = ENCODINGS.get(source.encoding, source.encoding)
    delimiter = DELIMITERS.get(source.delimiter, source.delimiter)
    return f"Read as {encoding} · {delimiter} · {rows}"


def remember(found: Preview, table: Table, draft: MappingDraft) -> None:
    """Offers the mapping of the last file with this header."""
    last = history.last_mapped(workbench(), table, found.header)
    if last is None or not last.mapping.get("columns"):
        return
    said = parse_mapping({"columns": _known(last, found), **_settings(last)})
    if draft.offered is None and not draft.columns:
        draft.take(said, last.id)
    used = draft.columns == said.columns
    when = day(last.at.astimezone(workbench().zone))
    with st.container(horizontal=True, vertical_alignment="center"):
        if used:
            st.caption(f":material/history: As last time, {when}: {plain(last.file_name)}")
            proposal = parse_mapping({})
            st.button("Use the proposal", key="proposal", type="tertiary",
                      on_click=partial(draft.take, proposal, last.id))  # fmt: skip
        else:
            st.button(f"As last time, {when}", key="as-last-time", icon=":material/history:",
                      type="tertiary", on_click=partial(draft.take, said, last.id))  # fmt: skip


def _known(last: ImportRun, found: Preview) -> dict[str, Any]:
    columns = last.mapping["columns"]
    return {name: columns[name] for name in found.header if name in columns}


def _settings(last: ImportRun) -> dict[str, Any]:
    return {key: last.mapping[key] for key in ("without_key",) if key in last.mapping}


def mapped(
    file: Upload | Path, found: Preview, table: Table, draft: MappingDraft
) -> FileChoice | None:
    """The file as it is to be imported; None while its header or its mapping cannot be used."""
    key = draft.key("replace")
    st.toggle(
        "Replace what is there",
        bool(draft.settings.get("replace")),
        key=key,
        help=REPLACE,
        on_change=lambda: draft.settings.update(replace=st.session_state[key]),
    )
    mapping = draft.mapping()
    try:
        judge(found, table, mapping)
    except (ImportFileError, UsageError) as error:
        fault(error)
        return None
    return FileChoice(file, found, table, mapping)


def commit_step(chosen: FileChoice, check: Check, job: Job | None) -> None:
    """Begins the import; good rows go in as one change set."""
    with st.container(border=True):
        st.markdown("**4 · Import**")
        st.caption(
            "All good rows are imported together, or none is. Rejected rows are kept with their "
            "reasons, to be fixed."
        )
        st.button(
            "Import",
            type="primary",
            icon=":material/upload_file:",
            disabled=job is not None and job.state == RUNNING,
            on_click=start,
            args=(chosen, check),
        )


def start(chosen: FileChoice, check: Check) -> None:
    """Imports beside the page what the check has seen."""
    access = acting()
    told_moved(moved=False)

    def work(tell: Progress) -> ImportRun:
        return import_file(access, chosen.table, chosen.path, chosen.mapping, tell, base=check.base)

    follow(JOB, runner().start(JOB, f"Import of {chosen.path.name}", work, access.actor))


def outcome(job: Job) -> None:
    """What became of the import begun here."""
    if isinstance(job.error, MovedError):
        let_go(JOB)
        told_moved()
    elif job.state != DONE:
        unfinished(job)
    else:
        let_go(JOB)
        st.query_params["import"] = job.result.id
        st.rerun()


def past() -> None:
    """Every import, newest first."""
    st.header("History", anchor=False)
    total = history.count(workbench())
    if not total:
        st.caption("Nothing imported yet.")
        return
    begin = begin_of_page("imports-page", AT_ONCE)
    runs = history.receipts(workbench(), AT_ONCE, begin)
    undone = history.undone(workbench())
    chosen = by_width(
        "history",
        partial(as_table, runs, undone, f"history-{begin}"),  # what was chosen is of its page
        lambda: row_lines(as_line(run, undone) for run in runs),
    )
    pager("imports-page", total, AT_ONCE)
    for row in chosen:
        st.query_params["import"] = runs[row].id
        st.rerun()


def as_table(runs: list[ImportRun], undone: set[int], key: str) -> list[int]:
    """The rows that are selected."""
    rows: list[int] = st.dataframe(
        visible_frame(pl.DataFrame([line(run, undone) for run in runs])),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=key,
        lazy=False,
        column_config={**HISTORY, "When": instant_column()},
    ).selection.rows
    st.caption("Select an import to open its receipt.")
    return rows


def as_line(run: ImportRun, undone: set[int]) -> tuple[str, str]:
    """The file, which leads to its receipt, and what it did."""
    said = (brought(run), _state(run, undone).lower(), instant(run.at), plain(run.actor))
    return f"[{plain(run.file_name)}](/imports?import={run.id})", " · ".join(filter(None, said))


def line(run: ImportRun, undone: set[int]) -> dict[str, Any]:
    """One import in the history."""
    return {
        "When": run.at,
        "File": run.file_name,
        "Holds": run.kind.capitalize(),
        "Created": run.created,
        "Updated": run.updated,
        "Unchanged": run.unchanged,
        "Rejected": run.rejected,
        "Set aside": len(run.set_aside),
        "State": _state(run, undone),
        "By": run.actor,
    }


def _state(run: ImportRun, undone: set[int]) -> str:
    if run.change in undone:
        return "Undone"
    return "" if run.created + run.updated + run.unchanged else "Failed"


COUNTS = ("Created", "Updated", "Unchanged", "Rejected", "Set aside")
HISTORY = {
    **{name: st.column_config.NumberColumn(format="localized") for name in COUNTS},
    "State": st.column_config.TextColumn(width=66),  # of few: a guess from the others cuts it
}


def all_imports(job: Job | None) -> None:
    """The way in for one more file, and all that came in before."""
    *names, last = KINDS
    header(
        "Imports",
        f"Bring in {', '.join(names)} and {last} from files. Every import has a receipt.",
    )
    if job:
        outcome(job)
    with list_area():
        steps(job)
        past()


with faults_shown():
    job = followed(JOB)
    if chosen := st.query_params.get("import"):
        back("All imports")
        receipt(history.receipt(workbench(), chosen))
        if job:
            outcome(job)
    else:
        all_imports(job)

"""What an import would do, before anything is written: numbers, problems, and who would move."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from engine.imports.checks.check import Check, check_file
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.files.source import Progress
from engine.imports.preview import Preview
from engine.workspace.jobs import DONE, RUNNING
from pages._components.imports.changes import field_changes, repeats
from pages._components.imports.fixes import problems
from pages._components.imports.mapping_draft import MappingDraft
from pages._components.imports.moves import moves
from pages._components.imports.notes import dropped, notes
from pages._components.imports.receipt import counted, figures, left_out, remarks
from pages._components.imports.upload import Upload
from pages._components.shell.session import (
    acting,
    follow,
    followed,
    let_go,
    runner,
    unfinished,
    workbench,
)

JOB, FOUND, ASKED = "check", "checked", "check-asked"
ALONE = 20 << 20  # bytes of a file that is checked without being asked: about a second
PATIENCE = 2.0  # seconds in which a small file's check ends, so that the page is drawn once


@dataclass(frozen=True, eq=False)
class FileChoice:
    """A file and how it is to be read; an upload's copy lasts as long as this is held."""

    file: Upload | Path
    preview: Preview
    table: Table
    mapping: ImportMapping

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.file.path if isinstance(self.file, Upload) else self.file

    @property
    def asks(self) -> tuple[object, ...]:
        """What a check of it is of."""
        return self.preview.source.sha256, self.table.name, self.mapping.to_json()

    def asked(self, found: Check) -> bool:
        """Whether a check is of this file, read in this way."""
        run = found.run
        return self.asks == (run.file_sha256, run.kind, dict(run.mapping))


def checked(chosen: FileChoice) -> Check | None:
    """
    The check of this file and mapping over the data as they are.

    That of a small file begins by itself, and mostly ends before this gives up waiting.
    """
    found = _known(chosen)
    if found is None:
        _begin(chosen)
        found = _known(chosen)
    return found


def check_step(found: Check | None, chosen: FileChoice, draft: MappingDraft) -> None:
    """What importing the file would do, or how far the check is."""
    with st.container(border=True):
        st.markdown("**3 · Check**")
        if found is None:
            _waiting(chosen)
            return
        if draft.moved:
            st.warning(
                "The data have changed since the check, so nothing was imported. The file was "
                "checked again: this is what would happen now.",
                icon=":material/update:",
            )
        _shown(found, chosen, draft)


def _known(chosen: FileChoice) -> Check | None:
    job = followed(JOB)
    if job and job.state == DONE:
        st.session_state[FOUND] = job.result
        let_go(JOB)
    found: Check | None = st.session_state.get(FOUND)
    fits = found is not None and chosen.asked(found) and found.base == _base()
    return found if fits else None


def _begin(chosen: FileChoice) -> None:
    """Begins the check of a small file; one of another reading is stopped."""
    job = followed(JOB)
    if job and st.session_state.get(ASKED) != _what(chosen):
        job.stop.set()
        let_go(JOB)
        job = None
    if job is None and chosen.preview.source.size <= ALONE:
        _start(chosen)
        if job := followed(JOB):
            with st.spinner("Checking the whole file…"):
                job.ended.wait(PATIENCE)


def _what(chosen: FileChoice) -> tuple[object, ...]:
    return *chosen.asks, _base()


def _base() -> int:
    return workbench().profile().change


def _waiting(chosen: FileChoice) -> None:
    st.caption("Reads the whole file and says what would happen. Nothing is written.")
    job = followed(JOB)
    if job:
        unfinished(job)
    if job is None or job.state != RUNNING:
        st.button("Check", icon=":material/fact_check:", on_click=_start, args=(chosen,))


def _start(chosen: FileChoice) -> None:
    """Checks beside the page."""
    access = acting()

    def work(tell: Progress) -> Check:
        return check_file(access, chosen.table, chosen.path, chosen.mapping, tell)

    st.session_state[ASKED] = _what(chosen)
    follow(JOB, runner().start(JOB, f"Check of {chosen.path.name}", work, access.actor))


def fails(found: Check) -> bool:
    """Whether no row of the file would go in."""
    run = found.run
    return run.created + run.updated + run.unchanged == 0


def _shown(found: Check, chosen: FileChoice, draft: MappingDraft) -> None:
    _verdict(found)
    figures(found.run)
    remarks(found.run)
    gone = (each.header for each in chosen.preview.targets if draft.of(each).field is None)
    dropped(gone)
    if found.problems:
        st.markdown("**Why rows would be rejected**")
        problems(found.problems, chosen.preview, chosen.table, draft)
    field_changes(found)
    repeats(found)
    st.markdown("**Segments that would move**")
    moves(
        [(one.segment.id, one.segment.name, one.entered, one.left, one.before, one.after)
         for one in found.effects],
        "No segment would gain or lose anybody.",
    )  # fmt: skip
    if found.run.notes or found.run.set_aside:
        with st.expander("What was found out about the file", icon=":material/info:"):
            notes(found.run)


def _verdict(found: Check) -> None:
    run = found.run
    if fails(found):
        left = "left out, as of people who were erased" if run.suppressed else "rejected"
        st.error(f"Nothing could be imported: every row would be {left}.", icon=":material/error:")
    elif run.created + run.updated == 0:
        st.info("Nothing would change: everything in the file is stored already.",
                icon=":material/info:")  # fmt: skip
    else:
        would = f"The import would {counted(run, 'create', 'update')}."
        out = left_out(run, ("would be", "would be"))
        st.success(f"{would} {out}".strip(), icon=":material/fact_check:")

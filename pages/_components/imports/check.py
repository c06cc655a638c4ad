"""What an import would do, before anything is written: numbers, problems, and who would move."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import streamlit as st

from engine.imports.checks.check import Check, Effect, check_file
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.files.source import Progress
from engine.text.display import visible_frame
from engine.workspace.jobs import DONE, RUNNING
from pages._components.imports.changes import field_changes, repeats
from pages._components.imports.receipt import figures, remarks
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

JOB, FOUND = "check", "checked"
EXAMPLES = 5  # row numbers shown of one problem


@dataclass(frozen=True, eq=False)
class FileChoice:
    """A file and how it is to be read; an upload's copy lasts as long as this is held."""

    file: Upload | Path
    sha256: str
    table: Table
    mapping: ImportMapping

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.file.path if isinstance(self.file, Upload) else self.file

    def asked(self, found: Check) -> bool:
        """Whether a check is of this file, read in this way."""
        run = found.run
        mine = (self.sha256, self.table.name, self.mapping.to_json())
        return mine == (run.file_sha256, run.kind, dict(run.mapping))


def check_step(chosen: FileChoice) -> None:
    """Reads the whole file and says what importing it would do."""
    job = followed(JOB)
    if job and job.state == DONE:
        st.session_state[FOUND] = job.result
        let_go(JOB)
    with st.container(border=True):
        st.markdown("**3 · Check**")
        st.caption("Reads the whole file and says what would happen; nothing is written.")
        st.button(
            "Check",
            icon=":material/fact_check:",
            disabled=job is not None and job.state == RUNNING,
            on_click=_start,
            args=(chosen,),
        )
        if job and job.state != DONE:
            unfinished(job)
        found: Check | None = st.session_state.get(FOUND)
        if found and chosen.asked(found):
            _shown(found)


def _start(chosen: FileChoice) -> None:
    access = acting()

    def work(tell: Progress) -> Check:
        return check_file(access, chosen.table, chosen.path, chosen.mapping, tell)

    follow(JOB, runner().start(JOB, f"Check of {chosen.path.name}", work))


def _shown(found: Check) -> None:
    if found.base != workbench().profile().change:
        st.warning("The base has changed since this check: check again.", icon=":material/update:")
    figures(found.run)
    remarks(found.run)
    if not found.rejected.is_empty():
        st.markdown("**Why rows would be rejected**")
        st.dataframe(visible_frame(_problems(found)), hide_index=True, lazy=False)
    field_changes(found)
    repeats(found)
    if found.effects:
        st.markdown("**Segments that would move**")
        lines = visible_frame(pl.DataFrame([_line(effect) for effect in found.effects]))
        st.dataframe(lines, hide_index=True, lazy=False)
    else:
        st.caption("No segment would gain or lose anybody.")


def _problems(found: Check) -> pl.DataFrame:
    """One line per kind of problem."""
    rows = pl.col("rows").list.head(EXAMPLES).cast(pl.List(pl.String)).list.join(", ")
    more = pl.when(pl.col("count") > EXAMPLES).then(pl.lit(" …")).otherwise(pl.lit(""))
    return found.problems.select(
        pl.col("reason").alias("For example"), pl.col("count").alias("Rows"),
        (rows + more).alias("Row numbers"),
    )  # fmt: skip


def _line(effect: Effect) -> dict[str, str | int]:
    return {
        "Segment": effect.segment.name,
        "Would enter": effect.entered,
        "Would leave": effect.left,
    }

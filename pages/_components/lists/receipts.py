"""What an import and an export came to, and the way to the file of the latter."""

import streamlit as st

from engine.exports.about import words
from engine.exports.run import ExportRun, is_masked
from engine.imports.history import ImportRun
from engine.rights import EXPORT, REVEAL
from pages._components.shell.rights import may, takes
from pages._components.shell.session import date_format, workbench
from pages._components.shell.text import bold, plain


def brought(run: ImportRun) -> str:
    """What an import did, in a few words."""
    counts = {"created": run.created, "updated": run.updated, "rejected": run.rejected}
    said = [f"{count:,} {what}" for what, count in counts.items() if count]
    return f"{run.kind}: {', '.join(said) or 'nothing changed'}"


def sentence(run: ExportRun) -> str:
    """A receipt in words, how many of what first."""
    first, comma, rest = words(run, workbench().zone, date_format().clock).partition(", ")
    return f"{bold(first)}{comma}{plain(rest)}"


@takes(EXPORT, silent=True)
def download(run: ExportRun, *, primary: bool = False) -> None:
    """The way to the file, where it lies in the workspace; nothing where it lies elsewhere."""
    if not (run.file_name.startswith(run.id) and (is_masked(run) or may(REVEAL))):
        return
    st.link_button(
        "Download",
        f"/api/exports/{run.id}",
        icon=":material/download:",
        type="primary" if primary else "tertiary",
        key=f"download-{run.id}-{primary}",
    )

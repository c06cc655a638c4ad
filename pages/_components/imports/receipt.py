"""The receipt of one import, with its rejected rows ready to be mended."""

import polars as pl
import streamlit as st

from engine.imports import history
from engine.imports.history import ImportRun
from engine.text.display import SENTENCE, visible, visible_frame
from engine.text.formulas import csv_text
from pages._components.imports.segment import segment_card
from pages._components.imports.undo import undo_card
from pages._components.shell.session import instant, workbench
from pages._components.shell.text import plain

SHOWN = 1000  # rejected rows on the page; the file has all


def receipt(run: ImportRun) -> None:
    """What one import did, and its rejected rows ready to be mended."""
    with st.container(border=True):
        st.markdown(f"**Receipt** · {run.kind.capitalize()} from {plain(run.file_name)}")
        verdict(run)
        figures(run)
        change = f"data version {run.change:,}" if run.change else "no new data version"
        st.caption(
            f"{instant(run.at)} · {plain(run.actor)} · {run.file_bytes:,} bytes · "
            f"{run.seconds:.1f} s · {change} · sha256 {run.file_sha256[:16]}…"
        )
        remarks(run)
        if run.rejected:
            rejected(run)
        segment_card(run)
    undo_card(run)


def figures(run: ImportRun) -> None:
    """The counts of an import."""
    counts = {
        "Created": run.created,
        "Updated": run.updated,
        "Unchanged": run.unchanged,
        "Rejected rows": run.rejected,
    }
    for place, (label, figure) in zip(st.columns(4), counts.items(), strict=True):
        place.metric(label, f"{figure:,}")


def remarks(run: ImportRun) -> None:
    """What the counts alone do not say."""
    if run.repeated:
        rows = "row repeats" if run.repeated == 1 else "rows repeat"
        st.caption(f"{run.repeated:,} {rows} a record of the same file; the later row wins.")
    if run.customers_created:
        st.caption(
            f"{run.customers_created:,} customers are new: these {run.kind} name them first."
        )
    for field, count in run.misfits.items():
        misfits = (
            f"{visible(field)}: {count:,} values do not fit its type; they are kept, and missing "
            "for filters."
        )
        st.caption(f":material/warning: {plain(misfits, SENTENCE)}")


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
            f"{run.created + run.updated:,} {run.kind} created or updated.",
            icon=":material/check_circle:",
        )
    elif run.unchanged:
        st.info(f"Nothing changed: all {run.kind} were like this already.", icon=":material/info:")
    else:
        what = "every row was rejected" if run.rejected else "the file has a header and no rows"
        st.error(f"0 imported: {what}.", icon=":material/error:")


def rejected(run: ImportRun) -> None:
    """The rejected rows with their reasons, and as a file to mend."""
    rows = history.rejected(workbench(), run)
    st.markdown(f"**{run.rejected:,} rejected rows**")
    leading = ["rejected row", "rejected line", "rejected because"]
    st.dataframe(
        visible_frame(rows.select(*leading, pl.exclude(leading)).head(SHOWN)),
        hide_index=True,
        lazy=False,
    )
    st.download_button(
        "Download as CSV to mend",
        lambda: csv_text(rows),
        f"rejected-{run.id}.csv",
        "text/csv",
        icon=":material/download:",
    )

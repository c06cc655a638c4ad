"""What was exported of a segment, and the way to the next export."""

import streamlit as st

from engine.exports.about import download_name
from engine.exports.run import ExportRun, log
from engine.segments.library import Segment
from pages._components.lists.receipts import download, sentence
from pages._components.shell.session import workbench
from pages._components.shell.text import plain

SHOWN = 20


def segment_exports(segment: Segment) -> None:
    """The exports of a segment, newest first."""
    st.page_link(
        "pages/exports.py",
        label="Export this segment",
        icon=":material/download:",
        query_params={"segment": segment.id},
    )
    named = {segment.id, segment.name}  # earlier receipts kept what was typed
    runs = [run for run in log(workbench()) if run.parameters.get("segment") in named]
    if not runs:
        st.caption("Nobody has exported this segment yet.")
    for run in runs[:SHOWN]:
        _entry(run)
    if len(runs) > SHOWN:
        st.caption(f"and {len(runs) - SHOWN:,} earlier ones, on the page of exports")


def _entry(run: ExportRun) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(sentence(run))
            name = plain(download_name(run, workbench().zone))
            st.caption(f"{plain(run.actor)} · {name} · {run.file_bytes:,} bytes")
        download(run)

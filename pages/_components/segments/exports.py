"""What was exported of a segment, and the way to the next export."""

import streamlit as st

from engine.exports.about import download_name
from engine.exports.run import ExportRun, count, log
from engine.segments.library import Segment
from pages._components.lists.receipts import download, sentence
from pages._components.shell.paging import begin_of_page, pager
from pages._components.shell.session import workbench
from pages._components.shell.text import plain

AT_ONCE = 20


def segment_exports(segment: Segment) -> None:
    """The exports of a segment, newest first."""
    st.page_link(
        "pages/exports.py",
        label="Export this segment",
        icon=":material/download:",
        query_params={"segment": segment.id},
    )
    named = {segment.id, segment.name}  # earlier receipts kept what was typed
    total = count(workbench(), named)
    if not total:
        st.caption("Nobody has exported this segment yet.")
        return
    key = f"exports-of-{segment.id}"
    for run in log(workbench(), AT_ONCE, begin_of_page(key, AT_ONCE), named):
        _entry(run)
    pager(key, total, AT_ONCE)


def _entry(run: ExportRun) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        with st.container(gap=None):
            st.markdown(sentence(run))
            name = plain(download_name(run, workbench().zone))
            st.caption(f"{plain(run.actor)} · {name} · {run.file_bytes:,} bytes")
        download(run)

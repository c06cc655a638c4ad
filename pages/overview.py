"""Overview: what the base is, what came in, and the sample to start with."""

import plotly.express as px
import polars as pl
import streamlit as st

from engine import library, samples
from engine.exports.run import log
from engine.imports import history
from engine.profiles import Profile
from engine.segments import Answer
from engine.store.segments import Segment
from pages._components.session import faults_shown, header, instant, version, workbench
from pages._components.text import plain

LATEST = 5


def start() -> None:
    """The two ways to begin."""
    with st.container(border=True):
        st.subheader("Begin here", anchor=False)
        st.write("Import a file of your customers, or look around with the sample shop first.")
        with st.container(horizontal=True):
            if st.button("Import a CSV", type="primary", icon=":material/upload_file:"):
                st.switch_page("pages/imports.py")
            st.button("Load the sample data", icon=":material/store:", on_click=load)


def load() -> None:
    """Imports the sample shop."""
    samples.load(workbench())


def sample_notice() -> None:
    """Says that these are no real customers, and clears them with one click."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":material/store: **This is a sample shop.** Look around, then start with your own."
        )
        st.space("stretch")
        st.button(
            "Clear it and start empty",
            icon=":material/delete_sweep:",
            on_click=samples.clear,
            args=(workbench(),),
        )


def numbers(profile: Profile) -> None:
    """The base in four numbers."""
    customers = profile.customers
    figures = {
        "Customers": profile.total,
        "With an e-mail": profile.total - customers["email"].null_count(),
        "Segments": len(library.saved(workbench())),
        "Exports": len(log(workbench())),
    }
    for place, (label, figure) in zip(st.columns(4), figures.items(), strict=True):
        place.metric(label, f"{figure:,}", border=True)
    st.caption(f"Exact · {version(profile)}")


def arrivals(profile: Profile) -> None:
    """New customers month by month."""
    months = profile.customers.select(pl.col("created_at").dt.truncate("1mo").alias("Month"))
    counts = months.drop_nulls().group_by("Month").len("Customers").sort("Month")
    with st.container(border=True):
        st.markdown("**New customers** by month of creation")
        figure = px.bar(counts, x="Month", y="Customers", height=260)
        figure.update_layout(
            margin={"l": 0, "r": 0, "t": 8, "b": 0}, xaxis_title=None, yaxis_title=None
        )
        st.plotly_chart(figure, key="arrivals")


def sizes() -> None:
    """The largest segments."""
    with st.container(border=True):
        st.markdown("**Segments** by size")
        saved = library.saved(workbench())
        if not saved:
            st.caption("No segments yet.")
            st.page_link("pages/segments.py", label="Build the first", icon=":material/filter_alt:")
        rows = [row for segment in saved if (row := sized(segment))]
        for segment, members in sorted(rows, key=lambda row: -row[1].count)[:LATEST]:
            st.progress(
                members.share,
                text=f"{plain(segment.name)} · {members.count:,} · {members.share:.1%}",
            )


def sized(segment: Segment) -> tuple[Segment, Answer] | None:
    """A segment with its members; an error in their place where they cannot be counted."""
    with faults_shown():
        return segment, library.members(workbench(), segment)
    return None


def latest() -> None:
    """What came in last."""
    with st.container(border=True):
        st.markdown("**Latest imports**")
        for run in history.receipts(workbench())[:LATEST]:
            st.page_link(
                "pages/imports.py",
                label=f"{plain(run.file_name)} · {run.created:,} created, {run.updated:,} updated",
                query_params={"import": run.id},
            )
            st.caption(instant(run.at))


header("Overview", "What the base is, and what came in last.")
base = workbench().profile()
if base.total == 0:
    start()
else:
    if samples.is_loaded(workbench()):
        sample_notice()
    numbers(base)
    wide, narrow = st.columns([3, 2])
    with wide:
        arrivals(base)
    with narrow:
        sizes()
        latest()

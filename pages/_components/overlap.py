"""How segments lie to each other: exact regions of up to eight, containment, near-duplicates."""

import plotly.express as px
import polars as pl
import streamlit as st

from engine import library
from engine.errors import WorkbenchError
from engine.memberships.bitmaps import mask_of
from engine.memberships.overlap import MOST, Region, contained, near_duplicates, regions
from engine.segments import Answer
from engine.store.segments import Segment
from pages._components.charts import HEIGHT, chart_card
from pages._components.session import fault, workbench
from pages._components.text import plain

SHOWN = 20  # regions in the picture


def overlap(saved: list[Segment]) -> None:
    """Chosen segments against each other; a region becomes a static segment."""
    names = {segment.id: segment.name for segment in saved}
    chosen = st.multiselect(
        f"Segments to compare, up to {MOST}",
        list(names),
        format_func=names.__getitem__,
        max_selections=MOST,
        key="compared",
    )
    if len(chosen) > 1:
        bench = workbench()
        members = bench.memberships.members(bench.profile(), bench.clock(), chosen)
        found = regions(members)
        _picture(found, names)
        _save(found, names)
        for inner, outer in contained(members):
            st.caption(f"{plain(names[inner])} lies wholly in {plain(names[outer])}.")
        for twins in near_duplicates(members):
            st.caption(
                f"{plain(names[twins.first])} and {plain(names[twins.second])} share "
                f"{twins.likeness:.1%} of their members: near-duplicates."
            )


def _label(region: Region, names: dict[str, str]) -> str:
    return " ∩ ".join(names[key] for key in sorted(region.segment_ids, key=names.__getitem__))


def _picture(found: list[Region], names: dict[str, str]) -> None:
    rows = [{"In": _label(each, names), "Customers": len(each.members)} for each in found]
    frame = pl.DataFrame(rows, schema={"In": pl.String, "Customers": pl.Int64})
    figure = px.bar(
        frame.head(SHOWN), x="Customers", y="In", orientation="h", text="Customers", height=HEIGHT
    )
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        xaxis_title=None,
        yaxis_title=None,
        yaxis_autorange="reversed",
    )
    chart_card("Overlap", "customers in exactly these segments", frame, figure, "overlap")


def _save(found: list[Region], names: dict[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        region = st.selectbox(
            "Region", found, format_func=lambda each: _label(each, names), key="region"
        )
        name = st.text_input("Save it as", key="region-name", placeholder="Name of the segment")
        begun = st.button("Save", key="region-save", disabled=not (name and region))
    if begun and region and name:
        bench = workbench()
        profile = bench.profile()
        mask = mask_of(region.members, profile.customers["row"])
        try:
            made = library.fix(bench, name, Answer(profile, bench.clock(), mask))
        except WorkbenchError as error:
            fault(error)
        else:
            st.toast(f"Saved {plain(made.name)}", icon=":material/check:")

"""How segments lie to each other: exact regions of up to eight, containment, near-duplicates."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import polars as pl
import streamlit as st
from pyroaring import BitMap

from engine.errors import WorkbenchError
from engine.filters.describe import describe_condition
from engine.filters.expression import only_in
from engine.rights import BUILD
from engine.segments import library
from engine.segments.library import Segment
from engine.segments.overlap import (
    LIKE,
    MOST,
    Region,
    Twins,
    contained,
    definition,
    near_duplicates,
    nearest,
    regions,
)
from engine.text.counts import noun
from engine.text.display import SENTENCE, visible
from pages._components.charts.chart import chart_card
from pages._components.charts.upset import upset
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, fault, money, workbench
from pages._components.shell.text import plain

SHOWN = 20  # regions in the picture
BEGUN = 3  # segments beside the one that it is about
PICTURE = "overlap"  # its key, under which the clicked column stands


def overlap(saved: list[Segment], about: Segment | None = None) -> None:
    """
    Chosen segments against each other; a region that is clicked can be saved as a segment.

    Args:
        about: begins with this one and those that are most like it.
    """
    segments = {segment.id: segment for segment in saved}
    if len(segments) < 2:
        st.caption("Save another segment to compare this one with.")
        return
    bench = workbench()
    everybody = partial(bench.memberships.members, bench.profile(), bench.clock())
    chosen = st.multiselect(
        f"Segments to compare, up to {MOST}",
        list(segments),
        [about.id, *nearest(everybody(segments), about.id, BEGUN)] if about else None,
        format_func=lambda key: visible(segments[key].name),
        max_selections=MOST,
        wrap=False,
        key=f"compared-{about.id}" if about else "compared",
        placeholder="Choose segments",
    )
    if len(chosen) < 2:
        st.caption("Choose two or more to see who is in which of them.")
    compared = chosen if len(chosen) > 1 else list(segments)
    members = everybody(compared)
    if compared == chosen:
        found = regions(members)
        _picture(found, {segments[key].name: len(members[key]) for key in chosen}, segments)
        _save(found, segments, chosen)
        for inner, outer in contained(members):
            st.caption(
                f"{plain(segments[inner].name)} lies wholly in {plain(segments[outer].name)}."
            )
    _alike(members, segments, every=compared != chosen)


def _names(region: Region, segments: Mapping[str, Segment]) -> list[str]:
    return sorted(segments[key].name for key in region.segment_ids)


def _picture(
    found: list[Region], sizes: Mapping[str, int], segments: Mapping[str, Segment]
) -> None:
    named = [(_names(region, segments), len(region.members)) for region in found]
    rows = [{"In exactly": " ∩ ".join(names), "Customers": count} for names, count in named]
    frame = pl.DataFrame(rows, schema={"In exactly": pl.String, "Customers": pl.Int64})
    figure = upset([(frozenset(names), count) for names, count in named[:SHOWN]], sizes)
    title = "Overlap" if len(found) <= SHOWN else f"Overlap, the largest {SHOWN} of {len(found)}"
    chart_card(title, "customers in exactly these segments", frame, figure, PICTURE, select=True)


@takes(BUILD, silent=True)
def _save(found: list[Region], segments: Mapping[str, Segment], compared: list[str]) -> None:
    """The region that was clicked, to be saved; a hint before the first click."""
    picked = st.session_state.get(PICTURE, {}).get("selection", {}).get("points", [])
    places = [point["x"] for point in picked if isinstance(point.get("x"), int)]
    if not places or places[0] >= len(found):
        st.caption("Click a column to save its customers as a segment.")
        return
    region = found[places[0]]
    names = " ∩ ".join(_names(region, segments))
    many = len(region.members)
    st.markdown(f"**{many:,}** {noun(many, 'customers')} in exactly {plain(names)}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Save it as", key="region-name", placeholder="Name of the segment")
        st.segmented_control(
            "Type",
            ["auto-update", "passive", "static"],
            default="auto-update",
            required=True,
            key="region-type",
            help="Auto-update follows the compared segments; static keeps who is there now",
        )
        raw = definition(region, compared)
        st.button("Save", key="region-save", on_click=_create, args=(raw,))
    if problem := st.session_state.pop("region-problem", None):
        fault(problem)


def _create(raw: dict[str, Any]) -> None:
    """Before the page is drawn again, so that its choice has the new segment."""
    name, kind = (st.session_state[f"region-{part}"] for part in ("name", "type"))
    try:
        made = library.create(acting(), name, raw, kind)
    except WorkbenchError as error:
        st.session_state["region-problem"] = error
    else:
        st.toast(f"Saved {plain(made.name)}", icon=":material/check:")


def _alike(members: Mapping[str, BitMap], segments: Mapping[str, Segment], *, every: bool) -> None:
    """The near-duplicates; that there are none is told only of all segments."""
    found = near_duplicates(members)
    if every and not found:
        st.caption(f"No two of {len(members):,} share {LIKE:.0%} or more of their members.")
    for twins in found:
        first, second = segments[twins.first], segments[twins.second]
        st.markdown(
            f":material/content_copy: {plain(first.name)} and {plain(second.name)} share "
            f"**{twins.likeness:.1%}** of their members: near-duplicates."
        )
        for line in _differences(twins, segments):
            st.caption(line)


def _differences(twins: Twins, segments: Mapping[str, Segment]) -> list[str]:
    """The conditions that only one of the two has, in words."""
    pair = [segments[twins.first], segments[twins.second]]
    fixed = [each for each in pair if each.filter is None]
    if fixed:
        return [f"{plain(each.name)} is a fixed list." for each in fixed]
    bench = workbench()
    catalogue = bench.profile().catalogue
    one, other = (library.accepted(bench, each.filter) for each in pair)
    lines = [
        plain(
            f"Only {segment.name}: {describe_condition(leaf, catalogue, money)}",
            SENTENCE,
        )
        for segment, leaves in zip(pair, (only_in(one, other), only_in(other, one)), strict=True)
        for leaf in leaves
    ]
    return lines or ["Both have the same conditions; they are joined differently, or not at all."]

"""A chart in a card: drawn, read as a table, and taken away as a picture or as CSV."""

from collections.abc import Iterable, Mapping

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from engine.text.display import visible_frame
from engine.text.formulas import csv_text
from pages._components.shell.marks import DRAWN
from pages._components.shell.text import drawn

HEIGHT = 280  # pixels
FEW = 5  # people or records: an axis of so few would have halves of them
# Figures are made of their parts: Plotly Express takes 50 to 100 ms for what these take 3 to 5.
CARD = {
    "height": HEIGHT,
    "margin": {"l": 0, "r": 0, "t": 8, "b": 0},
    "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},  # it hides what is below it
}
PICTURE = {"displaylogo": False, "typesetMath": False, "modeBarButtons": [["toImage"]]}


def bars(frame: pl.DataFrame, colors: Mapping[str, str] | None = None) -> go.Figure:
    """Bars over the first column of the last one, stacked by the one between if there is any."""
    first, *between, last = frame.columns
    parts = frame.partition_by(between, as_dict=True) if between else {("",): frame}
    ranks = list(colors or {})
    names = sorted(parts, key=lambda name: ranks.index(name[0]) if name[0] in ranks else len(ranks))
    heights = frame.group_by(first).agg(pl.col(last).sum())[last]
    return go.Figure(
        [
            go.Bar(
                x=parts[name][first].to_list(),
                y=parts[name][last].to_list(),
                name=name[0],
                marker_color=(colors or {}).get(name[0], DRAWN),
                hovertemplate=hover(name[0], f"{first}: %{{x}}", f"{last}: %{{y:,}}"),
            )
            for name in names
        ],
        {
            **CARD,
            "barmode": "relative",
            "bargap": 0.25,
            "xaxis": {"title": {"text": first}},
            "yaxis": {"title": {"text": last}, "tickformat": ",d", "dtick": whole([0, *heights])},
        },
    )


def steps(frame: pl.DataFrame) -> go.Figure:
    """A count, the second column, that stays until the next value of the first one."""
    first, last = frame.columns[:2]
    named = drawn(first)
    line = go.Scatter(
        x=frame[first].to_list(),
        y=frame[last].to_list(),
        mode="lines",
        line={"shape": "hv", "color": DRAWN},
        showlegend=False,
        hovertemplate=hover(f"{named}: %{{x}}", f"{last}: %{{y:,}}"),
    )
    axes = {
        "xaxis": {"title": {"text": named}},
        "yaxis": {
            "title": {"text": last},
            "tickformat": ",d",
            "rangemode": "tozero",
            "dtick": whole([0, *frame[last]]),
        },
    }
    return go.Figure([line], {**CARD, **axes})


def whole(drawn: Iterable[float | None]) -> int | None:
    """The step of an axis of so few whole numbers that it would have halves; None: any other."""
    values = [value for value in drawn if value is not None]
    few = max(values) - min(values) <= FEW and all(value == int(value) for value in values)
    return 1 if few else None


def hover(*lines: str) -> str:
    """What stands beside a point under the mouse; empty lines are left out."""
    return "<br>".join(filter(None, lines)) + "<extra></extra>"


def chart_card(
    title: str,
    unit: str,
    frame: pl.DataFrame,
    figure: go.Figure,
    key: str,
    *,
    select: bool = False,
) -> None:
    """
    Shows a chart, or its numbers as a table.

    Args:
        title: what it shows, with the unit behind it.
        frame: the numbers drawn.
        key: of the chart; with `select` its clicked points stand there in the session state.
    """
    with st.container(border=True, key=f"figure-{key}"):  # the name that pictures.js looks for
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{title}** · {unit}")
            st.space("stretch")
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                as_table = _tools(frame, key)
        if as_table:
            st.dataframe(
                visible_frame(frame), hide_index=True, lazy=False, height=HEIGHT, key=f"{key}-rows"
            )
        else:
            st.plotly_chart(
                figure,
                key=key,
                config={**PICTURE, "toImageButtonOptions": {"format": "png", "filename": key}},
                on_select="rerun" if select else "ignore",
                selection_mode="points",
            )


def _tools(frame: pl.DataFrame, key: str) -> bool:
    """What can be done with a chart; gives whether its numbers are shown instead."""
    as_table = st.toggle("Table", key=f"{key}-table")
    st.download_button(
        "CSV",
        lambda: csv_text(frame),
        f"{key}.csv",
        "text/csv",
        icon=":material/download:",
        type="tertiary",
        key=f"{key}-csv",
    )
    if not as_table:
        _pictures(key)
    return as_table


def _pictures(key: str) -> None:
    """Buttons that save the chart as it is drawn; data/assets/pictures.js answers their clicks."""
    for form in ("PNG", "SVG"):
        st.button(
            form,
            key=f"picture-{form.lower()}-{key}",
            icon=":material/image:",
            type="tertiary",
            help=f"Save the chart as {form}",
        )

"""The UpSet plot: how many are in exactly which of some sets, beside how many are in each."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pages._components.shell.marks import DRAWN, FAINT, NOTHING
from pages._components.shell.text import drawn

HEIGHT, ROW = 240, 34  # pixels: of the columns, and of each set
TITLE = 28  # pixels of the title below an axis
LETTER, LONGEST = 7, 30  # pixels of a name's letter; letters of a name in the margin


def upset(regions: Sequence[tuple[frozenset[str], int]], sizes: Mapping[str, int]) -> go.Figure:
    """
    Draws regions as columns over a matrix of sets; a click selects a region by its place.

    Args:
        regions: the sets that a region lies in, and how many are there, in the order drawn.
        sizes: how many are in each set, by its name, from the top down.

    Sets are drawn by their places: a name on the axis could be read as a number or a date.
    """
    figure = make_subplots(
        rows=2,
        cols=2,
        column_widths=[0.22, 0.78],
        row_heights=[HEIGHT, ROW * len(sizes)],
        shared_xaxes="columns",
        shared_yaxes="rows",
        horizontal_spacing=0.02,
        vertical_spacing=0.03,
        specs=[[None, {}], [{}, {}]],
    )
    figure.add_trace(_columns(regions), 1, 2)
    figure.add_trace(_bars(sizes), 2, 1)
    for place, (inside, _) in enumerate(regions):
        figure.add_trace(_line(place, inside, list(sizes)), 2, 2)
    figure.add_trace(_dots(regions, list(sizes)), 2, 2)
    return _laid_out(figure, sizes)


def _columns(regions: Sequence[tuple[frozenset[str], int]]) -> go.Bar:
    counts = [count for _, count in regions]
    return go.Bar(
        x=list(range(len(regions))),
        y=counts,
        text=[f"{count:,}" for count in counts],
        textposition="outside",
        cliponaxis=False,
        marker_color=DRAWN,
        hovertext=[" and ".join(map(drawn, sorted(inside))) for inside, _ in regions],
        hovertemplate="%{y:,} in exactly<br>%{hovertext}<extra></extra>",
    )


def _bars(sizes: Mapping[str, int]) -> go.Bar:
    return go.Bar(
        x=list(sizes.values()),
        y=list(range(len(sizes))),
        orientation="h",
        text=[f"{count:,}" for count in sizes.values()],
        marker_color=NOTHING,
        hovertext=list(map(drawn, sizes)),
        hovertemplate="%{x:,} in %{hovertext}<extra></extra>",
    )


def _line(place: int, inside: frozenset[str], names: Sequence[str]) -> go.Scatter:
    ends = [place for place, name in enumerate(names) if name in inside]
    return go.Scatter(
        x=[place, place],
        y=[ends[0], ends[-1]],
        mode="lines",
        line={"color": DRAWN, "width": 2},
        hoverinfo="skip",
    )


def _dots(regions: Sequence[tuple[frozenset[str], int]], names: Sequence[str]) -> go.Scatter:
    dots = [(place, row, name in inside) for place, (inside, _) in enumerate(regions)
            for row, name in enumerate(names)]  # fmt: skip
    return go.Scatter(
        x=[place for place, _, _ in dots],
        y=[row for _, row, _ in dots],
        mode="markers",
        marker={"size": 12, "color": [DRAWN if there else FAINT for _, _, there in dots]},
        hovertext=[drawn(names[row]) for _, row, _ in dots],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _laid_out(figure: go.Figure, sizes: Mapping[str, int]) -> go.Figure:
    margin = LETTER * min(LONGEST, max(map(len, sizes)))
    bare = {"showgrid": False, "zeroline": False, "showticklabels": False}
    figure.update_xaxes(**bare)
    figure.update_yaxes(**bare, row=1)
    figure.update_yaxes(
        showgrid=False,
        showticklabels=True,
        tickvals=list(range(len(sizes))),
        ticktext=[drawn(name if len(name) <= LONGEST else f"{name[:LONGEST]}…") for name in sizes],
        autorange="reversed",
        row=2,
        col=1,
    )
    figure.update_xaxes(autorange="reversed", title="Customers in each", row=2, col=1)
    figure.update_yaxes(title="Customers in exactly these", row=1, col=2)
    return figure.update_layout(
        height=HEIGHT + ROW * len(sizes) + TITLE + 16,
        margin={"l": margin, "r": 0, "t": 24, "b": TITLE},
        showlegend=False,
        bargap=0.3,
        clickmode="event+select",
        dragmode=False,
    )

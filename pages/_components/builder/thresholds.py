"""The size of a segment against one of its thresholds, as a chart."""

from collections.abc import Collection

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from engine.base.profiles import Profile
from engine.evaluation.thresholds import curve, movable
from engine.filters.describe import describe_condition
from engine.filters.expression import Group
from engine.filters.meaning import Leaf
from engine.text.display import visible
from pages._components.charts.chart import chart_card, steps, whole
from pages._components.shell.marks import CHANGED
from pages._components.shell.option_labels import relabelled
from pages._components.shell.session import money, workbench
from pages._components.shell.text import plain

CHOSEN = "threshold-of"  # the key of the test


def threshold_card(profile: Profile, group: Group, paths: Collection[str] | None = None) -> None:
    """
    Shows how many customers the filter would have at other thresholds of one of its tests.

    Args:
        paths: of the tests to choose from, as `thresholds.movable` names them; all by default.
            Nothing is shown where no test has a threshold.
    """
    clock = workbench().clock()
    tests = movable(group, profile.catalogue, clock.zone)
    offered = [path for path in tests if paths is None or path in paths]
    if not offered:
        return
    relabelled(CHOSEN)
    chosen = st.selectbox(
        "Size against the threshold of",
        offered,
        format_func=lambda path: visible(
            describe_condition(tests[path].condition, profile.catalogue, money)
        ),
        key=CHOSEN,
    )
    frame = _headed(curve(profile.masks, group, chosen, clock), tests[chosen])
    unit = f"by {plain(frame.columns[0])}"
    chart_card("Customers", unit, frame, _steps(frame), "thresholds")


def _headed(sizes: pl.DataFrame, leaf: Leaf) -> pl.DataFrame:
    """The thresholds headed by what they are; money in the currency, not in cents."""
    field = leaf.field
    unit = leaf.operator.operand.widget or field.unit
    if unit == "cents":
        heading = f"{field.label}, {workbench().project.currency}"
        return sizes.with_columns(pl.col("threshold") / 100).rename({"threshold": heading})
    # A metadata key may be called as our own columns are, its path may not.
    name = field.path if field.label in sizes.columns else field.label
    return sizes.rename({"threshold": HEADINGS.get(unit or "", name)})


def _steps(frame: pl.DataFrame) -> go.Figure:
    """Sizes as steps, and the current threshold with its exact number."""
    threshold, size = frame.columns[:2]
    now = frame.row(by_predicate=pl.col("current"), named=True)
    figure = steps(frame)
    figure.add_scatter(
        x=[now[threshold]],
        y=[now[size]],
        mode="markers+text",
        marker={"color": CHANGED, "size": 10},
        text=[f"{now[size]:,} now"],
        textposition="top right",
        cliponaxis=False,
        showlegend=False,
    )
    return figure.update_layout(
        margin_t=16,
        xaxis_separatethousands=True,
        xaxis_dtick=whole(frame[threshold]) if frame[threshold].dtype.is_numeric() else None,
        yaxis_title="Customers",
    )


HEADINGS = {"days": "days", "number": "number of values"}  # by the widget of the operand

"""What sets a segment apart from the base, the largest difference first."""

from typing import Any

import polars as pl
import streamlit as st

from engine.base.answers import Answer
from engine.insights.contrasts import Contrast, contrasts
from engine.text.display import visible_frame
from pages._components.shell.masks import mask
from pages._components.shell.session import version
from pages._components.shell.values import value_text

# Pixels: all are in sight in a window of 1024.
COLUMNS = {
    "What": st.column_config.TextColumn(width=300),
    "Effect": st.column_config.NumberColumn(format="%.2f", width=80),
}


def contrast_card(found: Answer) -> None:
    """Each field on a line, beside the same of the base; looked at once somebody opens it."""
    asked = st.expander(
        "What makes them different", icon=":material/contrast:", key="contrasts", on_change="rerun"
    )
    if not asked.open:
        return
    with asked:
        with st.spinner("Comparing every field with the base…"):
            told = contrasts(found, mask().hides)
        if not told:
            st.caption("Nothing sets them apart: every field is much as in the base.")
            return
        lines = pl.DataFrame([_line(each) for each in told])
        st.dataframe(
            visible_frame(lines),
            hide_index=True,
            lazy=False,
            height="content",
            column_config=COLUMNS,
        )
        st.caption(
            f"{found.count:,} customers against all {found.profile.size:,}, the largest difference "
            "first: shares of them, of a number its average. An effect of 0.2 is small, 0.5 "
            "medium, 0.8 large. "
            f"Exact · {version(found.profile)}"
        )


def _line(each: Contrast) -> dict[str, Any]:
    return {
        "What": _what(each),
        "In the segment": _figure(each, each.inside),
        "In the base": _figure(each, each.base),
        "Effect": each.effect,
    }


def _what(each: Contrast) -> str:
    label = f"{each.field.label[:1].upper()}{each.field.label[1:]}"
    if each.value is None:
        return label  # its two figures are averages, as the line below the table says
    verb = "has" if each.field.many else "is"
    return f"{label} {verb} {value_text(each.field, each.value)}"


def _figure(each: Contrast, figure: float) -> str:
    """A share in per cent, an average in the unit of the field."""
    if each.value is not None:
        return f"{figure:.1%}"
    return value_text(each.field, round(figure, 0 if each.field.unit == "cents" else 2))

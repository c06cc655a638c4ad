"""Rows of a few inputs each: one more than are filled, so that there is always an empty one."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

Draw = Callable[[str, str, bool], Any]  # label, key of the widget, whether the label is shown
MOST = 50


def text(label: str, key: str, shown: bool) -> str | None:  # noqa: FBT001
    """A text; None where there is none."""
    typed = st.text_input(label, key=key, label_visibility="visible" if shown else "collapsed")
    return typed.strip() or None


def number(label: str, key: str, shown: bool) -> float | None:  # noqa: FBT001
    """A number; None where there is none."""
    return _number(label, key, shown, 1.0, "%g")


def amount(label: str, key: str, shown: bool) -> int | None:  # noqa: FBT001
    """An amount of currency, in cents; None where there is none."""
    typed = _number(label, key, shown, 0.01, "%.2f")
    return None if typed is None else round(typed * 100)


def input_rows(key: str, columns: Mapping[str, Draw]) -> list[dict[str, Any]]:
    """The filled rows, by the labels of the columns; headings stand above the first alone."""
    found: list[dict[str, Any]] = []
    for place in range(MOST):
        with st.container(key=f"{key}-row-{place}"):
            inputs = st.columns(len(columns), gap="small", wrap=False)
        row = {}
        for column, (label, draw) in zip(inputs, columns.items(), strict=True):
            with column:
                row[label] = draw(label, f"{key}-{label}-{place}", place == 0)
        if all(value is None for value in row.values()):
            break
        found.append(row)
    return found


def _number(label: str, key: str, shown: bool, step: float, form: str) -> float | None:  # noqa: FBT001
    typed: float | None = st.number_input(
        label,
        value=None,
        step=step,
        format=form,
        key=key,
        label_visibility="visible" if shown else "collapsed",
    )
    return typed

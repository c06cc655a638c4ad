"""Tables of customers: typed columns with the labels of their fields."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from engine.base.profiles import Profile
from engine.filters.fields import Field
from engine.text.display import visible, visible_column
from pages._components.shell.masks import seen
from pages._components.shell.session import date_format, workbench

SHOWN = ("name", "email", "address.city", "address.country", "created_at", "source_id")


def customer_frame(
    profile: Profile, positions: pl.Series, paths: Sequence[str] = SHOWN
) -> pl.DataFrame:
    """One row per position, one column per field that somebody has, headed by its path."""
    shown = seen(profile)
    columns = [shown.values(profile.catalogue.field(path), positions) for path in paths]
    return pl.DataFrame([visible_column(column) for column in columns if column is not None])


def customer_table(
    profile: Profile, positions: pl.Series, paths: Sequence[str] = SHOWN, **options: Any
) -> Any:
    """Shows customers; `options` are those of `st.dataframe`."""
    frame = customer_frame(profile, positions, paths)
    return st.dataframe(
        frame,
        column_config={path: column(profile.catalogue.field(path)) for path in frame.columns},
        hide_index=True,
        lazy=False,
        placeholder="",
        **options,
    )


def column(field: Field) -> Any:
    """How a field looks as a column of a table."""
    if field.many:
        return st.column_config.ListColumn(visible(field.label))
    return COLUMNS.get(field.kind.key, st.column_config.TextColumn)(visible(field.label))


def instant_column(label: str | None = None) -> Any:
    """Instants as the project writes them, in its zone: a table would show UTC."""
    return st.column_config.DatetimeColumn(
        label,
        format=f"{date_format().widget} HH:mm",
        timezone=workbench().project.time_zone,
    )


COLUMNS: Mapping[str, Callable[[str], Any]] = {
    "number": lambda label: st.column_config.NumberColumn(label, format="localized"),
    "boolean": st.column_config.CheckboxColumn,
    "date": lambda label: st.column_config.DateColumn(label, format=date_format().widget),
    "instant": instant_column,
}

"""What else a condition says: missing values, case, and which records of an activity count."""

from datetime import date

import streamlit as st

from engine.base.profiles import Profile
from engine.filters.drafts.draft import Row
from engine.filters.expression import Window
from engine.filters.fields import Field
from engine.filters.kinds import STRING
from engine.filters.operators.row import Operator
from pages._components.builder.draft_session import edit_row, key
from pages._components.builder.record_conditions import record_conditions
from pages._components.shell.session import date_format, workbench

SPANS = {"ever": "All time", "last": "Last days", "between": "Between"}
OPEN = "options-open"  # ids of the rows whose options are shown


def toggle(row: Row) -> None:
    """Shows the options of a row, or hides them."""
    shown = st.session_state.setdefault(OPEN, set())
    shown.symmetric_difference_update({row.id})


def options(row: Row, field: Field, operator: Operator, profile: Profile) -> None:
    """The line below a row; only where it was asked for, or where the row says any of it."""
    said = row.missing != "match" or row.ignore_case or row.window or row.where
    if not said and row.id not in st.session_state.get(OPEN, set()):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if operator.negates:
            _missing(row)
        if field.kind is STRING:
            _case(row)
        if field.activity:
            _window(row)
        if not (operator.negates or field.kind is STRING or field.activity):
            st.caption("This condition has no options.")
    if field.activity:
        record_conditions(row, field, profile)


def _missing(row: Row) -> None:
    name = key(row.id, "missing")
    st.toggle(
        "Only who has a value",
        row.missing == "skip",
        key=name,
        help="Off: a missing value is not the value asked for, so it matches",
        on_change=lambda: edit_row(row.id, missing="skip" if st.session_state[name] else "match"),
    )


def _case(row: Row) -> None:
    name = key(row.id, "case")
    st.toggle(
        "Ignore case",
        row.ignore_case,
        key=name,
        on_change=lambda: edit_row(row.id, ignore_case=st.session_state[name]),
    )


def _window(row: Row) -> None:
    name, now = key(row.id, "window"), row.window
    span = "ever" if now is None else "last" if now.last_days is not None else "between"
    today = workbench().clock().today.isoformat()
    begun = {"ever": None, "last": Window(last_days=30), "between": Window(start=today)}
    st.selectbox(
        "Records of",
        list(SPANS),
        index=list(SPANS).index(span),
        format_func=SPANS.__getitem__,
        key=name,
        width=130,
        label_visibility="collapsed",
        on_change=lambda: edit_row(row.id, window=begun[st.session_state[name]]),
    )
    if now is not None and now.last_days is not None:
        _days(row, now.last_days)
    elif now is not None:
        for label, part in (("From", "start"), ("Until, not included", "end")):
            _day(row, now, label, part)


def _days(row: Row, days: int) -> None:
    name = key(row.id, "last-days")
    st.number_input(
        "Days",
        value=days,
        key=name,
        width=120,
        label_visibility="collapsed",
        on_change=lambda: edit_row(row.id, window=Window(last_days=st.session_state[name])),
    )


def _day(row: Row, window: Window, label: str, part: str) -> None:
    name, given = key(row.id, f"window-{part}"), vars(window)[part]

    def take() -> None:
        day: date | None = st.session_state[name]
        parts = {**vars(window), part: day.isoformat() if day else None}
        edit_row(row.id, window=Window(**parts) if any(parts.values()) else None)

    st.date_input(
        label,
        date.fromisoformat(given[:10]) if given else None,
        format=date_format().widget,
        key=name,
        width=140,
        help=label,
        label_visibility="collapsed",
        on_change=take,
    )

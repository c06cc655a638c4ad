"""What is set for the workspace as a whole: how times and money are read and shown, and a cap."""

from collections.abc import Callable
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from engine.errors import WorkbenchError
from engine.rights import ADMIN
from engine.text.currencies import CURRENCIES
from engine.text.formats import DATES, MONEY
from engine.workspace.settings import ACTIVITY, label
from pages._components.shell.form_faults import FormFaults, keep_fault
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, workbench

FORM = "settings"
ACROSS = 3  # inputs beside each other


def _currency(key: str, called: str) -> None:
    """Those in use, and the one that is set, which a workspace may have had before."""
    st.selectbox(called, sorted({*CURRENCIES, st.session_state[key]}), key=key)


# What the form sets, in its order: each draws the input of a key, under a label.
INPUTS: tuple[tuple[str, Callable[[str, str], object]], ...] = (
    (
        "time_zone",
        lambda key, called: st.selectbox(
            called,
            sorted(available_timezones()),
            key=key,
            help="Of today, weeks and months in filters, and of every date and time shown",
        ),
    ),
    ("currency", _currency),
    (
        "static_cap",
        lambda key, called: st.number_input(called, step=1_000, key=key),
    ),
    (
        "date_format",
        lambda key, called: st.selectbox(
            called, list(DATES), key=key, help="2 November 2026, on every page"
        ),
    ),
    ("money_format", lambda key, called: st.selectbox(called, list(MONEY), key=key)),
    (
        "tour",
        lambda key, called: st.checkbox(called, key=key, help="The first steps, on the overview"),
    ),
    (
        "erased_activity",
        lambda key, called: st.selectbox(
            called,
            list(ACTIVITY),
            key=key,
            help="Kept without a name, so that totals stay true, or removed too",
        ),
    ),
    (
        "personal_metadata",
        lambda key, called: st.text_input(
            called,
            key=key,
            placeholder="nickname, passport",
            help="Their values are looked for everywhere when a customer is erased",
        ),
    ),
    (
        "unsubscribed_field",
        lambda key, called: st.text_input(
            called,
            key=key,
            help="Whoever has a yes there leaves in no export of people",
        ),
    ),
)


@takes(ADMIN)
def project_form() -> None:
    """
    The settings as inputs, and what is wrong with what was sent.

    An input has its value under a key and no default: one whose default is what is set would be
    another input after each save, and what is typed into the one before it would be lost.
    """
    for name, _ in INPUTS:
        st.session_state.setdefault(_key(name), getattr(workbench().project, name))
    faults = FormFaults(FORM)
    with st.form(FORM):
        st.markdown("**Project**")
        for first in range(0, len(INPUTS), ACROSS):
            row = INPUTS[first : first + ACROSS]
            for column, (name, draw) in zip(
                st.columns(ACROSS, vertical_alignment="bottom"), row, strict=True
            ):
                with column:
                    draw(_key(name), label(name))
                    faults.at(name)
        faults.rest()
        st.form_submit_button("Save", type="primary", on_click=_save)


def _save() -> None:
    """Sets what was typed; says so where anything is another now."""
    before = workbench().project
    try:
        after = acting().configure(**{name: _typed(name) for name, _ in INPUTS})
    except WorkbenchError as error:
        keep_fault(FORM, error)
        return
    keep_fault(FORM, None)
    for name, _ in INPUTS:  # as it is kept
        st.session_state[_key(name)] = getattr(after, name)
    if after == before:
        st.toast("Nothing has changed", icon=":material/info:")
    else:
        st.toast("Saved the settings", icon=":material/check:")


def _typed(name: str) -> Any:
    value = st.session_state[_key(name)]
    return value.strip() if isinstance(value, str) else value


def _key(name: str) -> str:
    return f"{FORM}-{name}"

"""What is set for the workspace as a whole: how times and money are read and shown, and a cap."""

from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from engine.errors import WorkbenchError
from engine.rights import ADMIN
from engine.text.formats import DATES, MONEY
from engine.workspace.settings import ACTIVITY
from pages._components.shell.form_faults import FormFaults, keep_fault
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, workbench

FORM = "settings"
# What the form sets, in its order.
SET = (
    "time_zone",
    "currency",
    "static_cap",
    "date_format",
    "money_format",
    "tour",
    "erased_activity",
    "personal_metadata",
    "unsubscribed_field",
)


@takes(ADMIN)
def project_form() -> None:
    """
    The settings as inputs, and what is wrong with what was sent.

    An input has its value under a key and no default: one whose default is what is set would be
    another input after each save, and what is typed into the one before it would be lost.
    """
    for name in SET:
        st.session_state.setdefault(_key(name), getattr(workbench().project, name))
    with st.form(FORM):
        st.markdown("**Project**")
        _read()
        _shown()
        _people()
        FormFaults(FORM).rest()
        st.form_submit_button("Save", type="primary", on_click=_save)


def _read() -> None:
    left, middle, right = st.columns(3)
    left.selectbox(
        "Time zone",
        sorted(available_timezones()),
        key=_key("time_zone"),
        help="Of today, weeks and months in filters, and of every date and time shown",
    )
    middle.text_input(
        "Currency", max_chars=3, key=_key("currency"), help="Three letters, such as EUR"
    )
    right.number_input("Most customers in a static segment", step=1_000, key=_key("static_cap"))


def _shown() -> None:
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    left.selectbox(
        "Dates", list(DATES), key=_key("date_format"), help="2 November 2026, on every page"
    )
    middle.selectbox("Amounts", list(MONEY), key=_key("money_format"))
    right.checkbox("Show the tour", key=_key("tour"), help="The first steps, on the overview")


def _people() -> None:
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    left.selectbox(
        "When a customer is erased, orders are",
        list(ACTIVITY),
        key=_key("erased_activity"),
        help="Kept without a name, so that totals stay true, or removed too",
    )
    middle.text_input(
        "Personal metadata keys",
        key=_key("personal_metadata"),
        placeholder="nickname, passport",
        help="Their values are looked for everywhere when a customer is erased",
    )
    right.text_input(
        "Field of the unsubscribed",
        key=_key("unsubscribed_field"),
        help="Whoever has a yes there leaves in no export of people",
    )


def _save() -> None:
    """Sets what was typed; says so where anything is another now."""
    before = workbench().project
    try:
        after = acting().configure(**{name: _typed(name) for name in SET})
    except WorkbenchError as error:
        keep_fault(FORM, error)
        return
    keep_fault(FORM, None)
    for name in SET:  # as it is kept: a currency in capitals
        st.session_state[_key(name)] = getattr(after, name)
    if after == before:
        st.toast("Nothing has changed", icon=":material/info:")
    else:
        st.toast("Saved the settings", icon=":material/check:")


def _typed(name: str) -> Any:
    value = st.session_state[_key(name)]
    if isinstance(value, str):
        value = value.strip()
    return value.upper() if name == "currency" else value


def _key(name: str) -> str:
    return f"{FORM}-{name}"

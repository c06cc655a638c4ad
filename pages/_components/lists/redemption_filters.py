"""What the redemption log is filtered by; every filter stands in the address."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st

from engine.base.answers import find
from engine.base.records import Records
from engine.lists.selection import Selection
from engine.redemptions.log import OUTCOMES, RedemptionFilter, suggestions
from engine.segments import library
from engine.text.display import visible
from pages._components.lists.browsing import gone_segment
from pages._components.shell.session import date_format, workbench

ALWAYS, BETWEEN = "All time", "Between …"
SPANS = {"Last 7 days": 7, "Last 30 days": 30, "Last 90 days": 90, "Last 12 months": 365}
WIDTH = 168  # five in a row of a usual window, two of a phone's
STAYS: Any = {"bind": "query-params", "persist_state": "session"}


@dataclass(frozen=True)
class Pick:
    """A filter by the values of a text field."""

    key: str  # in the address
    path: str
    label: str
    options: tuple[str, ...] = ()  # none: the most frequent values


PICKS = (
    Pick("outcome", "outcome", "Outcome", OUTCOMES),
    Pick("failure", "failure_code", "Failure"),
    Pick("voucher", "voucher.code", "Voucher"),
    Pick("campaign", "campaign", "Campaign"),
)
# Their keys, and what they say of every redemption.
FILTERS: dict[str, Any] = {
    "time": ALWAYS,
    "from": None,
    "to": None,
    **{row.key: [] for row in PICKS},
    "members": None,
    "customer": "",
}


def redemption_filters(log: Records) -> Selection:
    """
    The filters, and the selection they come to.

    Raises:
        NotFoundError: nobody, or several, go by the customer's name.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="log-filters"):
        first, last = days()
        outcomes, failures, vouchers, campaigns = (picked(log, row) for row in PICKS)
        segment, customer = of_segment(), of_customer()
    asked = RedemptionFilter(first, last, outcomes, failures, vouchers, campaigns)
    customers = (the_id(log, customer),) if customer else ()
    return Selection(segment, asked.to_filter(), customers=customers)


def days() -> tuple[date | None, date | None]:
    """The first and the last day to look at; None is an open end."""
    spans = [ALWAYS, *SPANS, BETWEEN]
    span = st.selectbox("Time", spans, key="time", width=WIDTH, **STAYS)
    if span == BETWEEN:
        first, last = (
            st.date_input(
                name, None, format=date_format().widget, key=name.lower(), width=WIDTH, **STAYS
            )
            for name in ("From", "To")
        )
        return first, last
    if span in SPANS:  # today is the last of them
        return workbench().clock().today - timedelta(days=SPANS[span] - 1), None
    return None, None


def picked(log: Records, row: Pick) -> tuple[str, ...]:
    """The values of a field to look at; none is all."""
    options = row.options or tuple(suggestions(log, row.path))
    return tuple(
        st.multiselect(
            row.label,
            options,
            format_func=visible,
            placeholder="All",
            key=row.key,
            width=WIDTH,
            accept_new_options=not row.options,
            **STAYS,
        )
    )


def of_segment() -> str | None:
    """The id of the segment whose members to look at."""
    segments = {row.name: row.id for row in library.saved(workbench())}
    if st.session_state.get("members") not in {None, *segments}:
        gone_segment()
    chosen = st.selectbox(
        "Segment",
        list(segments),
        index=None,
        format_func=visible,
        placeholder="Everybody",
        key="members",
        width=WIDTH,
        **STAYS,
    )
    return segments[chosen] if chosen else None


def of_customer() -> str:
    """What the customer to look at goes by."""
    typed = st.text_input(
        "Customer",
        type="search",
        placeholder="Id, e-mail or phone",
        key="customer",
        width=WIDTH,
        **STAYS,
    )
    return (typed or "").strip()


def the_id(log: Records, name: str) -> str:
    """The id of a customer."""
    return str(log.profile.customers["id"][find(log.profile, name)])

"""Redemptions: the log in a grid with its totals and course, and one redemption with everything."""

from datetime import timedelta

import polars as pl
import streamlit as st

from engine.base.kinds.redemptions import ATTEMPTS
from engine.base.profiles import Profile
from engine.base.records import Records, records_of
from engine.errors import WorkbenchError
from engine.lists.listings import LISTINGS
from engine.lists.rows import browsed
from engine.lists.selection import Selection, selected
from engine.redemptions.log import Course, Totals, course, totals
from engine.rights import BUILD, EXPORT
from engine.text.counts import share
from pages._components.charts.chart import bars, chart_card
from pages._components.lists.browsing import (
    clear_button,
    column_chooser,
    kept_grid,
    view_chooser,
)
from pages._components.lists.redemption import one_redemption
from pages._components.lists.redemption_filters import FILTERS, redemption_filters
from pages._components.redemptions.record import record_redemption
from pages._components.shell.acts import notice
from pages._components.shell.figure import figure
from pages._components.shell.marks import OUTCOMES, UNKNOWN
from pages._components.shell.place import leads_to
from pages._components.shell.rights import deed, takes
from pages._components.shell.session import (
    back,
    empty_base,
    fault,
    faults_shown,
    header,
    list_area,
    money,
    version,
    workbench,
)

LISTING = LISTINGS["redemptions"]
MILLISECOND = timedelta(milliseconds=1)  # Plotly's measure of time
MEANING = {
    "Succeeded": "Succeeded, and not rolled back since",
    "Failed": "Refused, as the failure code says",
    "Rolled back": "Succeeded first, and was rolled back since",
}
SUMMED = "Of the attempts that succeeded and were not rolled back"
DAYS = {"day": 1, "week": 7, "month": 30}  # of a bar; else two bars a year apart fill the chart


def log_page(log: Records) -> None:
    """The whole log: filters, what they leave, and the rows."""
    try:
        wanted = redemption_filters(log)
    except WorkbenchError as error:
        fault(error)
        return
    summary = st.container()
    bar = st.container(horizontal=True, vertical_alignment="center", height="content")
    with bar:
        counted = st.container(horizontal=True, vertical_alignment="center", width="content")
        st.space("stretch")
        columns = column_chooser(LISTING, log)
        view_chooser(LISTING, columns, FILTERS)
        exported = st.container(width="content")
    state = kept_grid(LISTING, log, columns, wanted, open_redemption, picks=False, height=520)
    with summary, faults_shown():
        narrowed = browsed(log, wanted, state.filters)
        found = selected(workbench(), narrowed, LISTING.table)
        figures(totals(found))
        chart(course(found, workbench().zone))
        counted.markdown(f"**{found.count:,}** of {log.total:,} records, rollbacks included")
        counted.caption(version(log.profile))
        with exported:
            export_button(found.count, narrowed)


@takes(EXPORT, silent=True)
def export_button(count: int, wanted: Selection) -> None:
    """Takes what the log shows to the exports."""
    if st.button(f"Export all {count:,}", icon=":material/download:", disabled=not count):
        st.session_state["selection"], st.session_state["selection-of"] = wanted, LISTING.table
        # Without parameters of its own a switch refuses to drop those of this page's widgets.
        st.switch_page("pages/exports.py", query_params={"what": LISTING.table})


def figures(sums: Totals) -> None:
    """The totals of what the filters leave."""
    tried = sums.redemptions
    shares = {"Succeeded": sums.succeeded, "Failed": sums.failed, "Rolled back": sums.rolled_back}
    both = {"Order amount": sums.order_amount, "Gift amount": sums.gift_amount}
    amounts = {label: amount for label, amount in both.items() if amount is not None}
    # Two groups, of which each wraps as one: a last card alone would fill a row.
    with st.container(horizontal=True, key="totals"):
        with st.container(horizontal=True, width="content", key="totals-outcomes"):
            figure(ATTEMPTS, f"{tried:,}")
            for label, count in shares.items():
                part = share(count / tried) if tried else None
                figure(label, f"{count:,}", part, help=MEANING[label])
        with st.container(horizontal=True, width="content", key="totals-behind"):
            figure("Customers", f"{sums.customers:,}")
            for label, amount in amounts.items():
                figure(label, money(amount), help=SUMMED)


def chart(over: Course) -> None:
    """Redemptions over time, stacked by outcome."""
    if over.counts.is_empty():
        st.caption("No redemption fits these filters.")
        clear_button(LISTING, FILTERS)
        return
    counts = over.counts.select(
        pl.col("period").alias(over.period.capitalize()),
        Outcome=pl.col("outcome").cast(pl.String).fill_null(UNKNOWN),
        **{ATTEMPTS: "redemptions"},
    )
    figure = bars(counts, OUTCOMES)
    figure.update_traces(width=0.8 * DAYS[over.period] * timedelta(days=1) / MILLISECOND)
    chart_card(ATTEMPTS, f"by {over.period} and outcome", counts, figure, "course")


def open_redemption(redemption: str) -> None:
    """Goes to one redemption."""
    st.query_params.from_dict({"redemption": redemption})  # filters leave at once, in one step


def nothing_yet() -> None:
    """What to do while there are no redemptions."""
    with st.container(border=True):
        st.header("No redemptions yet", anchor=False)
        st.write("Import a file of redemptions: each row says who used which voucher, and when.")
        st.page_link("pages/imports.py", label="Import a CSV", icon=":material/upload_file:")


def all_redemptions(base: Profile, log: Records) -> None:
    """The log, and the way to record one more."""
    actions = header(
        "Redemptions", "Every attempt to redeem a voucher. Select one for the details."
    )
    with actions:
        deed(
            BUILD,
            "Record a redemption",
            type="primary",
            icon=":material/add:",
            **leads_to(do="record"),
        )
    notice()
    if log.total:
        log_page(log)
    elif base.total:
        nothing_yet()
    else:
        empty_base()


with faults_shown():
    base = workbench().profile()
    log = records_of(base, LISTING.table)
    if chosen := st.query_params.get("redemption"):
        back("All redemptions")
        one_redemption(log, chosen)
    elif st.query_params.get("do") == "record":
        back("All redemptions")
        record_redemption(base)
    else:
        with list_area():
            all_redemptions(base, log)

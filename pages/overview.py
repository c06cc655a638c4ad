"""Overview: what the base is, what came in, and the sample to start with."""

from heapq import nlargest
from operator import itemgetter

import streamlit as st

from engine.base.profiles import Profile
from engine.exports.run import log
from engine.imports.history import ImportRun, receipts
from engine.insights import trends
from engine.insights.trends import Measure
from engine.samples import sample_shop
from engine.segments import history, library
from pages._components.charts.chart import OUTCOMES, bars, chart_card
from pages._components.shell.session import acting, header, instant, version, workbench
from pages._components.shell.text import plain

LATEST = 5
NARROWEST = 11  # digits and commas in a card, so that the number is never cut


def start() -> None:
    """The two ways to begin."""
    with st.container(border=True):
        st.header("Begin here", anchor=False)
        st.write("Import a file of your customers, or look around with the sample shop first.")
        with st.container(horizontal=True):
            if st.button("Import a CSV", type="primary", icon=":material/upload_file:"):
                st.switch_page("pages/imports.py")
            st.button("Load the sample data", icon=":material/store:", on_click=load)


def load() -> None:
    """Imports the sample shop."""
    sample_shop.load(acting())


def sample_notice() -> None:
    """Says that these are no real customers, and clears them with one click."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":material/store: **This is a sample shop.** Look around, then start with your own."
        )
        st.space("stretch")
        st.button(
            "Clear it and start empty",
            icon=":material/delete_sweep:",
            on_click=sample_shop.clear,
            args=(acting(),),
        )


def numbers(profile: Profile) -> None:
    """The base in four numbers, each with its last 360 days and its last 30."""
    clock = workbench().clock()
    found = profile.once(f"figures {clock.now:%F}", lambda: trends.figures(profile, clock))
    totals = [amount(figure.measure, figure.total) for figure in found]
    widths = [max(len(total), NARROWEST) for total in totals]
    for place, figure, total in zip(st.columns(widths), found, totals, strict=True):
        movement = figure.recent - figure.before
        place.metric(
            plain(label(figure.measure)),
            total,
            f"{amount(figure.measure, figure.recent)} ({share(movement, figure.before)})",
            delta_color="normal" if movement else "off",
            delta_arrow="up" if movement > 0 else "down" if movement < 0 else "off",
            chart_data=list(figure.spans),
            chart_type="area",
            border=True,
            help="In the last 30 days, against the 30 days before",
        )
    end = trends.until(profile, clock)
    st.caption(f"Exact · {version(profile)} · movement in the 30 days up to {instant(end)}")


def label(measure: Measure) -> str:
    """What is counted; money with the project's currency."""
    currency = workbench().project.currency
    return f"{measure.label}, {currency}" if measure.unit == "cents" else measure.label


def amount(measure: Measure, value: int) -> str:
    """A number; money with two decimals."""
    return f"{value / 100:,.2f}" if measure.unit == "cents" else f"{value:,}"


def share(movement: int, before: int) -> str:
    """A change against what was before."""
    return f"{movement / before:+.0%}" if before else "none before"


def activity(profile: Profile) -> None:
    """Redemptions and new customers, month by month."""
    zone = workbench().zone
    redemptions = profile.once(
        f"redemptions by month, {zone.key}", lambda: trends.redemptions_by_month(profile, zone)
    )
    if not redemptions.is_empty():
        drawn = bars(redemptions, OUTCOMES)
        chart_card("Redemptions", "by month and outcome", redemptions, drawn, "redemptions")
    arrivals = profile.once(
        f"customers by month, {zone.key}", lambda: trends.customers_by_month(profile, zone)
    )
    chart_card("New customers", "by month of creation", arrivals, bars(arrivals), "new-customers")


def sizes(profile: Profile) -> None:
    """The largest segments."""
    bench = workbench()
    with st.container(border=True):
        st.markdown("**Segments** by size")
        names = {segment.id: segment.name for segment in library.saved(bench)}
        if not names:
            st.caption("No segments yet.")
            st.page_link("pages/segments.py", label="Build the first", icon=":material/filter_alt:")
        counts = bench.memberships.sizes(profile, bench.clock())
        for key, count in nlargest(LATEST, counts.items(), key=itemgetter(1)):
            part = count / profile.total
            st.progress(part, text=f"{plain(names[key])} · {count:,} · {part:.1%}")


def moved() -> None:
    """The latest entries and exits of segments."""
    names = {segment.id: segment.name for segment in library.saved(workbench())}
    strokes = history.latest(workbench(), LATEST)
    if not strokes:
        return
    with st.container(border=True):
        st.markdown("**Latest entries and exits**")
        for segment_id, stroke in strokes:
            st.page_link(
                "pages/segments.py",
                label=f"{plain(names.get(segment_id, segment_id))} · {stroke.entered:,} entered, "
                f"{stroke.left:,} left",
                query_params={"segment": segment_id},
            )
            st.caption(f"{instant(stroke.at)} · {stroke.cause}")


def latest() -> None:
    """What came in and went out last."""
    with st.container(border=True):
        st.markdown("**Latest imports and exports**")
        imported = [
            (run.at, "imports", "import", run.id, f"{run.file_name} · {brought(run)}")
            for run in receipts(workbench())
        ]
        exported = [
            (run.at, "exports", "export", run.id, f"{run.file_name} · {run.rows:,} rows out")
            for run in log(workbench())
        ]
        moves = sorted([*imported, *exported], key=itemgetter(0), reverse=True)
        for at, page, name, run_id, label in moves[:LATEST]:
            st.page_link(f"pages/{page}.py", label=plain(label), query_params={name: run_id})
            st.caption(instant(at))


def brought(run: ImportRun) -> str:
    """What an import did, in a few words."""
    counts = {"created": run.created, "updated": run.updated, "rejected": run.rejected}
    said = [f"{count:,} {what}" for what, count in counts.items() if count]
    return f"{run.kind}: {', '.join(said) or 'nothing changed'}"


header("Overview", "What the base is, and what came in last.")
base = workbench().profile()
if base.total == 0:
    start()
else:
    if sample_shop.is_loaded(workbench()):
        sample_notice()
    numbers(base)
    wide, narrow = st.columns([3, 2])
    with wide:
        activity(base)
    with narrow:
        sizes(base)
        moved()
        latest()

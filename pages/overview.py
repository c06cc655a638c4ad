"""Overview: what the base is, what came in, and the sample to start with."""

from collections.abc import Mapping
from heapq import nlargest
from operator import itemgetter

import plotly.graph_objects as go
import streamlit as st

from engine.base.kinds.redemptions import ATTEMPTS
from engine.base.profiles import Profile
from engine.exports.about import download_name
from engine.exports.run import log
from engine.imports.history import receipts
from engine.insights import trends
from engine.insights.trends import MONTHS
from engine.rights import ADMIN, IMPORT
from engine.samples import sample_shop
from engine.segments import history, library
from engine.segments.growth import Growth, growth
from engine.segments.history import Origin, Size
from engine.segments.library import Segment
from engine.text.counts import counted, share, signed
from engine.text.display import SENTENCE, visible
from pages._components.charts.chart import bars, chart_card
from pages._components.lists.receipts import brought
from pages._components.overview.figures import figures
from pages._components.overview.tour import tour
from pages._components.segments.story import because
from pages._components.shell.marks import OUTCOMES
from pages._components.shell.rights import deed, takes
from pages._components.shell.session import acting, header, instant, workbench
from pages._components.shell.text import plain

LATEST, SHOWN = 5, 6
SAMPLE = "The sample shop comes in: half a year of imports, segments and an export"


def start() -> None:
    """The two ways to begin."""
    with st.container(border=True):
        st.header("Begin here", anchor=False)
        st.write("Import a file of your customers, or look around with the sample shop first.")
        with st.container(horizontal=True):
            if deed(IMPORT, "Import a CSV", type="primary", icon=":material/upload_file:"):
                st.switch_page("pages/imports.py")
            deed(IMPORT, "Load the sample data", icon=":material/store:", on_click=load)


def load() -> None:
    """Imports the sample shop, which takes some seconds."""
    bar = st.progress(0.0, SAMPLE)

    def advance(share: float) -> None:
        bar.progress(share, f"{SAMPLE} · {share:.0%}")

    sample_shop.load(acting(), advance)


@takes(ADMIN, silent=True)
def sample_notice() -> None:
    """Says that these are no real customers, and clears them with one click."""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            ":material/store: **This is a sample shop.** Its last half year ends today. Look "
            "around, then start with your own."
        )
        st.button(
            "Clear it and start empty",
            icon=":material/delete_sweep:",
            on_click=sample_shop.clear,
            args=(acting(),),
        )


def activity(profile: Profile) -> None:
    """Redemptions and new customers, month by month."""
    clock = workbench().clock()
    what = f"{clock.now:%F}, {clock.zone.key}"
    redemptions = profile.once(
        f"redemptions by month, {what}", lambda: trends.redemptions_by_month(profile, clock)
    )
    if not redemptions.is_empty():
        drawn = _months(bars(redemptions, OUTCOMES))
        chart_card(ATTEMPTS, "by month and outcome", redemptions, drawn, "redemptions")
    arrivals = profile.once(
        f"customers by month, {what}", lambda: trends.customers_by_month(profile, clock)
    )
    if not arrivals.is_empty():
        drawn = _months(bars(arrivals))
        chart_card("New customers", "by month of creation", arrivals, drawn, "new-customers")


def _months(figure: go.Figure) -> go.Figure:
    return figure.update_xaxes(title=f"Month, of the last {MONTHS}", tickformat="%b %Y")


def sizes(profile: Profile) -> None:
    """The largest segments, and how each changed since the last import."""
    bench = workbench()
    with st.container(border=True):
        st.markdown("**Segments** by size")
        saved = {segment.id: segment for segment in library.saved(bench)}
        if not saved:
            st.caption("No segments yet.")
            st.page_link("pages/segments.py", label="Build the first", icon=":material/filter_alt:")
        counts = bench.memberships.sizes(profile, bench.clock())
        largest = nlargest(SHOWN, counts.items(), key=itemgetter(1))
        grown = _grown([saved[key] for key, _ in largest])
        for key, count in largest:
            part = count / profile.size
            with st.container(gap="xxsmall"):
                st.page_link(
                    "pages/segments.py",
                    label=plain(saved[key].name),
                    query_params={"segment": key},
                )
                size = f"{counted(count, 'customers')} · {share(part)}"
                st.progress(part, text=" · ".join([size, *_change(grown.get(key))]))


def _grown(segments: list[Segment]) -> Mapping[str, Growth]:
    """What moved them since the last import, and by it; says which one that is."""
    last = next(iter(receipts(workbench(), 1)), None)
    if last is None:
        return {}
    st.caption(f"With the change since the last import, {instant(last.at)}")
    return growth(workbench(), segments, last.at)


def _change(grown: Growth | None) -> list[str]:
    """In a word; nothing of a segment of which it is not kept who enters and leaves."""
    if grown is None:
        return []
    if grown.first is not None:
        return ["new"]
    return [signed(grown.net)]


def moved() -> None:
    """The latest entries and exits of segments."""
    names = {segment.id: segment.name for segment in library.saved(workbench())}
    strokes = history.latest(workbench(), LATEST)
    if not strokes:
        return
    with st.container(border=True):
        st.markdown("**Latest entries and exits**")
        origins = history.origins(workbench(), [stroke for _, stroke in strokes])
        for (segment_id, stroke), origin in zip(strokes, origins, strict=True):
            with st.container(gap="xxsmall"):
                st.page_link(
                    "pages/segments.py",
                    label=plain(names.get(segment_id, segment_id)),
                    query_params={"segment": segment_id},
                )
                st.caption(plain(f"{moves(stroke, origin)} · {instant(stroke.at)}", SENTENCE))


def moves(stroke: Size, origin: Origin | None) -> str:
    """Who entered and left, and why; its first members have not entered, they were there."""
    if stroke.first:
        return f"Began with {counted(stroke.entered, 'customers')}"
    counts = {"entered": stroke.entered, "left": stroke.left}
    moved = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return f"{moved} · {visible(because(stroke, origin))}"


def latest() -> None:
    """What came in and went out last."""
    with st.container(border=True):
        st.markdown("**Latest imports and exports**")
        zone = workbench().zone
        imported = [
            (run.at, "imports", "import", run.id, run.file_name, brought(run))
            for run in receipts(workbench(), LATEST)
        ]
        exported = [
            (
                run.at,
                "exports",
                "export",
                run.id,
                download_name(run, zone),
                f"{counted(run.rows, 'rows')} out",
            )
            for run in log(workbench(), LATEST)
        ]
        moves = sorted([*imported, *exported], key=itemgetter(0), reverse=True)
        for at, page, name, run_id, label, counts in moves[:LATEST]:
            with st.container(gap="xxsmall"):
                st.page_link(f"pages/{page}.py", label=plain(label), query_params={name: run_id})
                st.caption(f"{counts} · {instant(at)}")


header("Overview", "Your customers at a glance, and what changed.")
base = workbench().profile()
if base.total == 0:
    start()
else:
    if sample_shop.is_loaded(workbench()):
        sample_notice()
    tour()
    figures(base)
    wide, narrow = st.columns([3, 2])
    with wide:
        activity(base)
        latest()
    with narrow:
        sizes(base)
        moved()

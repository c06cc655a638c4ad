"""Parts of pages, each on a page of its own."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
from streamlit import cache_data, cache_resource
from streamlit.testing.v1 import AppTest

from engine.segments.templates import TEMPLATES
from pages._components.charts.chart import CARD
from pages._components.shell.process import OfTheProcess
from pages._components.shell.session import entrance, runner, workbench
from tests.pages.conftest import drawn, words

pytestmark = pytest.mark.usefixtures("seeded")


def test_no_legend_hides_what_is_drawn():
    """It is opaque: below its own edge it would cover the peak of a low chart, as on a phone."""
    assert (CARD["legend"]["yanchor"], CARD["legend"]["y"] >= 1) == ("bottom", True)


def gallery():
    import streamlit as st

    from pages._components.segments.templates import template_gallery

    def choose(template):
        st.session_state["chosen"] = template.key

    template_gallery(choose)


def test_every_template_is_shown_with_its_number_and_can_be_used():
    at = drawn(AppTest.from_function(gallery, default_timeout=60).run())

    assert all(template.label in words(at) for template in TEMPLATES)
    assert "1 :gray[25.0%]" in words(at).replace("*", "")  # 900 loyalty points
    drawn(at.button(key="template-vip").click().run())
    assert "vip" == at.session_state["chosen"]


def card(document, paths=None):
    from engine.segments import library
    from pages._components.builder.thresholds import threshold_card
    from pages._components.shell.session import workbench

    threshold_card(workbench().profile(), library.understood(workbench(), document), paths)


def shown(document, *more):
    return drawn(AppTest.from_function(card, default_timeout=60, args=(document, *more)).run())


TWO = {
    "loyalty.points": {"conditions": {"$more_than": [500]}},
    "summary.orders.total_amount": {"conditions": {"$less_than": [10_050]}},
}


def test_the_current_threshold_is_marked_with_its_exact_number():
    at = shown(TWO)
    assert "3 now" in at.get("plotly_chart")[0].proto.spec
    assert "by Loyalty points" in words(at)

    drawn(at.selectbox(key="threshold-of").select_index(1).run())
    assert "by Total order amount, EUR" in words(at)
    drawn(at.toggle[0].set_value(True).run())
    assert [(100.5, 3)] == [row[:2] for row in at.dataframe[0].value.itertuples(index=False)]


def test_only_the_tests_asked_for_are_offered():
    [path] = ['$["loyalty.points"].conditions.$more_than']

    assert ["with more than 500 loyalty points"] == shown(TWO, [path]).selectbox[0].options


def test_a_filter_without_a_threshold_shows_nothing():
    assert not shown({"address.city": {"conditions": {"$is": ["Berlin"]}}}).main.children


def waiting():
    from threading import Event

    import streamlit as st

    from pages._components.shell.session import acting, follow, followed, runner
    from pages._components.shell.tray import tray

    if "freed" not in st.session_state:
        st.session_state["freed"] = Event()
        work = st.session_state["freed"].wait
        job = runner().start("import", "Import", lambda _tell: work(), acting().actor)
        follow("import", job)
    job = followed("import")
    st.session_state["states"] = [*st.session_state.get("states", []), job.state]
    st.session_state["freed"].set()
    job.ended.wait()
    tray()


def test_a_job_that_ends_while_the_page_is_drawn_is_seen_to_its_end():
    at = drawn(AppTest.from_function(waiting, default_timeout=60).run())

    assert at.session_state["states"] == ["running", "done"]


def test_no_browser_clears_what_the_process_shares(seeded):
    """Streamlit does that for whoever asks by its websocket."""
    before = workbench(), runner(), entrance()
    cache_resource.clear()
    cache_data.clear()

    assert (workbench(), runner(), entrance()) == before
    assert workbench().store.folder == seeded.folder


def test_what_the_process_shares_is_made_once_though_many_ask_and_again_where_it_failed():
    made, both = count(), Barrier(2)
    shared = OfTheProcess(lambda folder: (folder, next(made)))
    with ThreadPoolExecutor(2) as pool:
        found = [*pool.map(lambda _: (both.wait(), shared("a"))[1], range(2))]
    failing = OfTheProcess(lambda: 1 // next(zeros))
    zeros = iter([0, 1])

    assert found == [("a", 0), ("a", 0)]
    assert shared("b") == ("b", 1)
    with pytest.raises(ZeroDivisionError):
        failing()
    assert failing() == failing() == 1

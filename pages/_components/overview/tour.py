"""The tour: five things to look at first, each a link; dismissed for the workspace."""

from dataclasses import dataclass, field

import streamlit as st

from engine.exports.run import log
from engine.imports.history import receipts
from engine.rights import ADMIN
from engine.segments import library
from pages._components.shell.rights import takes
from pages._components.shell.session import acting, workbench

Query = dict[str, str]
STEP = 155  # pixels: five beside each other at a window of 1280, two on a phone


@dataclass(frozen=True)
class TourStep:
    """One thing to look at."""

    label: str
    what: str
    icon: str
    page: str
    query: Query = field(default_factory=dict)


@takes(ADMIN, silent=True)
def tour() -> None:
    """The five steps, until somebody dismisses them."""
    if not workbench().project.tour:
        return
    with st.container(border=True, key="tour"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown("**A tour in five steps** · what to try first")
            st.space("stretch")
            st.button("Dismiss", icon=":material/close:", type="tertiary", on_click=dismiss,
                      key="tour-dismiss", help="The settings bring it back")  # fmt: skip
        with st.container(horizontal=True, key="tour-steps"):
            for step in steps():
                with st.container(width=STEP, gap="xsmall"):
                    st.page_link(
                        f"pages/{step.page}.py",
                        label=step.label,
                        icon=f":material/{step.icon}:",
                        query_params=step.query,
                    )
                    st.caption(step.what)


def dismiss() -> None:
    """Nobody sees it any more, until the settings bring it back."""
    acting().configure(tour=False)


def steps() -> tuple[TourStep, ...]:
    """What there is to look at here: the largest segment, one in it, the last file in and out."""
    segment, member = _segment()
    imports, exports = receipts(workbench(), 1), log(workbench(), 1)
    shown: Query = {"segment": segment} if segment else {}
    return (
        TourStep(
            "1 · Exact counts",
            "Every condition of a filter shows how many match, as you edit.",
            "filter_alt", "segments", shown or {"segment": "new"},
        ),
        TourStep(
            "2 · Why in, why out",
            "One customer: which segments, since when, and because of what.",
            "person_search", "customers",
            {"customer": member, "part": "Segments"} if member else {},
        ),
        TourStep(
            "3 · As of any day",
            "Who was in a segment on any past day, and how it grew since.",
            "history", "segments", shown and {**shown, "part": "History"},
        ),
        TourStep(
            "4 · Undo an import",
            "See what taking the last file back would change, then do it.",
            "undo", "imports", {"import": imports[0].id} if imports else {},
        ),
        TourStep(
            "5 · Replay an export",
            "Its receipt names every choice; run it again and compare.",
            "replay", "exports", {"export": exports[0].id} if exports else {},
        ),
    )  # fmt: skip


def _segment() -> tuple[str | None, str | None]:
    """The id of the largest segment, and the id of the first customer in it."""
    bench = workbench()
    sizes = bench.memberships.sizes(bench.profile(), bench.clock())
    if not any(sizes.values()):
        return None, None
    largest = max(sizes, key=lambda key: sizes[key])
    found = library.members(bench, library.find(bench, largest))
    first = found.profile.customers["id"].filter(found.mask).item(0)
    return largest, str(first)

"""The base in four numbers: each with its recent days against those before, and its people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine.base.kinds.redemptions import SUCCESSFUL
from engine.base.profiles import Profile
from engine.filters.drafts import draft as drafts
from engine.filters.drafts.address import packed
from engine.insights import trends
from engine.insights.trends import RECENT, Figure
from engine.segments import library
from pages._components.shell.session import day, money, version, workbench
from pages._components.shell.text import plain

DIGIT = 17  # pixels of a digit at the size of a metric
EDGE = 34  # pixels beside it
GAP = 16  # between two
NARROWEST = 208  # pixels of a card, so that its words stand on three lines


@dataclass(frozen=True)
class Behind:
    """Where a number leads: a page, and of the builder the filter whose people it counts."""

    page: str
    label: str
    filter: Mapping[str, Any] | None = None


def _more_than_none(field: str) -> Mapping[str, Any]:
    return {"junction": "and", field: {"conditions": {"$more_than": [0]}}}


# By the label of the measure.
BEHIND: Mapping[str, Behind] = {
    "Customers": Behind("customers", "All customers"),
    "Orders": Behind("segments", "Who ordered", _more_than_none("summary.orders.total_count")),
    "Revenue": Behind("segments", "Who spent", _more_than_none("summary.orders.total_amount")),
    SUCCESSFUL: Behind(
        "segments", "Who redeemed", _more_than_none("summary.redemptions.total_succeeded")
    ),
}


def figures(profile: Profile) -> None:
    """The cards, as many pairs beside each other as fit whole, and which days they compare."""
    clock = workbench().clock()
    found = profile.once(f"figures {clock.now:%F %H}", lambda: trends.figures(profile, clock))
    # The same for the first of each two and for the second, so that their edges stand in line.
    wide = [max(map(_width, found[place::2])) for place in range(2)]
    with st.container(horizontal=True, key="figures"):
        for place in range(0, len(found), 2):  # by twos, so that none of four stands alone
            pair = found[place : place + 2]
            with st.container(horizontal=True, key=f"figures-{place}", width=sum(wide) + GAP):
                for figure, width in zip(pair, wide, strict=False):
                    _card(figure, width)
    (begin, end), (before, _) = trends.periods(clock)
    zone = workbench().zone
    first, middle, last = (day(each.astimezone(zone)) for each in (before, begin, end))
    st.caption(
        f"Exact · {version(profile)} · the last {RECENT.days} days, {middle} to {last}, "
        f"against {first} to {middle}"
    )


def _width(figure: Figure) -> int:
    """Pixels in which a card's figure stands whole."""
    return max(DIGIT * len(amount(figure, figure.total)) + EDGE, NARROWEST)


def _card(figure: Figure, wide: int) -> None:
    movement = figure.recent - figure.before
    show: Callable[[int], str] = lambda value: amount(figure, value)  # noqa: E731 - of one card
    with st.container(border=True, width=wide, gap="xsmall"):
        st.metric(
            plain(figure.measure.label),
            show(figure.total),
            share(movement, figure.before),
            delta_color="normal" if movement and figure.before else "off",
            delta_arrow="up" if movement > 0 else "down" if movement < 0 else "off",
            chart_data=list(figure.spans),
            chart_type="area",
        )
        st.caption(f"{show(figure.recent)} in the last {RECENT.days} days")
        st.caption(f"{show(figure.before)} in the {RECENT.days} before")
        _link(BEHIND[figure.measure.label])


def _link(behind: Behind) -> None:
    query = None
    if behind.filter is not None:
        group = library.understood(workbench(), behind.filter)
        query = {"segment": "new", "draft": packed(drafts.drafted(group))}
    st.page_link(
        f"pages/{behind.page}.py",
        label=behind.label,
        icon=":material/arrow_forward:",
        query_params=query,
    )


def amount(figure: Figure, value: int) -> str:
    """A number as it is read; money with its currency."""
    return money(value) if figure.measure.unit == "cents" else f"{value:,}"


def share(movement: int, before: int) -> str:
    """A change against what was before; its sign comes first, and the colour follows it."""
    if not before:
        return "none before"
    return f"{movement / before:+.0%}" if movement else "as before"

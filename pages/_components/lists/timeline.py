"""What happened to one customer, newest first."""

from functools import partial
from urllib.parse import urlencode

import polars as pl
import streamlit as st

from engine.base.kinds.registry import owned_kinds
from engine.base.profiles import Profile
from engine.changes.log import label
from engine.customers.timeline import Moment, timeline
from engine.text.counts import counted
from engine.text.display import visible_frame
from pages._components.shell.by_width import by_width, row_lines
from pages._components.shell.masks import mask
from pages._components.shell.session import instant, workbench
from pages._components.shell.text import plain

AT_ONCE, HEIGHT = 15, 560  # lines without scrolling, and pixels of more
FEWER = 50  # on a phone
LABELS = {
    "created": "Created",
    "updated": "Changed",
    "merged": "Merged",
    "entered": "Entered",
    "left": "Left",
    "validation": "Validation",
}


def timeline_card(profile: Profile, position: int) -> None:
    """Everything that is recorded of a customer, with what wrote it."""
    moments = timeline(workbench(), profile, position, mask(profile.ids[position]))
    labels = {**LABELS, **{kind.singular: kind.singular.capitalize() for kind in owned_kinds()}}
    kinds = [kind for kind in labels if any(moment.kind == kind for moment in moments)]
    if len(kinds) > 1:
        chosen = st.pills(
            f"Show only, of {len(moments):,} entries",
            kinds,
            format_func=labels.__getitem__,
            key="moments",
            selection_mode="multi",
        )
        moments = [moment for moment in moments if not chosen or moment.kind in chosen]
    by_width("timeline", partial(_as_table, moments), partial(_as_lines, moments))


def _as_table(moments: list[Moment]) -> None:
    st.dataframe(
        visible_frame(pl.DataFrame([line(moment) for moment in moments])),
        hide_index=True,
        lazy=False,
        row_height=32,
        height="content" if len(moments) <= AT_ONCE else HEIGHT,
        column_config={
            # Pixels: in a window of 1400 all are in sight; a click shows a cell that is cut.
            "When": st.column_config.TextColumn(width=180),
            "What": st.column_config.TextColumn(width=330),
            "Details": st.column_config.TextColumn(width=205),
            "Because of": st.column_config.TextColumn(width=215),
            "More": st.column_config.LinkColumn(display_text="Open", width=70),
        },
    )


def _as_lines(moments: list[Moment]) -> None:
    """What happened, with its fields, and because of what, which leads to where there is more."""
    if len(moments) > FEWER:
        st.caption(f"The latest {counted(FEWER, 'entries')}")
    row_lines(map(_as_line, moments[:FEWER]))


def _as_line(moment: Moment) -> tuple[str, str]:
    said = {name: plain(text) for name, text in line(moment).items()}
    why = f"[{said['Because of']}]({link(moment)})" if link(moment) else said["Because of"]
    first = ": ".join(filter(None, (f"**{said['What']}**", said["Details"])))
    return first, f"{why} · {said['When']}"


def line(moment: Moment) -> dict[str, str]:
    """One line of the table; a file's name is no part of the address, which a link column reads."""
    return {
        "When": instant(moment.at) if moment.at else "unknown",
        "What": moment.what,
        "Details": "; ".join(moment.details),
        "Because of": moment.because if moment.import_id else label(moment.because),
        "More": link(moment),
    }


def link(moment: Moment) -> str:
    """Where there is more: the redemption, else the receipt of the file."""
    if moment.kind == "redemption" and moment.record:
        return f"/redemptions?{urlencode({'redemption': moment.record})}"
    return f"/imports?import={moment.import_id}" if moment.import_id else ""

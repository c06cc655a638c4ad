"""How a saved segment came to be what it is: its size, who moved and why, its versions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from engine.changes.log import label
from engine.errors import WorkbenchError
from engine.privacy.masks import MASK, Mask
from engine.rights import BUILD
from engine.segments import history, library, versions
from engine.segments.course import SizeCourse, course
from engine.segments.history import Entry, FieldMove, Origin, Size
from engine.segments.library import Segment
from engine.segments.versions import Edition
from engine.text.counts import counted
from engine.text.display import SENTENCE, visible, visible_frame
from pages._components.charts.chart import CARD, chart_card, hover, steps, whole
from pages._components.lists.customer_choice import lines_of
from pages._components.lists.tables import instant_column
from pages._components.shell.by_width import by_width, row_lines
from pages._components.shell.marks import MOVES, NOTHING
from pages._components.shell.masks import mask
from pages._components.shell.rights import deed, takes
from pages._components.shell.session import acting, day, fault, instant, workbench
from pages._components.shell.text import plain
from pages._components.shell.toasts import rerun_with_toast
from pages._components.shell.values import value_text

# What a step of a size is called, by the period that it stands for.
MOMENTS: Mapping[str | None, Callable[[datetime], str]] = {
    None: instant,
    "day": day,
    "week": lambda at: f"{day(at)}, whole week",
    "month": lambda at: f"{at:%Y-%m}",
}
LATEST, FEWER = 100, 20  # entries and exits by name, and on a phone
TICKS = 8  # days on the axis
SPANS = 12  # months of a size that is drawn back in time
MONTH = timedelta(days=30)
# Pixels: in a window of 1400 all are in sight; what moved is the rest, and scrolls.
COLUMNS = {
    "Customer": st.column_config.TextColumn(width=215),
    "Direction": st.column_config.TextColumn(width=105),
    "What moved": st.column_config.TextColumn(width=225),
    "Version": st.column_config.NumberColumn(width=70),
    "Profile": st.column_config.LinkColumn(display_text="Open", width=60),
    "File": st.column_config.LinkColumn(display_text="Receipt", width=70),
}
# Of which types it is not kept who enters and leaves, and where else to look.
STILL = {
    "static": "A static segment changes by hand alone: its versions say when and why.",
    "passive": "A passive segment does not keep who enters and leaves. Its size in the past is "
    "counted from the records.",
}


def story(segment: Segment) -> None:
    """What lies behind a segment: who moved and why, its versions, and its size in the past."""
    _moves(segment)
    if segment.filter is not None:
        past = st.expander("Size in the past", icon=":material/timeline:", on_change="rerun")
        if past.open:  # twelve states of the base
            with past:
                _past(segment, segment.filter)
    st.header("Versions", anchor=False)
    _versions(segment)


def _moves(segment: Segment) -> None:
    sizes = history.sizes(workbench(), segment)
    if not sizes:
        st.caption(STILL.get(segment.type, "Nobody has entered or left yet."))
        return
    over = course(sizes, workbench().zone)
    frame, figure = size_chart(over)
    unit = f"customers, with who entered and left{f' by {over.period}' if over.period else ''}"
    chart_card("Size", unit, frame, figure, f"moves-{segment.id}")
    entries = history.entries(workbench(), segment, LATEST)[::-1]
    people, origins = _people(entries), history.origins(workbench(), entries)
    segments = {one.id: one.name for one in library.saved(workbench())}
    lines = [
        _line(entry, people, origin, segments)
        for entry, origin in zip(entries, origins, strict=True)
    ]
    by_width("entries", partial(_as_table, lines), partial(_as_lines, lines[:FEWER]))


def _as_table(lines: list[dict[str, Any]]) -> None:
    st.caption(f"The latest {counted(len(lines), 'entries and exits')}")
    st.dataframe(
        visible_frame(pl.DataFrame(lines)),
        hide_index=True,
        lazy=False,
        column_config={**COLUMNS, "When": instant_column()},
    )


def _as_lines(lines: list[dict[str, Any]]) -> None:
    """Who moved and because of what, with what moved where it is known, and the ways to both."""
    st.caption(f"The latest {counted(len(lines), 'entries and exits')}")
    row_lines(_as_line(line) for line in lines)


def _as_line(line: Mapping[str, Any]) -> tuple[str, str]:
    name, cause = plain(line["Customer"]), plain(line["Because of"])
    who = f"[{name}]({line['Profile']})" if line["Profile"] else f"**{name}**"
    why = f"[{cause}]({line['File']})" if line["File"] else cause
    less = [why, instant(line["When"]), *filter(None, [plain(line["What moved"])])]
    return f"{who} {line['Direction']}", " · ".join(less)


def size_chart(over: SizeCourse) -> tuple[pl.DataFrame, go.Figure]:
    """Who entered and left, with the size behind it, in the order of time; and the rows drawn."""
    words = MOMENTS[over.period]
    ends = {words(size.at): size.count for size in over.steps}
    moments, frame = list(ends), _by_cause(over.steps, words)
    named = moments[:: -(-len(moments) // TICKS)]
    moved = frame["Customers"]
    figure = go.Figure([_moved_bars(part) for part in frame.partition_by("Direction")], CARD)
    figure.add_scatter(
        x=moments,
        y=list(ends.values()),
        name="size",
        mode="lines",
        line={"shape": "hv", "color": NOTHING},
    )
    figure.update_layout(
        xaxis_title="When somebody entered or left",
        yaxis={
            "title": "Customers",
            "tickformat": ",d",
            "dtick": whole([0, *ends.values(), *moved]),
        },
        barmode="relative",
        xaxis_type="category",
        # Else the axis has all days with entries first, and the line goes back for those without.
        xaxis_categoryorder="array",
        xaxis_categoryarray=moments,
        xaxis_tickvals=named,
        xaxis_ticktext=_tick_words(named),
        bargap=0.7,
    )
    return frame, figure


def _tick_words(moments: Sequence[str]) -> list[str]:
    """The day of each moment, or its time where the one before is of the same day."""
    parts = [moment.partition(", ") for moment in moments]
    earlier = [None, *(day for day, _, _ in parts)]
    return [
        time if time and day == before else day
        for (day, _, time), before in zip(parts, earlier, strict=False)
    ]


def _moved_bars(moved: pl.DataFrame) -> go.Bar:
    """Who entered, or who left, each with what it was because of."""
    direction = moved["Direction"][0]
    return go.Bar(
        x=moved["When"].to_list(),
        y=moved["Customers"].to_list(),
        name=direction,
        marker_color=MOVES[direction],
        customdata=moved["Cause"].to_list(),
        hovertemplate=hover("%{x}", f"%{{y:,}} {direction}", "%{customdata}"),
    )


def _by_cause(sizes: list[Size], words: Callable[[datetime], str]) -> pl.DataFrame:
    """One row per step, cause and direction; exits stand below zero."""
    rows = [
        {
            "When": words(size.at),
            "Cause": label(size.cause),
            "Direction": direction,
            "Customers": count,
        }
        for size in sizes
        for direction, count in (("entered", size.entered), ("left", -size.left))
        if count
    ]
    return pl.DataFrame(rows)


def _line(
    entry: Entry,
    people: Mapping[str, str],
    origin: Origin | None,
    segments: Mapping[str, str],
) -> dict[str, Any]:
    """One entry or exit in the table."""
    hidden = mask(entry.customer)
    run = origin.run if origin else None
    gone = entry.customer if hidden.on else entry.name
    return {
        "When": entry.at,
        "Customer": people.get(entry.customer or "") or gone or "erased",
        "Direction": "from the start" if entry.is_first else entry.direction,
        "Because of": because(entry, origin),
        "File": f"/imports?import={run.id}" if run else "",
        "What moved": "; ".join(_moved(move, segments, hidden) for move in entry.fields),
        "Profile": _link(entry, people),
        "Version": entry.version,
    }


def _people(entries: list[Entry]) -> dict[str, str]:
    """Those who are still customers, each in a line that tells them from others, by id."""
    wanted = list({entry.customer for entry in entries if entry.customer})
    return lines_of(workbench().profile(), wanted, ("name", "source_id"))


def because(moved: Entry | Size, origin: Origin | None) -> str:
    """The file that was imported; else what was done, and by whom."""
    if origin is None:
        return label(moved.cause)
    return origin.run.file_name if origin.run else f"{label(moved.cause)} · {origin.actor}"


def _link(entry: Entry, people: Mapping[str, str]) -> str:
    """Where it stands in which segments the customer is now, and why; nothing of who is gone."""
    if entry.customer not in people:
        return ""
    return f"/customers?{urlencode({'customer': entry.customer, 'part': 'Segments'})}"


def _moved(move: FieldMove, names: Mapping[str, str], hidden: Mask) -> str:
    """One field; the segments that somebody was in by their names, where they still have any."""
    field = workbench().profile().catalogue.find(move.path)
    if field is not None and hidden.hides(field):
        return f"{field.label}: {MASK}"
    of_segments = field is not None and field.table == history.SEGMENTS
    before, after = (
        [names.get(key, key) for key in value] if of_segments and value else value
        for value in (move.before, move.after)
    )
    name = field.label if field else move.path
    return f"{name}: {value_text(field, before)} → {value_text(field, after)}"


def _versions(segment: Segment) -> None:
    for edition in reversed(versions.versions(workbench(), segment.id)):
        _edition(segment, edition)
    if problem := st.session_state.pop("restore-problem", None):
        fault(problem)


def _edition(segment: Segment, edition: Edition) -> None:
    version = edition.version
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**Version {version.number}**")
            st.caption(f"{instant(version.at)} · {plain(version.actor)}")
            st.space("stretch")
            if version.filter is not None and version.number != segment.version:
                deed(
                    BUILD,
                    "Restore",
                    key=f"restore-{segment.id}-{version.number}",
                    icon=":material/restore:",
                    type="tertiary",
                    on_click=_restore,
                    args=(segment, version.number),
                )
        st.markdown(plain(edition.sentence, SENTENCE))
        if changes := edition.changes or edition.difference:
            st.code("\n".join(map(visible, changes)), "diff", wrap_lines=True)


def _restore(segment: Segment, number: int) -> None:
    try:
        versions.restore(acting(), segment.id, number)
    except WorkbenchError as error:
        st.session_state["restore-problem"] = error
    else:
        st.session_state.pop("editing", None)  # the builder begins with the restored filter
        st.toast(f"Restored version {number}", icon=":material/restore:")


def _past(segment: Segment, definition: Mapping[str, Any]) -> None:
    """The definition of today over the records of each month; also before it was saved."""
    now = workbench().clock().now
    instants = [now - MONTH * place for place in reversed(range(SPANS))]
    sizes = history.sizes_at(workbench(), definition, instants)
    days = [at.astimezone(workbench().zone) for at in sizes]
    frame = pl.DataFrame({"When": days, "Customers": list(sizes.values())})
    figure = steps(frame).update_xaxes(title=f"Day, each {MONTH.days} days up to now")
    chart_card("Size", "as the records stood each 30 days", frame, figure, f"past-{segment.id}")
    st.caption(
        "Records count from the import that brought them: before the first import there is nobody."
    )


def uses(segment: Segment) -> None:
    """The segments that this one is used in."""
    users = versions.used_in(workbench(), segment.id)
    if users:
        names = ", ".join(plain(user.name) for user in users)
        st.caption(f"Used in {names}: it cannot be deleted while it is.")


@takes(BUILD, silent=True)
def freeze(segment: Segment) -> None:
    """Keeps who is in the segment now as a static one."""
    name = st.text_input(
        "Freeze as static",
        key=f"freeze-{segment.id}",
        placeholder=visible(f"{segment.name}, frozen"),
        help="Another segment that keeps who is in it now",
    )
    if st.button("Freeze", key=f"freeze-now-{segment.id}", disabled=not name):
        try:
            made = versions.freeze(acting(), segment.id, name)
        except WorkbenchError as error:
            fault(error)
        else:
            st.toast(f"Froze {plain(made.name)}", icon=":material/ac_unit:")


@takes(BUILD)
def by_hand(segment: Segment) -> None:
    """Changes who is in a static segment, with a reason."""
    with (
        st.expander("Change by hand", icon=":material/edit:"),
        st.form(f"by-hand-{segment.id}", border=False),
    ):
        left, right = st.columns(2)
        add = left.text_area("Add", placeholder="Ids, source ids or e-mails, one a line")
        remove = right.text_area("Remove", placeholder="Ids, source ids or e-mails, one a line")
        reason = st.text_input("Reason")
        if st.form_submit_button("Change", type="primary"):
            try:
                edited = versions.edit_members(
                    acting(), segment.id, reason, add=add.split(), remove=remove.split()
                )
            except WorkbenchError as error:
                fault(error)
            else:
                count = library.members(workbench(), edited).count
                rerun_with_toast(f"{counted(count, 'customers')} now", ":material/check:")

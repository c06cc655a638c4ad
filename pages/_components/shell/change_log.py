"""The change log: what was changed, by whom and why, a page at a time."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from engine.changes import undo
from engine.changes.chain import ChainReport, chain_report
from engine.changes.log import (
    LogFilter,
    LogLine,
    choices,
    download_csv,
    in_words,
    label,
    log,
    with_files,
)
from engine.changes.names import by_names, with_names
from engine.errors import WorkbenchError
from engine.segments import library
from engine.text.display import SENTENCE, visible_frame
from pages._components.shell.by_width import by_width, row_lines
from pages._components.shell.downloads import by_who_clicks
from pages._components.shell.masks import mask
from pages._components.shell.paging import begin_of_page, pager
from pages._components.shell.session import acting, date_format, instant, workbench
from pages._components.shell.take_back import take_back
from pages._components.shell.text import message, plain

# Pixels: in a window of 1400 all are in sight; in one of 1024 who it was is the rest, and scrolls.
WIDTHS = {
    "Change": st.column_config.NumberColumn(width=60, format="localized"),
    "When": st.column_config.TextColumn(width=180),
    "What": st.column_config.TextColumn(width=165),
    "Details": st.column_config.TextColumn(width=375),
    "Who": st.column_config.TextColumn(width=165),
}
AT_ONCE = 10  # changes on a page: as many as a table shows without scrolling


def change_log() -> None:
    """The newest changes first, narrowed by who, through what and why; each can be taken back."""
    with st.container(border=True):
        st.markdown("**Change log**")
        st.caption(
            "Who changed what, and when: imports, segments, settings, views and exports. Select "
            "a change to see it before and after, and to undo it."
        )
        with st.expander("Narrow by who, what and when", icon=":material/filter_list:"):
            wanted = by_names(workbench(), _narrowed(), mask())
        _tools(wanted)
        begin = begin_of_page("log-page", AT_ONCE)
        page = log(workbench(), wanted, AT_ONCE, begin)
        if not page.total:
            st.caption("No changes yet." if wanted == LogFilter() else "No change fits these.")
            return
        lines = with_names(workbench(), with_files(workbench(), page.lines), mask())
        _table(lines, begin)
        pager("log-page", page.total, AT_ONCE)


def _narrowed() -> LogFilter:
    """What is chosen; whoever chooses begins at the first page again."""
    known, columns = choices(workbench()), st.columns(3)
    asked: tuple[tuple[str, list[str], Callable[[str], str]], ...] = (
        ("Who", known.actors, str),
        ("Through", known.doors, str.capitalize),
        ("What", known.causes, label),
    )
    actors, doors, causes = (
        column.multiselect(
            name,
            options,
            format_func=words,
            key=f"log-{name.lower()}",
            placeholder="Any",
            on_change=_begin_again,
        )
        for column, (name, options, words) in zip(columns, asked, strict=True)
    )
    since, until, text = _more()
    return LogFilter(since, until, text, tuple(actors), tuple(doors), tuple(causes))


def _more() -> tuple[datetime | None, datetime | None, str]:
    """From when to when, and what lines say."""
    zone, columns = workbench().zone, st.columns(3)
    first, last = (
        column.date_input(
            name,
            None,
            format=date_format().widget,
            key=f"log-{name.lower()}",
            on_change=_begin_again,
        )
        for column, name in zip(columns, ("From", "To"), strict=False)
    )
    text = columns[2].text_input(
        "Says", key="log-text", placeholder="A name, an id, a value", on_change=_begin_again
    )
    until = None if last is None else last + timedelta(days=1)
    return _midnight(first, zone), _midnight(until, zone), text.strip()


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)


def _tools(wanted: LogFilter) -> None:
    """The lines as a file, and whether they are those that were written."""
    with st.container(horizontal=True):
        st.download_button(
            "Download CSV",
            by_who_clicks(download_csv, wanted),
            "change-log.csv",
            "text/csv",
            key="log-csv",
            icon=":material/download:",
        )
        verifies = st.button("Verify", key="log-verify", icon=":material/fact_check:")
    if verifies:
        _verified(chain_report(workbench()))


def _verified(found: ChainReport) -> None:
    if not found.faults:
        st.success(
            f"All {found.lines:,} changes are as they were written. Note down the last hash to "
            f"compare later: {found.hash}",
            icon=":material/fact_check:",
        )
        return
    lines = "\n".join(f"- {plain(issue.path)}: {plain(issue.message)}" for issue in found.faults)
    st.error(f"The log is not the one that was written:\n\n{lines}")


def _begin_again() -> None:
    st.session_state["log-page"] = 1


def _table(lines: list[LogLine], begin: int) -> None:
    key = f"log-lines-{begin}-{lines[0].number}"
    chosen = by_width("log", partial(_as_table, lines, key), partial(_as_lines, lines, key))
    for row in chosen:
        _compared(lines[row])
    numbers = {line.number: line for line in lines}
    if (number := st.session_state.get(f"few-{key}")) in numbers:
        _compared(numbers[number])


def _as_table(lines: list[LogLine], key: str) -> list[int]:
    """The rows that are selected."""
    rows: list[int] = st.dataframe(
        visible_frame(pl.DataFrame(list(map(_line, lines)), infer_schema_length=None)),
        hide_index=True,
        lazy=False,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        key=key,
        column_config=WIDTHS,
    ).selection.rows
    return rows


def _as_lines(lines: list[LogLine], key: str) -> None:
    """What was done by whom, and the choice of one, which a table has in its rows."""
    row_lines(
        (
            f"**{line.number:,}** {label(line.cause)}: {plain(_details(line))}",
            f"{instant(line.at)} · {plain(_who(line))}",
        )
        for line in lines
    )
    st.selectbox(
        "Look closer at a change",
        [line.number for line in lines],
        index=None,
        placeholder="Choose its number",
        format_func="{:,}".format,
        key=f"few-{key}",
    )


def _line(line: LogLine) -> dict[str, Any]:
    """One change in the table."""
    return {
        "Change": line.number,
        "When": instant(line.at),
        "What": label(line.cause),
        "Details": _details(line),
        "Who": _who(line),
    }


def _details(line: LogLine) -> str:
    undone = "" if line.undone_by is None else f" · undone by change {line.undone_by}"
    return in_words(line) + undone


def _who(line: LogLine) -> str:
    """Who changed it, and through what; the clock is both."""
    door = line.door or "not recorded"
    return door if door == line.actor else f"{line.actor} · {door}"


def _way_back(line: LogLine) -> None:
    """Takes a change back, or says why it cannot be."""
    try:
        undo.expect_undoable(workbench(), line.number)
        acting().expect_to_undo(line.cause)
    except WorkbenchError as error:
        st.caption(message(error.message))
    else:
        take_back(line.number)


def _compared(line: LogLine) -> None:
    """What the change made of a definition or a setting."""
    st.markdown(f"Change {line.number:,}: {plain(in_words(line), SENTENCE)}")
    st.caption(f"{label(line.cause)} · {instant(line.at)} · {plain(_who(line))}")
    _way_back(line)
    if line.before is None and line.after is None:
        return
    for column, title, value in zip(
        st.columns(2), ("Before", "After"), (line.before, line.after), strict=True
    ):
        column.caption(title)
        if value is None:
            column.markdown(":gray[nothing]")
        else:
            if isinstance(value, dict) and value.get("filter"):
                group = library.accepted(workbench(), value["filter"])
                column.markdown(plain(library.in_words(workbench(), group), SENTENCE))
            column.code(json.dumps(value, indent=2, ensure_ascii=False), "json")

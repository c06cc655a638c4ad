"""The change log: what was changed, by whom and why, a page at a time."""

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
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
from engine.errors import WorkbenchError
from engine.segments import library
from engine.text.display import SENTENCE
from pages._components.shell.downloads import by_who_clicks
from pages._components.shell.paging import begin_of_page, pager
from pages._components.shell.session import acting, date_format, instant, workbench
from pages._components.shell.take_back import take_back
from pages._components.shell.text import message, plain

# Pixels: at a window of 1024 all but the details fit; those take what is left, and scroll.
WIDTHS = {
    "Change": st.column_config.NumberColumn(width=60, format="localized"),
    "When": st.column_config.TextColumn(width=180),
    "What": st.column_config.TextColumn(width=165),
    "Who": st.column_config.TextColumn(width=195),
    "Details": st.column_config.TextColumn(width="large"),
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
        wanted = _narrowed()
        _tools(wanted)
        begin = begin_of_page("log-page", AT_ONCE)
        page = log(workbench(), wanted, AT_ONCE, begin)
        if not page.total:
            st.caption("No changes yet." if wanted == LogFilter() else "No change fits these.")
            return
        _table(with_files(workbench(), page.lines), begin)
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
    chosen = st.dataframe(
        pl.DataFrame([_line(line) for line in lines], infer_schema_length=None),
        hide_index=True,
        lazy=False,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        key=f"log-lines-{begin}-{lines[0].number}",
        column_config=WIDTHS,
    )
    for row in chosen.selection.rows:
        _compared(lines[row])


def _line(line: LogLine) -> dict[str, Any]:
    """One change in the table."""
    undone = "" if line.undone_by is None else f" · undone by change {line.undone_by}"
    return {
        "Change": line.number,
        "When": instant(line.at),
        "What": label(line.cause),
        "Who": _who(line),
        "Details": in_words(line) + undone,
    }


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

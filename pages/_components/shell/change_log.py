"""The change log: what was changed, by whom and why, a page at a time."""

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from engine.changes.log import LogFilter, LogLine, choices, in_words, label, log
from pages._components.shell.session import instant, workbench

AT_ONCE = 10  # changes on a page: as many as a table shows without scrolling


def change_log() -> None:
    """The newest changes first, narrowed by who, through what and why; nothing can be done here."""
    with st.container(border=True):
        st.markdown("**Change log**")
        st.caption(
            "Who changed what, and when: imports, segments, settings, views and exports. Select "
            "a change of a segment or a setting to see it before and after."
        )
        wanted = _narrowed()
        place = st.session_state.get("log-page", 1)
        page = log(workbench(), wanted, AT_ONCE, (place - 1) * AT_ONCE)
        if not page.total:
            st.caption("No changes yet." if wanted == LogFilter() else "No change fits these.")
            return
        _table(page.lines, place)
        pages = -(-page.total // AT_ONCE)
        if pages > 1:
            st.pagination(pages, key="log-page")


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
    return LogFilter(actors=tuple(actors), doors=tuple(doors), causes=tuple(causes))


def _begin_again() -> None:
    st.session_state["log-page"] = 1


def _table(lines: list[LogLine], place: int) -> None:
    chosen = st.dataframe(
        pl.DataFrame([_line(line) for line in lines], infer_schema_length=None),
        hide_index=True,
        lazy=False,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        key=f"log-lines-{place}-{lines[0].number}",
        column_config={"When": st.column_config.TextColumn(width=175)},
    )
    for row in chosen.selection.rows:
        _compared(lines[row])


def _line(line: LogLine) -> dict[str, Any]:
    """One change in the table."""
    undone = "" if line.undone_by is None else f" · undone by change {line.undone_by}"
    return {
        "Change": line.number,
        "When": instant(line.at),
        "Who": line.actor,
        "Through": (line.door or "not recorded").capitalize(),
        "What": label(line.cause),
        "Details": in_words(line) + undone,
    }


def _compared(line: LogLine) -> None:
    """What the change made of a definition or a setting."""
    if line.before is None and line.after is None:
        st.caption(f"Change {line.number} keeps no definition or setting.")
        return
    for column, title, value in zip(
        st.columns(2), ("Before", "After"), (line.before, line.after), strict=True
    ):
        column.caption(title)
        if value is None:
            column.markdown(":gray[nothing]")
        else:
            column.code(json.dumps(value, indent=2, ensure_ascii=False), "json")

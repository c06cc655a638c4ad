"""What was found out about a file, by topic; and what of it is no record."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from engine.imports.history import ImportRun
from engine.imports.notes import TOPICS
from engine.text.display import quoted
from pages._components.imports.sentences import sentences
from pages._components.shell.text import bold, message

CELLS = 6  # of a line that is set aside


def notes(run: ImportRun) -> None:
    """All notes of an import, and the lines that were set aside."""
    for topic, title in TOPICS.items():
        texts = [_told(note) for note in run.notes if note["topic"] == topic]
        if texts:
            st.markdown("\n".join([bold(title), "", *(f"- {text}" for text in texts)]))
    if run.set_aside:
        st.markdown("**Set aside: these lines are no records**")
        sentences(map(_line, run.set_aside), f"aside-{run.id}")


def by_column(run: ImportRun) -> dict[str, list[str]]:
    """The notes that are about one column each, by its header, which they need not repeat."""
    found: dict[str, list[str]] = {}
    for note in run.notes:
        if note.get("column") is not None:
            told = note["text"].removeprefix(f"{quoted(note['column'])} ")
            found.setdefault(note["column"], []).append(told)
    return found


def dropped(headers: Iterable[str]) -> None:
    """The columns of which nothing goes in."""
    names = list(headers)
    if names:
        told = ", ".join(f"`{name}`" for name in names)
        columns = "column is" if len(names) == 1 else "columns are"
        st.markdown(message(f"{len(names):,} {columns} not imported: {told}"))


def _told(note: Mapping[str, Any]) -> str:
    return message(note["text"])


def _line(line: Mapping[str, Any]) -> dict[str, object]:
    cells = [cell for cell in line["cells"] if cell]
    more = " …" if len(cells) > CELLS else ""
    return {
        "Line": line["line"],
        "Why": line["reason"],
        "It says": " · ".join(cells[:CELLS]) + more,
    }

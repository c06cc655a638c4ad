"""What was found out about a file, by topic; and what of it is no record."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import streamlit as st

from engine.imports.history import ImportRun
from engine.imports.notes import TOPICS
from engine.text.display import quoted
from pages._components.imports.sentences import sentences
from pages._components.shell.text import bold, message

CELLS = 6  # of a line that is set aside
KIND = re.compile(r"^is (?:an? )?(date and time|date|number|yes or no|list|text)(?:, |$)")
LEAD = re.compile(r"^is (?:read: )?(?!no )")
STAYS_TEXT = "stays text"


def notes(run: ImportRun) -> None:
    """All notes of an import, and the lines that were set aside."""
    for topic, title in TOPICS.items():
        texts = [_note_text(note) for note in run.notes if note["topic"] == topic]
        if texts:
            st.markdown("\n".join([bold(title), "", *(f"- {text}" for text in texts)]))
    if run.set_aside:
        st.markdown("**Set aside: these lines are no records**")
        sentences(map(_line, run.set_aside), f"aside-{run.id}")


class ColumnRemarks(NamedTuple):
    """What the check found out about one column."""

    kind: str  # of metadata: what its cells are; else empty
    remarks: tuple[str, ...]


def by_column(run: ImportRun) -> dict[str, ColumnRemarks]:
    """What the notes about single columns say, by the header, which they need not repeat."""
    told: dict[str, list[str]] = {}
    for note in run.notes:
        if note.get("column") is not None:
            text = note["text"].removeprefix(f"{quoted(note['column'])} ")
            told.setdefault(note["column"], []).append(text)
    return {header: _finding(texts) for header, texts in told.items()}


def _finding(texts: list[str]) -> ColumnRemarks:
    """The kind apart from the remarks, which begin as sentences do."""
    kind = next((found[1] for text in texts if (found := KIND.match(text))), "")
    if not kind and any(STAYS_TEXT in text for text in texts):
        kind = "text"
    rest = [re.sub(LEAD, "", re.sub(KIND, "", text)) for text in texts]
    return ColumnRemarks(_sentence(kind), tuple(_sentence(text) for text in rest if text))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def dropped(headers: Iterable[str]) -> None:
    """The columns of which nothing goes in."""
    names = list(headers)
    if names:
        told = ", ".join(f"`{name}`" for name in names)
        columns = "column is" if len(names) == 1 else "columns are"
        st.markdown(message(f"{len(names):,} {columns} not imported: {told}"))


def _note_text(note: Mapping[str, Any]) -> str:
    return message(note["text"])


def _line(line: Mapping[str, Any]) -> dict[str, object]:
    cells = [cell for cell in line["cells"] if cell]
    more = " …" if len(cells) > CELLS else ""
    return {
        "Line": line["line"],
        "Why": line["reason"],
        "It says": " · ".join(cells[:CELLS]) + more,
    }

"""Where each column of a file goes: one line per column, proposed from its header."""

from typing import Any

import polars as pl
import streamlit as st

from engine.imports.mapping import Directive, ImportMapping
from engine.imports.preview import Preview
from engine.imports.table import CUSTOMERS

IGNORE, METADATA = "Do not import", "Metadata"
TYPES = {"Detect": None, "Text": "string", "Number": "number", "Yes / no": "boolean",
         "Date": "date", "Instant": "instant"}  # fmt: skip
FIELDS = {column.path: column for column in CUSTOMERS.columns}
CHOICES = [*FIELDS, METADATA, IGNORE]


def columns_form(found: Preview) -> ImportMapping:
    """One line per column of the file: where it goes, and how its cells are read."""
    rows = [
        {
            "Column": target.header,
            "Examples": " · ".join(
                dict.fromkeys(cell for row in found.rows[:8] if (cell := row[place]))
            )[:80],
            "Goes to": target.column.path
            if target.column
            else METADATA
            if target.namespace
            else IGNORE,
            "Type": "Detect",
            "List separator": "",
        }
        for place, target in enumerate(found.targets)
    ]
    edited = st.data_editor(
        pl.DataFrame(rows),
        hide_index=True,
        disabled=["Column", "Examples"],
        column_config={
            "Goes to": st.column_config.SelectboxColumn(options=CHOICES, required=True),
            "Type": st.column_config.SelectboxColumn(
                options=list(TYPES),
                required=True,
                help="For metadata; detected from the whole file",
            ),
            "List separator": st.column_config.TextColumn(
                help="For metadata with several values in one cell, such as ;"
            ),
        },
        key=f"mapping-{found.source.sha256}",
    )
    create = st.toggle("Create customers for rows with neither Id nor Source_id", key="create")
    directives = {row["Column"]: directive(row) for row in edited.iter_rows(named=True)}
    return ImportMapping(directives, without_key="create" if create else "reject")


def directive(row: dict[str, Any]) -> Directive:
    """What one line of the form says."""
    goal = row["Goes to"]
    if goal == IGNORE:
        return Directive(None)
    if goal != METADATA:
        return Directive(goal)
    return Directive(key_of(row["Column"]), TYPES[row["Type"]], row["List separator"] or None)


def key_of(header: str) -> str:
    """The metadata field of a column: as the header says it, else under its own name."""
    spelled = header.strip()
    return (
        spelled if spelled.startswith(("metadata.", "system_metadata.")) else f"metadata.{spelled}"
    )

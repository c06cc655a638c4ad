"""Where each column of a file goes: one line per column, proposed from its header."""

from typing import Any

import polars as pl
import streamlit as st

from engine.imports.columns.directive import Directive
from engine.imports.columns.mapping import ImportMapping
from engine.imports.columns.table import Table
from engine.imports.columns.targets import Target
from engine.imports.preview import Preview
from engine.text.display import visible

IGNORE, METADATA = "Do not import", "Metadata"
TYPES = {"Detect": None, "Text": "string", "Number": "number", "Yes / no": "boolean",
         "Date": "date", "Instant": "instant"}  # fmt: skip
UNITS = {"Amount, 12.50": "currency"}
EXAMPLES = 8  # records that a column's examples are from


def columns_form(found: Preview, table: Table) -> ImportMapping:
    """One line per column of the file: where it goes, and how its cells are read."""
    examples = first_rows(found).head(EXAMPLES).iter_columns()
    proposals = [
        proposal(target, column) for target, column in zip(found.targets, examples, strict=True)
    ]
    edited = st.data_editor(
        pl.DataFrame(proposals),
        hide_index=True,
        disabled=["Column", "Examples"],
        column_config={
            "Goes to": st.column_config.SelectboxColumn(
                options=[*(column.path for column in table.columns), METADATA, IGNORE],
                required=True,
            ),
            "Type": st.column_config.SelectboxColumn(
                options=[*TYPES, *UNITS],
                required=True,
                help="For metadata; detected from the whole file. Money is read as whole cents "
                "unless it is an amount such as 12.50",
            ),
            "List separator": st.column_config.TextColumn(
                help="For metadata with several values in one cell, such as ;"
            ),
        },
        key=f"mapping-{table.name}-{found.source.sha256}",
    )
    named = "source_id" in (column.name for column in table.columns)
    create = named and table.without_key == "reject" and st.toggle(
        f"Create {table.name} for rows with neither Id nor Source_id", key="create"
    )  # fmt: skip
    directives = {
        target.header: directive(target, row)
        for target, row in zip(found.targets, edited.iter_rows(named=True), strict=True)
    }
    return ImportMapping(directives, without_key="create" if create else "reject")


def first_rows(found: Preview) -> pl.DataFrame:
    """The first records as text, one column per header; null where a record is too short."""
    width = len(found.header)
    rows = [[*row, *[None] * (width - len(row))][:width] for row in found.rows]
    return pl.DataFrame(rows, schema=dict.fromkeys(found.header, pl.String), orient="row")


def proposal(target: Target, column: pl.Series) -> dict[str, str]:
    """One line of the form as the header alone suggests it."""
    known = target.column.path if target.column else None
    cells = dict.fromkeys(cell for cell in column if cell)
    return {
        "Column": visible(target.header),
        "Examples": visible(" · ".join(cells)[:80]),
        "Goes to": known or (METADATA if target.namespace else IGNORE),
        "Type": "Detect",
        "List separator": "",
    }


def directive(target: Target, row: dict[str, Any]) -> Directive:
    """What one line of the form says."""
    goal = row["Goes to"]
    if goal == IGNORE:
        return Directive(None)
    if goal != METADATA:
        return Directive(goal, unit=UNITS.get(row["Type"]))
    key = target.field if target.namespace else f"metadata.{target.header.strip()}"
    return Directive(key, TYPES.get(row["Type"]), row["List separator"] or None)

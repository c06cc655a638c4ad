"""What an import would change field by field, and which of several rows of a record counts."""

from collections.abc import Sequence

import polars as pl
import streamlit as st

from engine.filters.fields import Field
from engine.imports.checks.check import Check
from engine.imports.checks.field_changes import SAMPLE, ChangedRecord, FieldChange
from engine.imports.checks.repeats import Repeat
from engine.privacy.masks import Mask
from engine.text.display import visible_frame
from pages._components.shell.masks import mask

ROWS = 5  # row numbers shown of one record
COUNTS = {
    "Would change": "Stored records with another value in this field",
    "Filled": "Of these: there was no value before",
    "Cleared": "Of these: there would be none afterwards",
}


def field_changes(found: Check) -> None:
    """A table of the fields beside records before and after; choosing a field narrows them."""
    changes = found.changes
    if not changes.fields:
        return
    st.markdown("**Fields that would change**")
    left, right = st.columns([5, 4])
    with left:
        chosen = st.dataframe(
            visible_frame(pl.DataFrame([_field(change) for change in changes.fields])),
            hide_index=True,
            lazy=False,
            on_select="rerun",
            selection_mode="single-row",
            key=f"fields-{found.run.id}",
            column_config={
                name: st.column_config.NumberColumn(format="localized", help=says)
                for name, says in COUNTS.items()
            },
        )
    with right:
        rows = chosen.selection.rows
        field = changes.fields[rows[0]].field if rows else None
        _examples(changes.of(field) if field else changes.records[:SAMPLE], field)
    st.caption("Select a field to see records with its value before and after.")


def repeats(found: Check) -> None:
    """The records that stand in several rows; nothing where there are none."""
    repeated = found.repeats
    if not repeated.count:
        return
    st.markdown(f"**Records in several rows of the file** · {repeated.count:,}")
    st.dataframe(
        visible_frame(pl.DataFrame([_repeat(repeat) for repeat in repeated.first])),
        hide_index=True,
        lazy=False,
    )
    more = repeated.count - len(repeated.first)
    rest = f" {more:,} more records are not listed." if more else ""
    st.caption(f"Of each field the last row that gives a value counts.{rest}")


def _field(change: FieldChange) -> dict[str, str | int]:
    counts = (change.changed, change.filled, change.cleared)
    return {"Field": change.field.label, **dict(zip(COUNTS, counts, strict=True))}


def _examples(records: Sequence[ChangedRecord], field: Field | None) -> None:
    hidden = mask()
    shown = [_masked(record, hidden) if hidden.on else record for record in records]
    lines = [_changed(record) if field is None else _of(record, field) for record in shown]
    st.dataframe(visible_frame(pl.DataFrame(lines)), hide_index=True, lazy=False)


def _masked(record: ChangedRecord, hidden: Mask) -> ChangedRecord:
    """A stored record to show: a file can name anybody's, to learn what is kept of them."""
    said = tuple(map(hidden.difference, record.differences))
    return ChangedRecord(record.id, record.id, said)


def _changed(record: ChangedRecord) -> dict[str, str]:
    return {"Record": record.record, "Changes": "; ".join(map(str, record.differences))}


def _of(record: ChangedRecord, field: Field) -> dict[str, str]:
    [chosen] = [one for one in record.differences if one.field is field]
    return {"Record": record.record, "Before": chosen.before, "After": chosen.after}


def _repeat(repeat: Repeat) -> dict[str, str]:
    more = f" … {len(repeat.rows):,} in all" if len(repeat.rows) > ROWS else ""
    others = [
        f"{', '.join(field.label for field in fields)}: row {row}"
        for row, fields in list(repeat.fields.items())[1:]
    ]
    return {
        "Record": repeat.record,
        "Row numbers": ", ".join(map(str, repeat.rows[:ROWS])) + more,
        "Row that counts": "".join(map(str, list(repeat.fields)[:1])),
        "Except": "; ".join(others),
    }

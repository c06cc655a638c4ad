"""Where each column of a file goes: one line per column, proposed from its header."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import polars as pl
import streamlit as st

from engine.base.kinds.registry import KINDS
from engine.filters.kinds import STRING
from engine.imports.columns.requirements import requirements
from engine.imports.columns.table import Table
from engine.imports.columns.target import Target
from engine.imports.preview import Preview
from engine.text.counts import counted
from engine.text.display import SENTENCE, visible, visible_frame
from pages._components.imports.column_options import column_options
from pages._components.imports.key_choice import choose_column, still_lacking
from pages._components.imports.mapping_draft import MappingDraft
from pages._components.imports.notes import ColumnRemarks
from pages._components.imports.words import TYPES, field_label, type_label
from pages._components.shell.text import bold, message, plain, spoken

WIDTHS = [4, 3, 5]  # of a line: column and sample, type and why, field and options
EXAMPLES, LONG = 4, 60  # cells of a sample, and characters of one
FEW, PAGE = 30, 25  # columns shown at once without asking; else so many on one page
NOWHERE = ""  # the option of a column that is not imported
RECOGNISED, METADATA, DROPPED, ALL = "Recognised", "Metadata", "Not imported", "All"

Findings = Mapping[str, ColumnRemarks]  # by header
NOTHING = ColumnRemarks("", ())


class ColumnLine(NamedTuple):
    """One column of the file."""

    place: int
    target: Target


def mapping_form(found: Preview, table: Table, draft: MappingDraft, findings: Findings) -> None:
    """One line per column of the file: where it goes, and how its cells are read."""
    lines = [ColumnLine(*each) for each in enumerate(found.targets) if _is_column(each[1])]
    shown = _narrowed(lines, table, draft)
    if shown:
        st.caption("Each column with some of its values, what it holds, and where it goes.")
    for line in shown:
        _line(line, found, table, draft, findings.get(line.target.header, NOTHING))
    _required(found.targets, table, draft)


def first_rows(found: Preview) -> None:
    """The first records as they stand in the file."""
    width = len(found.header)
    rows = [[*row, *[None] * (width - len(row))][:width] for row in found.rows]
    names = [f"{name}{'′' * found.header[:place].count(name)}"
             for place, name in enumerate(found.header)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    st.dataframe(visible_frame(frame), hide_index=True, lazy=False, placeholder="")


def _is_column(target: Target) -> bool:
    """An object of all metadata, as JSON has it, says itself where each key goes."""
    return not (target.namespace and not target.path)


def _narrowed(lines: list[ColumnLine], table: Table, draft: MappingDraft) -> list[ColumnLine]:
    """The lines to show: all of a usual file, of a wide one those that are looked for."""
    if len(lines) <= FEW:
        return lines
    groups = {RECOGNISED: [], METADATA: [], DROPPED: []}  # type: dict[str, list[ColumnLine]]
    for line in lines:
        groups[_group(draft.of(line.target).field, table)].append(line)
    options = {name: found for name, found in {**groups, ALL: lines}.items() if found}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            counted(len(lines), "columns"),
            list(options),
            default=next(iter(options)),
            required=True,
            format_func=lambda name: f"{name} {len(options[name]):,}",
            key=draft.key("group"),
        )
        sought = st.text_input(
            "Find a column", key=draft.key("search"), placeholder="Part of its name", width=220
        )
    shown = [line for line in options.get(chosen, lines)
             if sought.casefold() in line.target.header.casefold()]  # fmt: skip
    pages = -(-len(shown) // PAGE)
    page = st.pagination(pages, key=draft.key("page", chosen, sought)) if pages > 1 else 1
    if not shown:
        st.caption("No column has this in its name.")
    return shown[(page - 1) * PAGE : page * PAGE]


def _group(field: str | None, table: Table) -> str:
    if field is None:
        return DROPPED
    return METADATA if field.partition(".")[0] in table.namespaces else RECOGNISED


def _line(
    line: ColumnLine, found: Preview, table: Table, draft: MappingDraft, seen: ColumnRemarks
) -> None:
    target = line.target
    # On a phone they stand below each other, nearer than the lines do.
    header, kind, field = st.columns(WIDTHS, vertical_alignment="center", gap="xxsmall")
    with header.container(gap=None):
        st.markdown(bold(target.header) if target.header.strip() else "*(no name)*")
        st.caption(plain(_sample(line.place, found), SENTENCE) or "*no value*")
    with kind.container(gap=None):
        if label := _type(line, found, table, draft, seen):
            st.markdown(plain(label))
        for text in seen.remarks or _why(line, found, table, draft):
            st.caption(message(text))
    with field.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        _goal(line, table, draft)
        _more(line, draft)
    if target.header in draft.open:
        with st.container(border=True):
            column_options(target, table, draft)


def _more(line: ColumnLine, draft: MappingDraft) -> None:
    target = line.target
    st.button(
        "",
        key=draft.key(line.place, "more"),
        icon=":material/tune:",
        type="tertiary",
        help=f"How {plain(target.header)} is read and written",
        on_click=lambda: draft.open.symmetric_difference_update({target.header}),
    )


def _sample(place: int, found: Preview) -> str:
    cells = (row[place] for row in found.rows if len(row) > place)
    distinct = list(dict.fromkeys(cell for cell in cells if cell.strip()))
    return " · ".join(visible(cell, LONG) for cell in distinct[:EXAMPLES])


def _type(
    line: ColumnLine, found: Preview, table: Table, draft: MappingDraft, seen: ColumnRemarks
) -> str:
    """What its cells are; of metadata the check tells more, once it has looked at all of them."""
    said = draft.of(line.target)
    known = table.column(said.field) if said.field else None
    if said.field is None:
        return ""
    if known:
        return type_label(known, table)
    if seen.kind and not said.type:
        return seen.kind
    detected = found.kinds[line.place]
    kind = TYPES[said.type] if said.type else detected.label if detected else "As in the file"
    return f"List of: {kind.lower()}" if said.list else kind


def _why(line: ColumnLine, found: Preview, table: Table, draft: MappingDraft) -> list[str]:
    """Why a column has its type, before the whole file was looked at."""
    said = draft.of(line.target)
    if said.field is None or table.column(said.field):
        return []
    if said.type:
        return ["As you chose"]
    if found.kinds[line.place] in (None, STRING):
        return []  # text says nothing of itself
    return ["Fits every row" if found.sampled == found.estimate
            else f"Fits the first {counted(found.sampled, 'rows')}"]  # fmt: skip


def _goal(line: ColumnLine, table: Table, draft: MappingDraft) -> None:
    target, now = line.target, draft.of(line.target).field
    labels = {column.path: field_label(column, table) for column in table.columns}
    key_fields = {path for need in requirements(table) for path in need.fields}
    own = now if now not in labels and now else _own_metadata(target, table)
    options = [*labels, *([own] if own else []), NOWHERE]
    key = draft.key(line.place, "goal")

    def shown(path: str) -> str:
        if path == NOWHERE:
            return "Do not import"
        if path not in labels:
            return visible(f"Metadata as “{path.partition('.')[2]}”")
        return f"{labels[path]} (needed)" if path in key_fields else labels[path]

    known = table.column(now) if now else None
    st.selectbox(
        spoken(f"{target.header} goes to"),
        options,
        index=options.index(known.path if known else now or NOWHERE),
        format_func=shown,
        key=key,
        label_visibility="collapsed",
        on_change=lambda: draft.send(target, st.session_state[key] or None),
    )


def _own_metadata(target: Target, table: Table) -> str | None:
    """The metadata key that a header makes."""
    if target.namespace:
        return target.field
    name = target.header.strip()
    return f"{table.namespaces[0]}.{name}" if name else None


def _required(chosen: Iterable[Target], table: Table, draft: MappingDraft) -> None:
    """What no column gives, and which one it is after all."""
    columns = [each for each in chosen if _is_column(each)]
    others = [each for each in chosen if not _is_column(each)]
    for need in still_lacking(columns, others, table, draft):
        labels = [field_label(column, table) for column in table.columns
                  if column.path in need.fields]  # fmt: skip
        one = KINDS[table.name].singular
        st.warning(
            plain(f"Every {one} needs its {' or '.join(labels)}: choose the column that has it."),
            icon=":material/key:",
        )
        key = draft.key("needed", need.usual)
        choose_column("Which column is it?", columns, need, draft, key)
    named = "source_id" in (column.name for column in table.columns)
    if named and table.without_key == "reject":
        key = draft.key("create")
        st.toggle(
            f"Create {table.name} for rows that have neither an ID nor a source ID",
            draft.settings.get("without_key") == "create",
            key=key,
            on_change=lambda: draft.settings.update(
                without_key="create" if st.session_state[key] else "reject"
            ),
        )

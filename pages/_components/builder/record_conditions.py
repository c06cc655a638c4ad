"""`where` in the builder: rows about the orders, redemptions or events that count."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from engine.base.profiles import Profile
from engine.filters.describe import describe_group
from engine.filters.drafts import draft as drafts
from engine.filters.drafts.completeness import NO_VALUE, finished, unfinished
from engine.filters.drafts.draft import EMPTY, Branch, Node, Row
from engine.filters.drafts.writing import written
from engine.filters.fields import Catalogue, Field
from engine.filters.operators.table import operators_for
from engine.text.display import SENTENCE
from pages._components.builder.draft_session import edit_row, key, row_fragment
from pages._components.builder.operands import Slot, operand_input
from pages._components.builder.row_inputs import field_input, junction_input, operator_input
from pages._components.shell.session import money, workbench
from pages._components.shell.text import plain


@dataclass(frozen=True, eq=False)
class RecordDraft:
    """Which records of a row count: a small draft of its own, of which the row holds the filter."""

    row: Row
    table: str
    profile: Profile

    @property
    def catalogue(self) -> Catalogue:
        """The fields of one record."""
        return self.profile.catalogue.of_records(self.table)

    @property
    def draft(self) -> Branch:
        """The rows, unfinished ones too; drawn up anew where the row's filter is another one."""
        known = st.session_state.get(self.key(0, "draft"))
        if known is not None and known[1] == self.row.where:
            branch: Branch = known[0]
            return branch
        return drafts.drafted(self.row.where) if self.row.where else EMPTY

    def key(self, node_id: int, part: str) -> str:
        """Of a widget; other records have other widgets."""
        return key(self.row.id, f"where-{self.table}-{node_id}-{part}")

    def edit(self, change: Callable[..., Branch], *args: Any, **values: Any) -> None:
        """Changes the draft, and the row where its finished part says something else now."""
        changed = change(self.draft, *args, **values)
        said = finished(changed, self.catalogue, workbench().zone)
        where = said.group if said else None
        st.session_state[self.key(0, "draft")] = changed, where
        if where != self.row.where:
            edit_row(self.row.id, where=where)
        st.rerun([row_fragment(self.row.id)])


def record_conditions(row: Row, field: Field, profile: Profile) -> None:
    """Draws the rows under a condition on an activity; nothing where its records have no field."""
    records = RecordDraft(row, field.table, profile)
    fields = records.catalogue.fields()
    if not fields:
        return
    draft = records.draft
    new = Row(0, fields[0].path, operators_for(fields[0])[0].key)
    with st.container(border=bool(draft.children), gap="xsmall"):
        _heading(records, draft)
        lacking = unfinished(draft, records.catalogue, workbench().zone)
        for child in draft.children:
            _child(records, child, lacking.get(child.id))
        st.button(
            f"Condition on the {records.table}",
            key=records.key(0, "add"),
            icon=":material/filter_alt:",
            type="tertiary",
            on_click=records.edit,
            args=(drafts.added, draft.id, new),
        )


def _heading(records: RecordDraft, draft: Branch) -> None:
    if not draft.children:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        said = f"Not those {records.table} with" if draft.negated else f"Only {records.table} with"
        st.caption(said, width="content")
        if len(draft.children) > 1:
            junction_input(
                records.key(0, "junction"),
                said,
                draft.junction,
                lambda word: records.edit(drafts.changed, draft.id, junction=word),
            )


def _child(records: RecordDraft, child: Node, lack: str | None) -> None:
    """A row of inputs; a group, which comes as JSON, in words."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        if isinstance(child, Row):
            _condition(records, child)
        else:
            inside = written(child, {row.id for row in drafts.rows_of(child)})
            said = describe_group(inside.group, records.catalogue, money) if inside else "nothing"
            st.markdown(plain(said, SENTENCE))
        st.button(
            "",
            key=records.key(child.id, "delete"),
            icon=":material/delete:",
            type="tertiary",
            help="Take this condition away",
            on_click=records.edit,
            args=(drafts.removed, child.id),
        )
    if lack is not None:
        st.caption(f":material/pending: {_lack(lack)}")


def _condition(records: RecordDraft, row: Row) -> None:
    field = records.catalogue.field(row.field)
    operator = {each.key: each for each in operators_for(field)}[row.operator]

    def change(**values: Any) -> None:
        records.edit(drafts.changed, row.id, **values)

    def choose(chosen: Field) -> None:
        change(**drafts.on_field(row, field, chosen))

    def take(operand: tuple[Any, ...]) -> None:
        change(operand=operand)

    field_input(records.key(row.id, "field"), records.catalogue.fields(), field, choose)
    operator_input(records.key(row.id, f"operator.{field.path}"), row, field, change)
    operand_input(Slot(row, field, operator, records.profile, take, records.key(row.id, "value")))


def _lack(lack: str) -> str:
    """What to do so that a condition counts."""
    if lack == NO_VALUE:
        return "Choose a value to count this condition"
    return f"Not counted yet: {plain(lack)}"

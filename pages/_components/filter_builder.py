"""
The visual builder of a filter: nested groups of rows, each a field, an operator and an operand.

The draft in the session is the truth; a widget only shows it and edits it in its callback. The
`FRAGMENTS` that show the draft are drawn again after an edit, and nothing else of the page.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from engine.filters import draft as drafts
from engine.filters.draft import Branch, Row
from engine.filters.expression import Group
from engine.filters.fields import Field
from engine.filters.finished import finished, unfinished
from engine.filters.operator_row import Operator
from engine.filters.operators import operators_for
from engine.profiles import Profile
from engine.segments import Answer, answer
from pages._components.operands import Slot, operand_input
from pages._components.session import workbench

DRAFT = "draft"
FRAGMENTS = ["result", "builder", "sample", "json"]  # the number first
FIELD_WIDTH, OPERATOR_WIDTH = 200, 170  # pixels; the value takes the rest
FIRST_FIELD = "address.city"


def current() -> Branch:
    """The draft being built."""
    draft: Branch = st.session_state.setdefault(DRAFT, drafts.EMPTY)
    return draft


def begin(draft: Branch) -> None:
    """Puts another draft in place of the current one; its widgets start afresh."""
    st.session_state[DRAFT] = draft
    st.session_state["generation"] = st.session_state.get("generation", 0) + 1


def evaluated(profile: Profile) -> tuple[Group | None, Answer | None]:
    """The finished part of the draft and who it matches; the fragments of one edit share it."""
    known = st.session_state.get("evaluated")
    if known is None or known[0] is not profile or known[1] is not current():
        group = finished(current(), profile.catalogue, workbench().zone)
        found = answer(profile, group, workbench().clock()) if group else None
        known = st.session_state["evaluated"] = (profile, current(), group, found)
    return known[2], known[3]


def builder(profile: Profile) -> None:
    """Draws the draft; call it inside the fragment `builder`."""
    lacking = unfinished(current(), profile.catalogue, workbench().zone)
    _group(current(), profile, lacking, outermost=True)


def _edit(change: Callable[..., Branch], *args: Any, **values: Any) -> None:
    """Replaces the draft by what `change` makes of it, from a callback."""
    st.session_state[DRAFT] = change(current(), *args, **values)
    st.rerun(FRAGMENTS)


def _key(node_id: int, part: str) -> str:
    return f"{part}-{st.session_state.get('generation', 0)}-{node_id}"


def _group(
    branch: Branch, profile: Profile, lacking: dict[int, str], *, outermost: bool = False
) -> None:
    with st.container(border=True, key=_key(branch.id, "group"), gap="small"):
        _group_bar(branch, outermost=outermost)
        for child in branch.children:
            if isinstance(child, Branch):
                _group(child, profile, lacking)
            else:
                _row(child, profile, lacking.get(child.id))
        _add_bar(branch)


def _group_bar(branch: Branch, *, outermost: bool) -> None:
    junction, negated = _key(branch.id, "junction"), _key(branch.id, "not")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            "Customers must match",
            ["and", "or"],
            default=branch.junction,
            required=True,
            format_func=lambda word: {"and": "All of", "or": "Any of"}[word],
            key=junction,
            label_visibility="collapsed",
            on_change=lambda: _edit(drafts.changed, branch.id, junction=st.session_state[junction]),
        )
        st.toggle(
            "Not",
            branch.negated,
            key=negated,
            help="The group holds for those for whom it would not",
            on_change=lambda: _edit(drafts.changed, branch.id, negated=st.session_state[negated]),
        )
        if not outermost:
            st.space("stretch")
            _tools(branch.id, "group")


def _add_bar(branch: Branch) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, part, in_group in (("Condition", "add", False), ("Group", "nest", True)):
            st.button(
                label,
                key=_key(branch.id, part),
                icon=":material/add:",
                type="tertiary",
                on_click=_edit,
                args=(drafts.added, branch.id, new_row()),
                kwargs={"in_group": in_group},
            )


def new_row() -> Row:
    """The row that a new condition begins as."""
    catalogue = workbench().profile().catalogue
    return Row(0, FIRST_FIELD, operators_for(catalogue.field(FIRST_FIELD))[0].key)


def _row(row: Row, profile: Profile, lack: str | None) -> None:
    field = profile.catalogue.field(row.field)
    line = st.container(horizontal=True, vertical_alignment="center", gap="xsmall")
    with line:
        _field_input(row, field, profile)
        _operator_input(row, field)
        _value_input(row, field, profile)
        _tools(row.id, "condition")
    if lack:
        st.caption(f":material/pending: Not counted yet: {field.label} {lack}")


def _field_input(row: Row, field: Field, profile: Profile) -> None:
    key = _key(row.id, "field")
    fields = {each.path: each for each in (*profile.catalogue.fields(), field)}

    def choose() -> None:
        chosen = fields[st.session_state[key]]
        _edit(
            drafts.changed,
            row.id,
            field=chosen.path,
            operator=operators_for(chosen)[0].key,
            operand=(),
        )

    st.selectbox(
        "Field",
        list(fields),
        index=list(fields).index(field.path),
        format_func=lambda path: f"{fields[path].label} · {fields[path].group}",
        width=FIELD_WIDTH,
        key=key,
        on_change=choose,
        label_visibility="collapsed",
    )


def _operator_input(row: Row, field: Field) -> None:
    key = _key(row.id, f"operator.{field.path}")
    operators = _offered(row, field)

    def choose() -> None:
        chosen, before = operators[st.session_state[key]], operators[row.operator]
        keeps = chosen.operand.key == before.operand.key
        operand = row.operand if keeps else ()
        _edit(drafts.changed, row.id, operator=chosen.key, operand=operand)

    st.selectbox(
        "Operator",
        list(operators),
        index=list(operators).index(row.operator),
        format_func=lambda name: operators[name].label.replace(" …", ""),
        width=OPERATOR_WIDTH,
        key=key,
        on_change=choose,
        label_visibility="collapsed",
    )


def _offered(row: Row, field: Field) -> dict[str, Operator]:
    """The operators to choose from: of those that say the same, the row's own or the first."""
    every = operators_for(field)
    own = [each for each in every if each.key == row.operator]
    by_label = {each.label: each for each in (*reversed(every), *own)}
    return {each.key: each for each in every if by_label[each.label] is each}


def _value_input(row: Row, field: Field, profile: Profile) -> None:
    operator = {each.key: each for each in operators_for(field)}[row.operator]

    def change(operand: tuple[Any, ...]) -> None:
        _edit(drafts.changed, row.id, operand=operand)

    operand_input(Slot(row, field, operator, profile, change, _key(row.id, "value")))


def _tools(node_id: int, what: str) -> None:
    for label, icon, change in (
        ("Duplicate", "content_copy", drafts.duplicated),
        ("Delete", "delete", drafts.removed),
    ):
        st.button(
            "",
            key=_key(node_id, label),
            icon=f":material/{icon}:",
            help=f"{label} this {what}",
            type="tertiary",
            on_click=_edit,
            args=(change, node_id),
        )

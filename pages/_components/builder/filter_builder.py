"""The visual builder of a filter: nested groups of rows, each a field, an operator, an operand."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from engine.base.profiles import Profile
from engine.filters.describe import describe_group
from engine.filters.drafts import draft as drafts
from engine.filters.drafts.completeness import NO_VALUE
from engine.filters.drafts.draft import Branch, Row
from engine.filters.drafts.writing import written
from engine.filters.fields import Field
from engine.filters.kinds import STRING
from engine.filters.operators.table import operators_for
from engine.filters.wording.english import a
from engine.filters.wording.patterns import label_of
from engine.text.display import SENTENCE
from pages._components.builder.draft_session import (
    DraftResult,
    can_redo,
    can_undo,
    edit,
    edit_row,
    evaluated,
    key,
    redo,
    row_fragment,
    undo,
)
from pages._components.builder.node_numbers import caption
from pages._components.builder.operands import Slot, operand_input, operand_note
from pages._components.builder.row_inputs import field_input, junction_input, operator_input
from pages._components.builder.row_options import options, toggle
from pages._components.shell.fragments import fragment
from pages._components.shell.session import money, workbench
from pages._components.shell.text import plain

FIRST_FIELD = "address.city"
COLLAPSED = "collapsed"  # ids of the groups that are folded up


def builder(profile: Profile) -> None:
    """Draws the draft with its numbers; call it inside the fragment `builder`."""
    travel()
    state = evaluated(profile)
    _group(state.draft, state, outermost=True)


@fragment(key="travel")
def travel() -> None:
    """Back and forth through the edits."""
    with st.container(horizontal=True, gap="small"):
        for label, icon, go, able in (
            ("Undo", "undo", undo, can_undo()),
            ("Redo", "redo", redo, can_redo()),
        ):
            st.button(
                label, icon=f":material/{icon}:", type="tertiary", on_click=go, disabled=not able
            )


def _group(branch: Branch, state: DraftResult, *, outermost: bool = False) -> None:
    folded = branch.id in st.session_state.get(COLLAPSED, set())
    with st.container(border=True, key=key(branch.id, "group"), gap="small"):
        _group_bar(branch, folded=folded, outermost=outermost)
        if not outermost:  # its number stands beside the builder
            figures(branch.id)
        if folded:
            _folded(branch, state)
            return
        for child in branch.children:
            if isinstance(child, Branch):
                _group(child, state)
            else:
                fragment(key=row_fragment(child.id))(_row)(child.id)
        _add_bar(branch)


def _folded(branch: Branch, state: DraftResult) -> None:
    """What a folded group says, in words."""
    counted = {row.id for row in drafts.rows_of(branch)} - state.lacking.keys()
    said = written(branch, counted)
    words = describe_group(said.group, state.profile.catalogue, money) if said else "nothing"
    st.markdown(plain(words, SENTENCE))


def _group_bar(branch: Branch, *, folded: bool, outermost: bool) -> None:
    junction, negated = key(branch.id, "junction"), key(branch.id, "not")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        junction_input(
            junction,
            "Customers must match",
            branch.junction,
            lambda word: edit(drafts.changed, branch.id, junction=word),
        )
        st.toggle(
            "Not",
            branch.negated,
            key=negated,
            help="Reverses the group: customers who do not match it",
            on_change=lambda: edit(drafts.changed, branch.id, negated=st.session_state[negated]),
        )
        if not outermost:
            st.space("stretch")
            fold = {"Unfold" if folded else "Fold up": lambda: _fold(branch)}
            _tools(branch, "group", fold)


def _fold(branch: Branch) -> None:
    shown = st.session_state.setdefault(COLLAPSED, set())
    shown.symmetric_difference_update({branch.id})
    st.rerun(["builder"])


@fragment(key="figures")
def figures(node_id: int) -> None:
    """A node's numbers, or why it has none; each edit draws those of all nodes again."""
    profile = workbench().profile()
    state = evaluated(profile)
    node = drafts.find(state.draft, node_id)
    if node.muted:
        st.caption(":material/visibility_off: Muted: not in the filter")
    elif isinstance(node, Row) and (lack := state.lacking.get(node_id)):
        st.caption(f":material/pending: {_lack(profile.catalogue.field(node.field), lack)}")
    elif numbers := state.numbers.get(node_id):
        row = node if isinstance(node, Row) else None
        field = profile.catalogue.field(row.field) if row else None
        narrowed = row is not None and bool(row.window or row.where)
        st.caption(caption(numbers, field, narrowed=narrowed))


def _lack(field: Field, lack: str) -> str:
    """What to do so that a condition counts."""
    if lack != NO_VALUE:
        return f"Not counted yet: {plain(field.label)}: {plain(lack)}"
    if field.kind is STRING and not field.many:
        return f"Choose {plain(a(label_of(field)))} to count this condition"
    return f"Enter a value for {plain(label_of(field))} to count this condition"


def _add_bar(branch: Branch) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, part, in_group in (("Condition", "add", False), ("Group", "nest", True)):
            st.button(
                label,
                key=key(branch.id, part),
                icon=":material/add:",
                type="tertiary",
                on_click=edit,
                args=(drafts.added, branch.id, new_row()),
                kwargs={"in_group": in_group},
            )


def new_row() -> Row:
    """The row that a new condition begins as."""
    catalogue = workbench().profile().catalogue
    return Row(0, FIRST_FIELD, operators_for(catalogue.field(FIRST_FIELD))[0].key)


def _row(row_id: int) -> None:
    profile = workbench().profile()
    row = drafts.find(evaluated(profile).draft, row_id)
    assert isinstance(row, Row)
    field = profile.catalogue.field(row.field)
    operator = {each.key: each for each in operators_for(field)}[row.operator]

    def choose(chosen: Field) -> None:
        edit_row(row_id, **drafts.on_field(row, field, chosen))

    def change(operand: tuple[Any, ...]) -> None:
        edit_row(row_id, operand=operand)

    slot = Slot(row, field, operator, profile, change, key(row_id, "value"))
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            field_input(key(row_id, "field"), profile.catalogue.fields(), field, choose)
            operator_input(
                key(row_id, f"operator.{field.path}"), row, field, partial(edit_row, row_id)
            )
            operand_input(slot)
            _tools(row, "condition", {"Options": lambda: _show_options(row)})
        operand_note(slot)
        options(row, field, operator, profile)
        figures(row_id)


def _show_options(row: Row) -> None:
    toggle(row)
    st.rerun([row_fragment(row.id)])


def _tools(node: Row | Branch, what: str, more: Mapping[str, Callable[[], None]]) -> None:
    """What can be done with a node; `more` is what only this kind of node can do."""
    actions: dict[str, Callable[[], None]] = {
        **more,
        "Count again" if node.muted else "Mute": lambda: edit(
            drafts.changed, node.id, muted=not node.muted
        ),
        "Duplicate": lambda: edit(drafts.duplicated, node.id),
        "Move up": lambda: edit(drafts.moved, node.id, -1),
        "Move down": lambda: edit(drafts.moved, node.id, 1),
    }
    name = key(node.id, "more")
    st.menu_button(
        "",
        list(actions),
        icon=":material/more_horiz:",
        help=f"More actions for this {what}",
        type="tertiary",
        key=name,
        on_click=lambda: actions[st.session_state[name]](),
    )
    st.button(
        "",
        key=key(node.id, "Delete"),
        icon=":material/delete:",
        help=f"Delete this {what}",
        type="tertiary",
        on_click=edit,
        args=(drafts.removed, node.id),
    )

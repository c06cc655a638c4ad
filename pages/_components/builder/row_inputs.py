"""The first two inputs of a row: which field, and which operator on it."""

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from engine.filters.drafts.draft import Row
from engine.filters.fields import Field
from engine.filters.operators.row import Operator
from engine.filters.operators.table import operators_for
from engine.text.display import visible

FIELD_WIDTH, OPERATOR_WIDTH = 200, 140  # pixels at least; the value takes the rest
LETTER, EDGES, WIDEST = 7, 52, 330  # pixels of a letter, and of what stands beside them


def field_input(
    name: str, fields: Iterable[Field], field: Field, choose: Callable[[Field], None]
) -> None:
    """One of the fields, or the present one where it is not among them."""
    offered = {
        each.path: (each, visible(f"{each.label} · {each.group}")) for each in (*fields, field)
    }
    st.selectbox(
        "Field",
        list(offered),
        index=list(offered).index(field.path),
        format_func=lambda path: offered[path][1],
        width=_width(offered[field.path][1], FIELD_WIDTH),
        key=name,
        on_change=lambda: choose(offered[st.session_state[name]][0]),
        label_visibility="collapsed",
    )


def operator_input(name: str, row: Row, field: Field, change: Callable[..., None]) -> None:
    """
    The operators that the field allows.

    Args:
        name: of the widget; another field needs another one.
        change: takes `operator` and `operand`, which stays where the new operator has the same.
    """
    operators = _offered(row, field)

    def choose() -> None:
        chosen, before = operators[st.session_state[name]], operators[row.operator]
        same: bool = chosen.operand.key == before.operand.key
        operand: tuple[Any, ...] = row.operand if same else ()
        change(operator=chosen.key, operand=operand)

    st.selectbox(
        "Operator",
        list(operators),
        index=list(operators).index(row.operator),
        format_func=lambda key: _said(operators[key]),
        width=_width(_said(operators[row.operator]), OPERATOR_WIDTH),
        key=name,
        on_change=choose,
        label_visibility="collapsed",
    )


def _said(operator: Operator) -> str:
    return operator.label.replace(" …", "")


def _width(text: str, least: int) -> int:
    """Pixels of an input in which what is chosen stands whole."""
    return min(max(LETTER * len(text) + EDGES, least), WIDEST)


def _offered(row: Row, field: Field) -> dict[str, Operator]:
    """The operators to choose from: of those that say the same, the row's own or the first."""
    every = operators_for(field)
    own = [each for each in every if each.key == row.operator]
    by_label = {each.label: each for each in (*reversed(every), *own)}
    return {each.key: each for each in every if by_label[each.label] is each}


def junction_input(name: str, label: str, junction: str, choose: Callable[[str], None]) -> None:
    """Whether all or any of some rows must hold; `choose` gets the other one, from a callback."""
    st.segmented_control(
        label,
        ["and", "or"],
        default=junction,
        required=True,
        format_func=lambda word: {"and": "All of", "or": "Any of"}[word],
        key=name,
        label_visibility="collapsed",
        on_change=lambda: choose(st.session_state[name]),
    )

"""Why a customer is in a filter or not: the verdict at each node, and what would turn it."""

import streamlit as st

from engine.filters.in_python import Node
from engine.text.display import SENTENCE, visible
from pages._components.shell.text import plain

JUNCTIONS = {
    "and": "all of",
    "or": "any of",
    "not and": "not all of",
    "not or": "none of",
}


def reasons(root: Node) -> None:
    """The tree of verdicts from the top down, then the smallest change that turns it."""
    _lines(root, frozenset(root.flip), 0)
    turning = [node for node in _nodes(root) if node.path in root.flip]
    if turning:
        st.caption(f":material/swap_vert: {_turned(root, turning)}")


def _turned(root: Node, turning: list[Node]) -> str:
    """What would bring the customer in, or out."""
    verb = "drop out" if root.verdict else "join"
    if len(turning) == 1 and (distance := turning[0].distance):
        return f"Would {verb} with {plain(distance)}"
    sentences = plain("; ".join(node.sentence for node in turning), SENTENCE)
    changed = "no longer true" if root.verdict else "true"
    return f"Would {verb} if this were {changed}: {sentences}"


def _nodes(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in _nodes(child))]


def _lines(node: Node, turning: frozenset[str], depth: int) -> None:
    """One line for each condition and group."""
    mark = ":green[:material/check:]" if node.verdict else ":red[:material/close:]"
    value = "" if node.shown is None else f" · has {visible(node.shown)}"
    what = JUNCTIONS[node.label] if node.shown is None else node.sentence
    arrow = " :material/swap_vert:" if node.path in turning else ""
    st.markdown(f"{'&emsp;' * depth}{mark} {plain(what + value, SENTENCE)}{arrow}")
    for child in node.children:
        _lines(child, turning, depth + 1)

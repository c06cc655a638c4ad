"""
A filter while it is being built: a tree of rows and groups that may be unfinished, edited purely.

A row holds one operator. Where a filter holds several under one field, a draft has a row for each;
writing joins them again, so that a filter comes back as it went in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from engine.filters.expression import Condition, Group, Test, Window
from engine.filters.fields import Field
from engine.filters.operators.table import operators_for


@dataclass(frozen=True)
class Row:
    """One operator on one field; no operator and no operand yet where it was just added."""

    id: int
    field: str
    operator: str = ""
    operand: tuple[Any, ...] = ()
    missing: str = "match"
    ignore_case: bool = False
    window: Window | None = None
    where: Group | None = None
    muted: bool = False  # left out of the filter, kept in the draft

    @property
    def condition(self) -> Condition:
        """What the row says, alone."""
        test = Test(self.operator, self.operand)
        return Condition(
            self.field, (test,), self.missing, self.ignore_case, self.window, self.where
        )


@dataclass(frozen=True)
class Branch:
    """Rows and groups joined by `and` or `or`."""

    id: int
    junction: str = "and"
    negated: bool = False
    children: tuple["Row | Branch", ...] = field(default=())
    muted: bool = False  # left out of the filter, kept in the draft
    used: int = field(default=0, compare=False)  # greatest id ever: no widget is inherited


Node = Row | Branch
EMPTY = Branch(0)


def drafted(group: Group) -> Branch:
    """The draft of a filter; its nodes are numbered from 0 in reading order."""
    return _branch(group, count())


def rows_of(branch: Branch) -> Iterator[Row]:
    """Every row in reading order."""
    for node in nodes(branch):
        if isinstance(node, Row):
            yield node


def nodes(branch: Branch) -> Iterator[Node]:
    """Every node in reading order, the branch itself first."""
    yield branch
    for child in branch.children:
        yield from nodes(child) if isinstance(child, Branch) else (child,)


def find(branch: Branch, node_id: int) -> Node:
    """The node with this id. Raises StopIteration where it is gone."""
    return next(node for node in nodes(branch) if node.id == node_id)


def changed(branch: Branch, node_id: int, **values: Any) -> Branch:
    """The draft with some values of one node replaced."""
    if branch.id == node_id:
        return replace(branch, **values)
    return _edited(branch, node_id, lambda node: (replace(node, **values),))


def on_field(row: Row, field: Field, chosen: Field) -> dict[str, Any]:
    """
    What changes in a row on a field when another is chosen: its first operator, nothing to compare.

    What the row says of the records that count stays where it can: `window` on any activity,
    `where` on records of the same kind.
    """
    same_records = chosen.activity and chosen.table == field.table
    return {
        "field": chosen.path,
        "operator": operators_for(chosen)[0].key,
        "operand": (),
        "window": row.window if chosen.activity else None,
        "where": row.where if same_records else None,
    }


def added(branch: Branch, parent_id: int, row: Row, *, in_group: bool = False) -> Branch:
    """The draft with one more row at the end of a group, in a new group there if asked."""
    new = replace(row, id=_next_id(branch))
    child = Branch(new.id + 1, children=(new,)) if in_group else new
    parent = find(branch, parent_id)
    assert isinstance(parent, Branch)
    return changed(branch, parent_id, children=(*parent.children, child))


def removed(branch: Branch, node_id: int) -> Branch:
    """The draft without one node and all below it."""
    return replace(_edited(branch, node_id, lambda _: ()), used=_next_id(branch) - 1)


def duplicated(branch: Branch, node_id: int) -> Branch:
    """The draft with a copy of one node behind it."""
    numbers = count(_next_id(branch))
    return _edited(branch, node_id, lambda node: (node, _renumbered(node, numbers)))


def moved(branch: Branch, node_id: int, by: int) -> Branch:
    """The draft with one node moved among its siblings, as far as they go."""
    ids = [child.id for child in branch.children]
    if node_id not in ids:
        deeper = [
            moved(child, node_id, by) if isinstance(child, Branch) else child
            for child in branch.children
        ]
        return replace(branch, children=tuple(deeper))
    children = list(branch.children)
    node = children.pop(ids.index(node_id))
    children.insert(max(ids.index(node_id) + by, 0), node)
    return replace(branch, children=tuple(children))


def _branch(group: Group, numbers: Iterator[int]) -> Branch:
    own = next(numbers)
    children: list[Node] = []
    for condition in group.conditions:
        children += _rows(condition, group.junction, numbers)
    children += [_branch(inner, numbers) for inner in group.groups]
    return Branch(own, group.junction, group.negated, tuple(children))


def _rows(condition: Condition, junction: str, numbers: Iterator[int]) -> list[Node]:
    # Several operators under one field must all hold, also under `or` (filters rule 1.2).
    together = len(condition.tests) > 1 and junction == "or"
    own = next(numbers) if together else 0
    rows = [
        Row(
            next(numbers),
            condition.field,
            test.operator,
            test.operand,
            condition.missing,
            condition.ignore_case,
            condition.window,
            condition.where,
        )
        for test in condition.tests
    ]
    return [Branch(own, children=tuple(rows))] if together else list(rows)


def _edited(branch: Branch, node_id: int, edit: Callable[[Node], tuple[Node, ...]]) -> Branch:
    children: list[Node] = []
    for child in branch.children:
        if child.id == node_id:
            children += edit(child)
        else:
            children += [_edited(child, node_id, edit) if isinstance(child, Branch) else child]
    return replace(branch, children=tuple(children))


def _renumbered(node: Node, numbers: Iterator[int]) -> Node:
    if isinstance(node, Row):
        return replace(node, id=next(numbers))
    own = next(numbers)
    return replace(
        node, id=own, children=tuple(_renumbered(child, numbers) for child in node.children)
    )


def _next_id(branch: Branch) -> int:
    return 1 + max(branch.used, *(node.id for node in nodes(branch)))

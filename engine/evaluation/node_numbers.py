"""
What each node of a filter does to its result, from the masks of its leaves: no query a node.

A node is a filter, a condition, or one test of a condition. Each is known by its JSON path.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from operator import and_

from engine.evaluation.bitmaps import Bitmap
from engine.evaluation.masks import JOINS, Masks
from engine.filters.clock import Clock
from engine.filters.expression import Condition, Group
from engine.filters.meaning import Clause
from engine.filters.meaning import Tree as Resolved
from engine.filters.resolve import resolve, without_value


@dataclass(frozen=True)
class NodeNumbers:
    """Counts of customers, exact at one state of the base and one instant."""

    matched: int  # meet this node, whatever the rest of the filter says
    share: float  # of the base, 0 to 1; 0 on an empty base
    only: int  # result without this node less the result: > 0 come in, < 0 drop out
    decided: int  # the rest of the filter leaves open, so that this node alone decides them
    missing: int | None = None  # have no value there, as `$is_unknown` counts; None for a filter
    failed_missing: int | None = None  # of those, fail here because of it; None for a filter


@dataclass(frozen=True, eq=False)
class NodeVerdict:
    """A node with its verdict on everybody."""

    path: str
    mask: Bitmap
    junction: str = "and"  # of its children; tests of one condition must all hold
    children: tuple["NodeVerdict", ...] = ()
    missing: Bitmap | None = None  # who has no value there


def numbers(masks: Masks, group: Group, clock: Clock) -> Mapping[str, NodeNumbers]:
    """
    The numbers of every node, by JSON path in reading order.

    `only` is what removing the node alone would do: the size of the filter without it, less the
    size of the filter. Under `and` that is how many it alone excludes (0 or more), under `or` how
    many it alone brings in (0 or less); `$not` turns the sign round. Where a node is all its
    filter holds, the filter goes with it, and no filter at all is everybody.

    Raises:
        FilterError: the catalogue no longer allows a test.
    """
    resolved = resolve(group, masks.catalogue, clock.zone)
    root, everybody = tree(masks, resolved, clock), masks.base(resolved, clock)
    total = everybody.size
    return dict(_Counts(root.mask, total).below(root, everybody, total - root.mask.size))


def tree(masks: Masks, resolved: Resolved, clock: Clock) -> NodeVerdict:
    """
    Every node with its verdicts on those of whom the filter speaks (`Masks.base`).

    All leaves are made in one pass, and kept.
    """
    base = masks.base(resolved, clock)
    lacking = {each.path: without_value(each, clock.zone) for each in resolved.conditions()}
    found = masks.leaves([*resolved.all(), *lacking.values()], clock)
    made = {condition: bits & base for condition, bits in found.items()}
    missing = {path: made[leaf.condition] for path, leaf in lacking.items()}
    return _group(resolved, made, missing, base)


def below(node: NodeVerdict) -> Iterator[NodeVerdict]:
    """The node and all below it, in reading order."""
    yield node
    for child in node.children:
        yield from below(child)


def _group(
    resolved: Resolved,
    masks: Mapping[Condition, Bitmap],
    missing: Mapping[str, Bitmap],
    base: Bitmap,
) -> NodeVerdict:
    children = [_condition(each, masks, missing[each.path]) for each in resolved.clauses]
    children += [_group(nested, masks, missing, base) for nested in resolved.groups]
    joined = reduce(JOINS[resolved.junction], (child.mask for child in children))
    mask = base & ~joined if resolved.negated else joined
    return NodeVerdict(resolved.path, mask, resolved.junction, tuple(children))


def _condition(clause: Clause, masks: Mapping[Condition, Bitmap], missing: Bitmap) -> NodeVerdict:
    tests = tuple(
        NodeVerdict(test.path, masks[test.condition], missing=missing) for test in clause.tests()
    )
    mask = reduce(JOINS["and"], (test.mask for test in tests))
    return NodeVerdict(clause.path, mask, "and", tests, missing)


@dataclass(frozen=True, eq=False)
class _Counts:
    """The numbers of a tree, whose root says `result`."""

    result: Bitmap
    total: int

    def below(
        self, node: NodeVerdict, open_: Bitmap, only: int
    ) -> Iterator[tuple[str, NodeNumbers]]:
        """
        The numbers of a node and of all below it.

        Args:
            open_: the customers whose verdict turns with this node's.
            only: the node's own.
        """
        own = self._of(node, open_, only)
        yield node.path, own
        if node.missing is not None and len(node.children) == 1:  # the only test says the same
            yield node.children[0].path, own
            return
        for child, left in zip(node.children, left_open(node, open_), strict=True):
            alone = len(node.children) == 1
            yield from self.below(child, left, only if alone else self._moved(node, child, left))

    def _of(self, node: NodeVerdict, open_: Bitmap, only: int) -> NodeNumbers:
        matched = node.mask.size
        share = matched / self.total if self.total else 0.0
        if node.missing is None:
            return NodeNumbers(matched, share, only, open_.size)
        failed = (node.missing & ~node.mask).size
        return NodeNumbers(matched, share, only, open_.size, node.missing.size, failed)

    def _moved(self, parent: NodeVerdict, child: NodeVerdict, left: Bitmap) -> int:
        """How the result grows where the child no longer counts among its siblings."""
        moved = left & ~_passes(parent, child)
        return moved.size - 2 * (moved & self.result).size


def left_open(node: NodeVerdict, open_: Bitmap) -> list[Bitmap]:
    """For each child, whom its siblings leave open: all pass the ones before and after it."""
    passes = [_passes(node, child) for child in node.children]
    before = list(accumulate([open_, *passes[:-1]], and_))
    after = list(accumulate(reversed(passes[1:]), and_))[::-1]
    return [*map(and_, before, after), before[-1]] if passes else []


def _passes(parent: NodeVerdict, child: NodeVerdict) -> Bitmap:
    """Whom a child leaves to its siblings: under `and` who meets it, under `or` who does not."""
    return child.mask if parent.junction == "and" else ~child.mask

"""Oddities of a filter over a base: what is proved or shown, the counts, and the filter mended."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from engine.evaluation.bitmaps import Bitmap
from engine.evaluation.masks import Masks
from engine.evaluation.node_numbers import NodeNumbers, below, numbers, tree
from engine.filters.clock import Clock
from engine.filters.describe import clause_in_words
from engine.filters.edit import without
from engine.filters.expression import Group
from engine.filters.oddities.rows import PAIRS, SINGLE, Members, Oddity, contexts
from engine.filters.oddities.witnesses import possible
from engine.filters.resolve import resolve
from engine.filters.wording.values import Money, amount

MOST_MEMBERS = 64  # of one group, of which every two are compared: 2,016 pairs, 60 ms at 1 M rows


@dataclass(frozen=True)
class Finding:
    """One oddity at one place."""

    key: str
    path: str  # JSON path of the node that the fix changes or takes away
    other: str | None  # of the node that it disagrees with, or that makes it superfluous
    message: str
    proved: bool  # of every base and value; otherwise the counts of this base show it
    counts: Mapping[str, int]  # matched | first, second, both; decided; total
    fix: Group | None  # the filter with it mended; None where nothing would be left
    exact: bool  # the fix leaves the members as they are


def lint(masks: Masks, group: Group, clock: Clock, money: Money = amount) -> tuple[Finding, ...]:
    """
    What is always true or false, contradicts itself, is redundant or cannot be reached.

    Claims that only the counts show are left out on an empty base, and for a leaf or a group where
    something inside it has been found already.

    Args:
        money: writes an amount of cents.

    Raises:
        FilterError: the catalogue no longer allows a test.
    """
    return tuple(_Linter(masks, group, clock, money).findings())


@dataclass(frozen=True)
class GroupOddity:
    """One row about filters within the filter, which only counts can show."""

    key: str
    shown: str
    applies: Callable[[NodeNumbers, int], bool]  # the numbers of the group, and of the base


GROUPS = (
    GroupOddity(
        "always_false",
        "No customer matches this group today.",
        lambda node, total: node.matched == 0,
    ),
    GroupOddity(
        "always_true",
        "Every customer matches this group today.",
        lambda node, total: node.matched == total,
    ),
    GroupOddity(
        "unreachable",
        "The rest of the filter already decides about everyone; this group changes nothing.",
        lambda node, total: node.decided == 0,
    ),
)


class _Linter:
    """One filter over one base."""

    def __init__(self, masks: Masks, group: Group, clock: Clock, money: Money) -> None:
        self._masks, self._group, self._clock, self._money = masks, group, clock, money
        self._resolved = resolve(group, masks.catalogue, clock.zone)
        self._numbers = numbers(masks, group, clock)
        self._total = masks.base(self._resolved, clock).size
        self._bits = {node.path: node.mask for node in below(tree(masks, self._resolved, clock))}

    def findings(self) -> Iterator[Finding]:
        """Those of the leaves, then those of groups in which nothing was found."""
        found: list[Finding] = []
        for junction, members in contexts(self._resolved):
            alone = [one for each in members for one in self._first(SINGLE, (each,))]
            odd = {finding.path for finding in alone}
            rest = [each for each in members if each.path not in odd][:MOST_MEMBERS]
            fitting = [row for row in PAIRS if row.junction == junction]
            found += alone
            found += [one for two in combinations(rest, 2) for one in self._first(fitting, two)]
        yield from found
        if self._total:
            yield from self._groups([finding.path for finding in found])

    def _first(self, rows: Sequence[Oddity], members: Members) -> Iterator[Finding]:
        """The first row that is proved, else the first that the counts show."""
        counts = self._counts(members)
        absent = [row for row in rows if not counts[row.never] and row.applies(members)]
        if not absent:
            return
        can_be = possible(members, self._clock)
        proved = [row for row in absent if can_be is not None and row.never not in can_be]
        if proved:
            yield self._finding(proved[0], members, proved[0].proved, is_proved=True)
        elif self._total:
            yield self._finding(absent[0], members, absent[0].shown, is_proved=False)

    def _counts(self, members: Members) -> Mapping[tuple[bool, ...], int]:
        """How many customers have which verdicts under one or two members."""
        first, *others = (self._bits[member.path] for member in members)
        size, total = first.size, self._total
        if not others:
            return {(True,): size, (False,): total - size}
        (second,) = others
        both, its_size = (first & second).size, second.size
        return {
            (True, True): both,
            (True, False): size - both,
            (False, True): its_size - both,
            (False, False): total - size - its_size + both,
        }

    def _finding(self, row: Oddity, members: Members, message: str, *, is_proved: bool) -> Finding:
        written = [clause_in_words(member, self._money) for member in members]
        others = [member.path for member in members if member is not members[row.at]]
        fix = row.fix(self._group, members)
        return Finding(
            row.key,
            members[row.at].path,
            next(iter(others), None),
            message.format(*written),
            is_proved,
            self._claim_counts(members),
            fix,
            self._is_exact(fix),
        )

    def _claim_counts(self, members: Members) -> dict[str, int]:
        """The counts that a reader needs to see the claim."""
        counts, total = self._counts(members), {"total": self._total}
        if len(members) == 1:
            return {"matched": counts[True,]} | total
        both = counts[True, True]
        alone = {"first": both + counts[True, False], "second": both + counts[False, True]}
        return alone | {"both": both} | total

    def _groups(self, found: Sequence[str]) -> Iterator[Finding]:
        odd = list(found)
        # The filter as a whole comes last: what it holds says more.
        for path, node in sorted(self._numbers.items(), key=lambda one: one[0] == "$"):
            is_group = node.missing is None
            fitting = [row for row in GROUPS if row.applies(node, self._total)]
            if is_group and fitting and not _touches(path, odd):
                fix = without(self._group, path)
                counts = {"matched": node.matched, "decided": node.decided}
                row = fitting[0]
                yield Finding(
                    row.key, path, None, row.shown, False, counts, fix, self._is_exact(fix)
                )
                odd.append(path)

    def _is_exact(self, fix: Group | None) -> bool:
        if fix is None:
            return False
        mended = Bitmap.of(self._masks.matching(fix, self._clock))
        return ((mended & ~self._bits["$"]) | (self._bits["$"] & ~mended)).size == 0


def _touches(path: str, others: Collection[str]) -> bool:
    """Whether one of the others lies within the node, or the node within one of them."""
    return any(_holds(path, other) or _holds(other, path) for other in others)


def _holds(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith((f"{outer}.", f"{outer}["))

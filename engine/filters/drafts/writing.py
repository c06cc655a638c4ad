"""A draft as the filter that it says, and where in it each node of the draft came to stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from engine.filters.drafts.draft import Branch, Row
from engine.filters.expression import Condition, Group, step


@dataclass(frozen=True)
class DraftFilter:
    """A filter and the places of the draft's nodes."""

    group: Group
    places: Mapping[int, str]  # node id -> JSON path of its group, or of its test


def written(branch: Branch, finished: Collection[int], path: str = "$") -> DraftFilter | None:
    """
    What a draft says with the rows whose ids are in `finished`; None where none is left.

    A field stands once in a group: under `and` its further operators join the first, else they
    make a group of their own. What is muted is left out.
    """
    page = _Page(branch.junction, path)
    for child in () if branch.muted else branch.children:
        if isinstance(child, Branch):
            page.nest(written(child, finished, page.next_group))
        elif child.id in finished and not child.muted:
            page.add(child)
    if not page.conditions and not page.groups:
        return None
    group = Group(branch.junction, tuple(page.conditions), tuple(page.groups), branch.negated)
    return DraftFilter(group, {branch.id: path, **page.places})


class _Page:
    """One group while it is written."""

    def __init__(self, junction: str, path: str) -> None:
        self.conditions: list[Condition] = []
        self.groups: list[Group] = []
        self.places: dict[int, str] = {}
        self._junction = junction
        self._path = path

    @property
    def next_group(self) -> str:
        """The path of the group that comes next."""
        return step(step(self._path, "$groups"), len(self.groups))

    def nest(self, inner: DraftFilter | None) -> None:
        """Takes a group in."""
        if inner is not None:
            self.groups.append(inner.group)
            self.places.update(inner.places)

    def add(self, row: Row) -> None:
        """Takes a row in: as a condition, as one more test of one, or as a group of its own."""
        new = row.condition
        place = next((at for at, each in enumerate(self.conditions) if each.field == new.field), -1)
        if place < 0:
            self.conditions.append(new)
            self.places[row.id] = _test(self._path, new)
            return
        known = self.conditions[place]
        if self._junction == "and" and _joins(known, new):
            self.conditions[place] = replace(known, tests=(*known.tests, *new.tests))
            self.places[row.id] = _test(self._path, new)
        else:
            self.places[row.id] = _test(self.next_group, new)
            self.groups.append(Group("and", (new,)))


def _joins(known: Condition, new: Condition) -> bool:
    """Whether a condition can take the test of another as one more of its own."""
    alike = replace(known, tests=new.tests) == new
    return alike and new.tests[0].operator not in {test.operator for test in known.tests}


def _test(path: str, condition: Condition) -> str:
    """The JSON path of a condition's only test."""
    return step(step(step(path, condition.field), "conditions"), condition.tests[0].operator)

"""
Filters over a table in memory: each leaf as a mask, and a whole filter in two stages.

A leaf is a condition with one test. Cheap leaves are answered for every row in one pass; dear ones,
which look at every text or list, only for the rows that nothing else has decided yet.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from functools import reduce
from operator import and_, or_
from zoneinfo import ZoneInfo

import polars as pl

from engine.bitmaps import Bitmap
from engine.columns import Column
from engine.filters.clock import Clock
from engine.filters.compiler import leaf as compiled
from engine.filters.compiler import mask
from engine.filters.expression import Condition, Group, apart, conditions_of
from engine.filters.fields import Catalogue
from engine.filters.operators import rows_of
from engine.filters.storage import Storage
from engine.filters.understanding import uses_clock
from engine.recent import Recent, room_for

JOINS = {"and": and_, "or": or_}
ROOM = 64 * 2**20  # bytes for kept masks: 500 leaves of a million rows
FEWEST, MOST = 64, 4096  # masks that are kept whatever the table's size
NEARLY_ALL = 0.75  # above this share of rows a leaf is asked of all, and kept
ColumnOf = Callable[[Condition, Clock], Column | None]  # None: no row has it
Key = tuple[Condition, Clock | ZoneInfo]


class Masks:
    """True or false for each row of one table that never changes, by leaf and by filter."""

    def __init__(self, height: int, catalogue: Catalogue, column_of: ColumnOf) -> None:
        self.height = height
        self.catalogue = catalogue
        self.column_of = column_of
        self._kept = Recent[Key, Bitmap](room_for(height // 8, ROOM, FEWEST, MOST))

    def matching(self, group: Group, clock: Clock) -> pl.Series:
        """The verdict for each row, never null. Raises FilterError as `compiler.mask` does."""
        return _Stages(self, apart(group), clock).verdicts().series

    def plan(self, group: Group, clock: Clock) -> str:
        """How Polars would run the filter as one expression, to read and to copy."""
        columns = [self.column_of(condition, clock) for _, condition in conditions_of(group)]
        used = {series.name: series for each in columns if each for series in each.series}

        def storage(condition: Condition) -> Storage | None:
            column = self.column_of(condition, clock)
            return column.storage if column else None

        chosen = mask(group, self.catalogue, storage, clock)
        return pl.DataFrame(list(used.values())).lazy().filter(chosen).explain()

    def leaves(self, wanted: Iterable[Condition], clock: Clock) -> dict[Condition, Bitmap]:
        """Each leaf over all rows; those that are not kept, in one pass."""
        keys = {leaf: self._key(leaf, clock) for leaf in wanted}
        recalled = {leaf: self._kept.get(key) for leaf, key in keys.items()}
        lacking = [leaf for leaf, known in recalled.items() if known is None]
        made = dict(zip(lacking, map(Bitmap.of, self.computed(lacking, clock)), strict=True))
        for leaf, bits in made.items():
            if self._lasts(leaf):
                self._kept.keep(keys[leaf], bits)
        return {leaf: known or made[leaf] for leaf, known in recalled.items()}

    def kept(self, leaf: Condition, clock: Clock) -> bool:
        """Whether the leaf is there already."""
        return self._key(leaf, clock) in self._kept

    def dear(self, leaf: Condition, clock: Clock) -> bool:
        """Whether the leaf looks at every text or list, or takes every instant apart."""
        row, column = rows_of(leaf.tests[0].operator)[0], self.column_of(leaf, clock)
        return column is not None and row.over != "presence" and (column.dear or row.dear)

    def computed(
        self, leaves: Sequence[Condition], clock: Clock, asked: pl.Series | None = None
    ) -> list[pl.Series]:
        """Each leaf over the rows that are asked, over all by default, in their order."""
        if not leaves:
            return []
        columns = [self.column_of(leaf, clock) for leaf in leaves]
        used = {series.name: series for each in columns if each for series in each.series}
        frame = pl.DataFrame(list(used.values())) if used else pl.DataFrame(height=self.height)
        masks = [
            compiled(leaf, self.catalogue, column.storage if column else None, clock).alias(
                str(place)
            )
            for place, (leaf, column) in enumerate(zip(leaves, columns, strict=True))
        ]
        chosen = frame if asked is None else frame.filter(asked)
        # Lazily, so that what leaves share, such as the month of a date, is computed once.
        return chosen.lazy().select(masks).collect().get_columns()

    def inherit(self, before: "Masks", fields: Container[str]) -> None:
        """Takes over the masks of leaves on fields whose values are as they were."""
        for key, bits in before._kept.items():
            if key[0].source in fields:
                self._kept.keep(key, bits)

    def forget(self) -> None:
        """Drops all that is kept, for measuring."""
        self._kept.clear()

    def _lasts(self, leaf: Condition) -> bool:
        """Not on segments: a definition, or the clock, moves their members behind the records."""
        return self.catalogue.field(leaf.field).table != "segments"

    def _key(self, leaf: Condition, clock: Clock) -> Key:
        moves = uses_clock(Group(conditions=(leaf,)), self.catalogue, clock.zone)
        return leaf, clock if moves else clock.zone


class _Stages:
    """One filter of leaves: what is cheap or kept first, the rest for the rows that are left."""

    def __init__(self, masks: Masks, group: Group, clock: Clock) -> None:
        self._masks, self._group, self._clock = masks, group, clock
        leaves = [leaf for _, leaf in conditions_of(group)]
        at_once = [
            leaf for leaf in leaves if masks.kept(leaf, clock) or not masks.dear(leaf, clock)
        ]
        self._known = masks.leaves(at_once, clock)

    def verdicts(self) -> Bitmap:
        return self._verdicts(self._group, Bitmap.full(self._masks.height, verdict=True))

    def _verdicts(self, group: Group, asked: Bitmap) -> Bitmap:
        """The group's verdict for the rows that are asked; of the others it means nothing."""
        both = JOINS[group.junction]
        cheap = [inner for inner in group.groups if self._is_known(inner)]
        settled = [self._known[leaf] for leaf in group.conditions if leaf in self._known]
        settled += [self._verdicts(inner, asked) for inner in cheap]
        neutral = Bitmap.full(asked.height, verdict=group.junction == "and")
        joined = reduce(both, settled, neutral)
        later = [leaf for leaf in group.conditions if leaf not in self._known]
        if later:
            left = _undecided(group, asked, joined)
            joined = both(joined, self._among(group, later, left))
        for inner in group.groups:
            if inner not in cheap:
                left = _undecided(group, asked, joined)
                joined = both(joined, self._verdicts(inner, left))
        return ~joined if group.negated else joined

    def _is_known(self, group: Group) -> bool:
        return all(leaf in self._known for _, leaf in conditions_of(group))

    def _among(self, group: Group, leaves: Sequence[Condition], rows: Bitmap) -> Bitmap:
        """What dear leaves come to for some rows; of the others it means nothing."""
        both = JOINS[group.junction]
        if rows.size > NEARLY_ALL * rows.height:
            return reduce(both, self._masks.leaves(leaves, self._clock).values())
        asked = rows.series
        verdicts = reduce(both, self._masks.computed(leaves, self._clock, asked))
        return Bitmap.at(asked.arg_true().filter(verdicts), rows.height)


def _undecided(group: Group, asked: Bitmap, joined: Bitmap) -> Bitmap:
    """The rows whose verdict the parts joined so far leave open."""
    return asked & (joined if group.junction == "and" else ~joined)

"""
Filters over a table in memory: each leaf as a mask, and a whole filter in two stages.

Cheap leaves are answered for every row in one pass; dear ones,
which look at every text or list, only for the rows that nothing else has decided yet.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from functools import reduce
from operator import and_, or_
from zoneinfo import ZoneInfo

import polars as pl

from engine.evaluation.bitmaps import Bitmap
from engine.evaluation.columns import FieldColumn
from engine.evaluation.recent import Recent, room_for
from engine.filters.clock import Clock
from engine.filters.compiler import compiled, compiled_tree
from engine.filters.expression import Condition, Group
from engine.filters.fields import Catalogue
from engine.filters.meaning import Leaf, Tree
from engine.filters.resolve import resolve
from engine.filters.storage import Storage

JOINS = {"and": and_, "or": or_}
ROOM = 64 * 2**20  # bytes for kept masks: 500 leaves of a million rows
FEWEST, MOST = 64, 4096  # masks that are kept whatever the table's size
NEARLY_ALL = 0.75  # above this share of rows a leaf is asked of all, and kept
ColumnOf = Callable[[Leaf, Clock], FieldColumn | None]  # None: no row has it
Key = tuple[Condition, Clock | ZoneInfo]


class Masks:
    """True or false for each row of one table that never changes, by leaf and by filter."""

    def __init__(self, height: int, catalogue: Catalogue, column_of: ColumnOf) -> None:
        self.height = height
        self.catalogue = catalogue
        self.column_of = column_of
        self._kept = Recent[Key, Bitmap](room_for(height // 8, ROOM, FEWEST, MOST))

    def matching(self, group: Group, clock: Clock) -> pl.Series:
        """The verdict for each row, never null. Raises FilterError as `resolve` does."""
        return self.holding(resolve(group, self.catalogue, clock.zone), clock)

    def holding(self, tree: Tree, clock: Clock) -> pl.Series:
        """The verdict of a resolved filter for each row, never null."""
        return _Stages(self, tree.apart(), clock).verdicts().series

    def plan(self, group: Group, clock: Clock) -> str:
        """How Polars would run the filter as one expression, to read and to copy."""
        tree = resolve(group, self.catalogue, clock.zone).whole
        columns = [self.column_of(leaf, clock) for leaf in tree.all()]
        used = {series.name: series for each in columns if each for series in each.series}

        def storage(leaf: Leaf) -> Storage | None:
            column = self.column_of(leaf, clock)
            return column.storage if column else None

        chosen = compiled_tree(tree, storage, clock)
        return pl.DataFrame(list(used.values())).lazy().filter(chosen).explain()

    def base(self, tree: Tree, clock: Clock) -> Bitmap:
        """The rows of which a filter speaks: all but those that it leaves out without a word."""
        besides = [leaf for clause in tree.besides for leaf in clause.leaves]
        found = self.leaves(besides, clock).values()
        return reduce(and_, found, Bitmap.full(self.height, verdict=True))

    def leaves(self, wanted: Iterable[Leaf], clock: Clock) -> dict[Condition, Bitmap]:
        """Each leaf over all rows, by its condition; those that are not kept, in one pass."""
        alone = {leaf.condition: leaf for leaf in wanted}
        recalled = {key: self._kept.get(_key(leaf, clock)) for key, leaf in alone.items()}
        lacking = [alone[key] for key, known in recalled.items() if known is None]
        made = dict(zip(lacking, map(Bitmap.of, self.computed(lacking, clock)), strict=True))
        for leaf, bits in made.items():
            if _lasts(leaf):
                self._kept.keep(_key(leaf, clock), bits)
        known = {key: bits for key, bits in recalled.items() if bits is not None}
        return known | {leaf.condition: bits for leaf, bits in made.items()}

    def kept(self, leaf: Leaf, clock: Clock) -> bool:
        """Whether the leaf is there already."""
        return _key(leaf, clock) in self._kept

    def dear(self, leaf: Leaf, clock: Clock) -> bool:
        """Whether the leaf looks at every text or list, or takes every instant apart."""
        column = self.column_of(leaf, clock)
        if column is None or leaf.over == "presence":
            return False
        return column.dear or leaf.operator.dear

    def computed(
        self, leaves: Sequence[Leaf], clock: Clock, asked: pl.Series | None = None
    ) -> list[pl.Series]:
        """Each leaf over the rows that are asked, over all by default, in their order."""
        if not leaves:
            return []
        columns = [self.column_of(leaf, clock) for leaf in leaves]
        used = {series.name: series for each in columns if each for series in each.series}
        frame = pl.DataFrame(list(used.values())) if used else pl.DataFrame(height=self.height)
        masks = [
            compiled(leaf, column.storage if column else None, clock).alias(str(place))
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


def _lasts(leaf: Leaf) -> bool:
    """Not on segments: a definition, or the clock, moves their members behind the records."""
    return leaf.field.table != "segments"


def _key(leaf: Leaf, clock: Clock) -> Key:
    return leaf.condition, clock if leaf.slides else clock.zone


class _Stages:
    """One filter of leaves: what is cheap or kept first, the rest for the rows that are left."""

    def __init__(self, masks: Masks, tree: Tree, clock: Clock) -> None:
        self._masks, self._tree, self._clock = masks, tree, clock
        at_once = [
            leaf for leaf in tree.all() if masks.kept(leaf, clock) or not masks.dear(leaf, clock)
        ]
        self._known = masks.leaves(at_once, clock)

    def verdicts(self) -> Bitmap:
        return self._verdicts(self._tree, Bitmap.full(self._masks.height, verdict=True))

    def _verdicts(self, tree: Tree, asked: Bitmap) -> Bitmap:
        """The filter's verdict for the rows that are asked; of the others it means nothing."""
        both = JOINS[tree.junction]
        cheap = [inner for inner in tree.groups if self._is_known(inner)]
        known = [self._known.get(leaf.condition) for leaf in tree.leaves]
        settled = [bits for bits in known if bits is not None]
        settled += [self._verdicts(inner, asked) for inner in cheap]
        neutral = Bitmap.full(asked.height, verdict=tree.junction == "and")
        joined = reduce(both, settled, neutral)
        later = [leaf for leaf, bits in zip(tree.leaves, known, strict=True) if bits is None]
        if later:
            left = _undecided(tree, asked, joined)
            joined = both(joined, self._among(tree, later, left))
        for inner in tree.groups:
            if inner not in cheap:
                left = _undecided(tree, asked, joined)
                joined = both(joined, self._verdicts(inner, left))
        return ~joined if tree.negated else joined

    def _is_known(self, tree: Tree) -> bool:
        return all(leaf.condition in self._known for leaf in tree.all())

    def _among(self, tree: Tree, leaves: Sequence[Leaf], rows: Bitmap) -> Bitmap:
        """What dear leaves come to for some rows; of the others it means nothing."""
        both = JOINS[tree.junction]
        if rows.size > NEARLY_ALL * rows.height:
            return reduce(both, self._masks.leaves(leaves, self._clock).values())
        asked = rows.series
        verdicts = reduce(both, self._masks.computed(leaves, self._clock, asked))
        return Bitmap.at(asked.arg_true().filter(verdicts), rows.height)


def _undecided(tree: Tree, asked: Bitmap, joined: Bitmap) -> Bitmap:
    """The rows whose verdict the parts joined so far leave open."""
    return asked & (joined if tree.junction == "and" else ~joined)

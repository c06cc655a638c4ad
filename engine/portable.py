"""
The same operator rows for another engine: through Narwhals, checked on DuckDB.

Narwhals knows no test over the elements of a list but `contains`, and no Unicode case folding. So a
list is asked for those of its distinct values that pass, and folded text is a column of its own.
DuckDB reads calendars in the zone of its connection, which has to be the project's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import narwhals as nw
import polars as pl

from engine.columns import Column
from engine.filters.clock import Clock
from engine.filters.compiler import closed, folded_texts, join
from engine.filters.expression import Condition, Group
from engine.filters.kinds import NUMBER
from engine.filters.operator_row import Operator
from engine.filters.reference import tested
from engine.filters.resolve import Leaf, Tree, resolve
from engine.masks import Masks

TABLE = "customers"


def mask(masks: Masks, group: Group, clock: Clock) -> Any:
    """The filter as a Narwhals expression over `frame`: true or false, never null."""
    return _mask(masks, resolve(group, masks.catalogue, clock.zone).apart(), clock)


def _mask(masks: Masks, tree: Tree, clock: Clock) -> Any:
    parts = [_leaf(masks, leaf, clock) for leaf in tree.leaves]
    parts += [_mask(masks, inner, clock) for inner in tree.groups]
    joined = join(tree.junction, parts)
    return ~joined if tree.negated else joined


def frame(masks: Masks, group: Group, clock: Clock, rows: int | None = None) -> pl.DataFrame:
    """
    What the filter reads, as another engine may hold it, in the order of the rows.

    Returns:
        `row`, and a column for each thing a condition looks at: text in NFC, lists without nulls,
        instants in UTC; beside it the case-folded text where a condition ignores case.
    """
    used = {"row": pl.Series("row", range(masks.height), dtype=pl.Int64)[:rows]}
    for leaf in resolve(group, masks.catalogue, clock.zone).all():
        column = masks.column_of(leaf, clock)
        if column is not None:
            plain = column.plain[:rows].alias(_name(leaf))
            values = plain.list.drop_nulls() if plain.dtype == pl.List else plain
            used |= {each.name: each for each in (values, *_folds(leaf.condition, values))}
    return pl.DataFrame(list(used.values()))


def sql(masks: Masks, group: Group, clock: Clock) -> str:
    """The query that DuckDB would run over `frame` as its table, to read and to copy."""
    with duckdb.connect() as engine:
        return str(_chosen(engine, frame(masks, group, clock, 0), masks, group, clock).sql_query())


def matching(masks: Masks, group: Group, clock: Clock) -> list[bool]:
    """What DuckDB says of each row; for comparison, since Polars is many times faster here."""
    with duckdb.connect() as engine:
        chosen = _chosen(engine, frame(masks, group, clock), masks, group, clock)
        found = {row for (row,) in chosen.select("row").fetchall()}
    return [row in found for row in range(masks.height)]


def _chosen(
    engine: duckdb.DuckDBPyConnection,
    table: pl.DataFrame,
    masks: Masks,
    group: Group,
    clock: Clock,
) -> duckdb.DuckDBPyRelation:
    """The rows of the table that the filter lets through."""
    engine.execute(f"SET TimeZone = '{clock.zone.key}'")
    engine.register("given", table.to_arrow())
    engine.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM given")
    held = nw.from_native(engine.table(TABLE))
    return held.filter(mask(masks, group, clock)).to_native()


def _leaf(masks: Masks, leaf: Leaf, clock: Clock) -> Any:
    """One test; where nobody has a value, what it says of a missing one."""
    column = masks.column_of(leaf, clock)
    if column is None:
        return _constant(nw.col("row"), verdict=tested(leaf)(None, clock))
    return _Leaf(leaf, column, clock).verdict()


def _name(leaf: Leaf) -> str:
    """What a leaf looks at, as a name: the path, and how it is narrowed."""
    source = leaf.subject.source
    return source if isinstance(source, str) else f"{source.field} narrowed {hash(source)}"


@dataclass(frozen=True, eq=False)
class _Leaf:
    """One test over a column that somebody has a value in."""

    leaf: Leaf
    column: Column
    clock: Clock

    def verdict(self) -> Any:
        leaf, value = self.leaf, nw.col(_name(self.leaf))
        present: Any = ~value.is_null()
        if leaf.over == "presence":
            return self._compiled(leaf.operator, present | nw.lit(leaf.always), ())
        if leaf.over == "list":
            of_none = leaf.operator.matches([], leaf.values, self.clock)
            return self._compiled(leaf.operator, value, leaf.values).fill_null(of_none)
        if leaf.absent is not None and not leaf.many:
            value = value.fill_null(leaf.absent)
        return closed(leaf, present, join("and", [self._any(value, each) for each in leaf.demands]))

    def _any(self, value: Any, operand: Sequence[Any]) -> Any:
        """For a list, whether it contains one of its distinct values that pass."""
        if not self.leaf.many:
            return self._test(value, _name(self.leaf), operand)
        distinct = self.column.plain.explode().drop_nulls().unique().sort().alias("value")
        known = pl.DataFrame([distinct, *_folds(self.leaf.condition, distinct)])
        passing = self._test(nw.col("value"), "value", operand)
        found = nw.from_native(known).filter(passing).to_native()["value"]
        contained = [value.list.contains(one).fill_null(False) for one in found]
        return join("or", contained) if contained else _constant(value, verdict=False)

    def _test(self, value: Any, name: str, operand: Sequence[Any]) -> Any:
        if self.leaf.folded:
            value = nw.col(_folded(name))
        if self.leaf.kind is NUMBER:
            value = value.cast(nw.Float64)
        return self._compiled(self.leaf.positive, value, operand)

    def _compiled(self, row: Operator, value: Any, operand: Sequence[Any]) -> Any:
        return row.compile(value, operand, self.clock)  # typed for Polars, written for both


def _constant(value: Any, *, verdict: bool) -> Any:
    """The same for every row: a literal alone has no length, and is no filter to Narwhals."""
    return value.is_null() & nw.lit(False) | nw.lit(verdict)


def _folded(name: str) -> str:
    return f"{name} folded"


def _folds(condition: Condition, texts: pl.Series) -> list[pl.Series]:
    """The case-folded text beside it, where a condition on single texts ignores case."""
    wanted = condition.ignore_case and texts.dtype == pl.String
    return [folded_texts(texts).alias(_folded(texts.name))] if wanted else []

"""What the records of any kind come to for each customer; the rows of the kinds say what."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from engine.base.kinds.registry import KINDS
from engine.base.kinds.summary import Cards, Records, Source
from engine.filters.fields import Field
from engine.store.records.tables import OWNER


def aggregated(
    source: Source,
    records: pl.DataFrame,
    everything: Records,
    paths: Iterable[str] | None = None,
    cards: Cards | None = None,
) -> pl.DataFrame:
    """
    The values of a source from some records of its table.

    Args:
        records: those that may count, one row each; what is nobody's does not.
        everything: the tables as a whole, for what is shared between customers.
        paths: the fields that are wanted; all of the source unless given.
        cards: looks gift cards up, so that all are not summed for few customers.

    Returns:
        One row per customer with a record that counts: `customer_row`, and a column per field path;
        amounts in cents, instants in UTC.
    """
    counting = records.lazy().filter(source.counted, pl.col(OWNER).is_not_null())
    counting = counting.with_columns(**{each.name: each.value for each in source.derived})
    if source.shared is not None:
        counting = source.shared.prepared(counting.collect(), everything, cards).lazy()
    wanted = source.values if paths is None else paths
    values = [source.values[path].alias(path) for path in wanted]
    return counting.group_by(OWNER).agg(values).collect()


def of_one(
    source: Source, records: pl.DataFrame, everything: Records, cards: Cards
) -> dict[str, Any] | None:
    """
    What the records of one customer come to: a tenth of `aggregated`, which groups them.

    Returns:
        By field path, as there; None where no record counts.
    """
    counting = records.filter(source.counted)
    if counting.is_empty():
        return None
    for each in source.derived:
        given = not counting[each.given].null_count()  # else it is a query: 0.5 ms for lists
        value = counting[each.given].alias(each.name) if given else each.value.alias(each.name)
        counting = counting.with_columns(value)
    if source.shared is not None:
        counting = source.shared.prepared(counting, everything, cards)
    return counting.select(**source.values).row(0, named=True)


def source_of(field: Field) -> Source:
    """The source of an activity field. Raises KeyError when a row is missing (a bug)."""
    kind = KINDS[field.table]
    if field.named and kind.named is not None:
        return kind.named(field.path.removeprefix(f"{kind.name}.").rpartition(".")[0])
    return {path: source for source in kind.sources for path in source.values}[field.path]


def referred_customers(customers: pl.DataFrame, everybody: pl.DataFrame) -> pl.Series:
    """How many others of everybody name each customer as referrer; null where none does."""
    known = everybody.select("referrer", "source_id")  # a filter copies what it is given
    if customers.height < everybody.height:
        known = known.filter(pl.col("referrer").is_in(customers["source_id"].implode()))
    others = known.filter(pl.col("referrer").ne_missing(pl.col("source_id")))
    referred = others.group_by("referrer").len()
    counted = customers.select("source_id").join(
        referred, left_on="source_id", right_on="referrer", how="left", maintain_order="left"
    )
    return counted["len"].cast(pl.Int64)

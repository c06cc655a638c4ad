"""What the records of any kind come to for each customer; the rows of the kinds say what."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from engine.base.kinds.registry import KINDS
from engine.base.kinds.summary import Cards, Records, Source
from engine.filters.fields import Field
from engine.store.records.tables import OWNER

Sums = dict[int, dict[str, Any]]  # by customer's `row`, and by field path


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


def of_few(
    sources: Sequence[Source], records: pl.DataFrame, everything: Records, cards: Cards
) -> Iterator[tuple[Source, Sums]]:
    """
    What few records of a table come to by each source: `aggregated` of each is a query or more.

    Returns:
        By the `row` of each customer of whom a record counts: a value per field path.
    """
    records = _with_derived(sources, records)
    own = [source for source in sources if source.shared is None]
    reads = [read for source in own for read in source.reads]
    lists = _lists(records, [*(source.counted for source in sources), *reads])
    masks = dict(zip(sources, lists, strict=False))
    for source in own:
        owners = [
            owner if counts else None
            for owner, counts in zip(records[OWNER], masks[source], strict=True)
        ]
        yield source, _sums(source, owners, lists)
    for source, shared in ((one, one.shared) for one in sources if one.shared and any(masks[one])):
        counting = records.filter(pl.Series(masks[source], dtype=pl.Boolean))
        prepared = shared.prepared(counting, everything, cards)
        yield source, _sums(source, prepared[OWNER].to_list(), _lists(prepared, source.reads))


def _with_derived(sources: Iterable[Source], records: pl.DataFrame) -> pl.DataFrame:
    for each in (each for source in sources for each in source.derived):
        given = not records[each.given].null_count()  # else it is a query: 0.5 ms for lists
        value = records[each.given].alias(each.name) if given else each.value.alias(each.name)
        records = records.with_columns(value)
    return records


def _lists(records: pl.DataFrame, asked: Iterable[pl.Expr]) -> Iterator[list[Any]]:
    """The values of some expressions, one of each record."""
    named = [each.alias(f"{place}") for place, each in enumerate(asked)]
    return iter([column.to_list() for column in records.select(named).get_columns()])


def _sums(source: Source, owners: list[int | None], lists: Iterator[list[Any]]) -> Sums:
    """
    Args:
        owners: of each record; None where it does not count.
        lists: what the source reads of each record comes next.
    """
    places = defaultdict[int, list[int]](list)
    for place, owner in enumerate(owners):
        if owner is not None:
            places[owner].append(place)
    found: Sums = {owner: {} for owner in places}
    for summary in source.summaries:
        columns = [next(lists) for _ in summary.value.reads]
        for owner, some in places.items():
            read = ([column[place] for place in some] for column in columns)
            found[owner][summary.path] = summary.value.plain(*read)
    return found


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

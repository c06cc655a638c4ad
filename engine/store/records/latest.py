"""Of many versions of records the last one each, and a state with later versions laid over it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

FEW = 256  # values written into a column
# Of a frame, one more for each arrival, beside large ones; to copy a million customers takes 0.1 s.
CHUNKS, LARGE = 32, 100_000


def latest(versions: pl.DataFrame) -> pl.DataFrame:
    """
    One row per living record, its latest version, in order of `row`.

    A scatter of positions costs 7 ms at 1.2 M versions where `unique` takes 450 ms.
    """
    return _living(_last(versions))


@dataclass(frozen=True, eq=False)
class Overlay:
    """A state of the records with what came later laid over it."""

    records: pl.DataFrame
    kept: frozenset[str]  # columns that are those of the state before, value by value


def overlaid(known: pl.DataFrame, newer: pl.DataFrame) -> Overlay:
    """
    `latest` of a state that it gave before, and of all versions since, which are few beside it.

    Where records only changed, columns that nobody wrote another value to are shared: with one
    customer of a million changed, 2 of 30 columns are copied, and none is sorted.
    """
    written = _last(newer)
    places = known["row"].search_sorted(written["row"])
    inside = places < known.height
    at, there = places.filter(inside), written.filter(inside)
    if not known["row"].gather(at).equals(there["row"]):  # a deleted record is back in its place
        both = pl.concat([known, written], how="diagonal")
        return Overlay(_living(both.unique("row", keep="last").sort("row")), frozenset())
    replaced = _replaced(known, at, there)
    arrived = written.filter(~inside) if inside.any() else written
    if arrived.is_empty() and not there["deleted"].any():
        return replaced
    records = pl.concat([_living(replaced.records), _living(arrived)], how="diagonal")
    most = CHUNKS + records.height // LARGE
    return Overlay(records.rechunk() if records.n_chunks() > most else records, frozenset())


def _replaced(known: pl.DataFrame, at: pl.Series, written: pl.DataFrame) -> Overlay:
    """A state with later versions of some of its records, which stand at these places."""
    stored = known[at]
    kept = frozenset(
        name
        for name in known.columns
        if name in written.columns and written[name].equals(stored[name])
    )
    absent = [name for name in written.columns if name not in known.columns]
    wider = known.with_columns(pl.lit(None, written[name].dtype).alias(name) for name in absent)
    moved = [_put(wider[name], at, written[name]) for name in wider.columns if name not in kept]
    return Overlay(wider.with_columns(moved), kept)


def _put(column: pl.Series, at: pl.Series, values: pl.Series) -> pl.Series:
    """A column with other values at some places, which ascend."""
    if len(at) > FEW:
        chosen = np.arange(len(column))
        chosen[at.to_numpy()] = len(column) + np.arange(len(values))
        return pl.concat([column, values]).gather(chosen)
    # A million texts are copied in 2 ms, lists in 7, where gathering them takes 20 and 180.
    parts, start = [], 0
    for place, value in enumerate(at):
        parts += [column[start:value], values[place : place + 1]]
        start = value + 1
    return pl.concat([*parts, column[start:]]).rechunk()


def _last(versions: pl.DataFrame) -> pl.DataFrame:
    """The last version of each record, in order of `row`."""
    if versions.is_empty():
        return versions
    order = np.arange(versions.height)
    if not versions["change"].is_sorted():  # a compacted file stands where its oldest part stood
        order = np.argsort(versions["change"].to_numpy(), kind="stable")
    rows = versions["row"].to_numpy()[order]
    position = np.full(rows.max() + 1, -1, dtype=np.int64)
    position[rows] = order  # of equal rows the last one stays
    keep = position[position >= 0]
    unchanged = len(keep) == len(rows) and bool((np.diff(keep) > 0).all())
    return versions if unchanged else versions[keep]


def _living(versions: pl.DataFrame) -> pl.DataFrame:
    return versions.filter(~pl.col("deleted")) if versions["deleted"].any() else versions

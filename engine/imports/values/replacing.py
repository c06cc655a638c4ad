"""
Replace mode: what a row leaves empty goes away, instead of staying as it is.

Source: http-api.md (metadata is merged by key everywhere, replaced only in replace mode), the
service's CSV import (a match overwrites). A column that the file does not have is left alone.
"""

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from engine.base.kinds.registry import RECORD_TABLES
from engine.imports.columns.table import Table
from engine.imports.files.batch import Draft, Goal, KeyColumns

EMPTY, REPLACED = "@empty ", "@replaced "  # prefixes of the flags


def clearing(draft: Draft, table: Table, goals: Collection[Goal]) -> Draft:
    """
    The draft with a flag for each of some columns and keys that an empty cell clears.

    Args:
        goals: columns, all of a part by the part's name, and whole addresses of metadata.
    """
    columns = _empty(draft, table, goals)
    whole = _whole(draft)
    keys = {
        (key.namespace, *key.path): pl.col(key.text).is_null()
        for key in draft.keys
        if key.text and (key.namespace, *key.path) in goals
    }
    cleared = {name: EMPTY + name for name in columns}
    removed = {address: EMPTY + ".".join(address) for address in keys}
    flags = [
        (pl.all_horizontal(empty) & whole).alias(cleared[name]) for name, empty in columns.items()
    ]
    flags += [(empty & whole).alias(removed[address]) for address, empty in keys.items()]
    return replace(
        draft,
        frame=draft.frame.with_columns(flags),
        cleared={**draft.cleared, **cleared},
        removed={**draft.removed, **removed},
    )


def replacing(draft: Draft, table: Table, *, cells: bool) -> Draft:
    """
    The draft with a flag for each column and namespace that a row clears.

    The instant of a record stays, for nothing happened at no time; so do its keys (`storable`).

    Args:
        cells: an empty cell is no value. A line of JSON says null, and replaces the metadata where
            it gives any.
    """
    every = {each.part or each.name for each in draft.columns} if cells else ()
    columns = _empty(draft, table, every)
    whole = _whole(draft)
    spaces = {key.namespace: _given(draft, key.namespace, cells=cells) for key in draft.keys}
    flags = [
        (pl.all_horizontal(empty) & whole).alias(EMPTY + name) for name, empty in columns.items()
    ]
    flags += [(given & whole).alias(REPLACED + space) for space, given in spaces.items()]
    return replace(
        draft,
        frame=draft.frame.with_columns(flags),
        cleared={**draft.cleared, **{name: EMPTY + name for name in columns}},
        removed={**draft.removed, **{(space,): REPLACED + space for space in spaces}},
    )


def _empty(draft: Draft, table: Table, goals: Collection[Goal]) -> dict[str, list[pl.Expr]]:
    """
    Whether nothing stands in the cells of some columns; all columns of a part are cleared as one.

    What the row keeps as text, such as a birthday without its year, is no empty cell.
    """
    instant = RECORD_TABLES[table.name].instant
    columns: dict[str, list[pl.Expr]] = {}
    for each in draft.columns:
        if (each.part or each.name) in goals and each.name != instant:
            cells = [each.name, f"{each.name} as text"]
            empty = [pl.col(name).is_null() for name in cells if name in draft.frame.columns]
            columns.setdefault(each.part or each.name, []).extend(empty)
    return columns


def _whole(draft: Draft) -> pl.Expr:
    """Whether a row speaks of its record as a whole; one with a further part of it does not."""
    parts = [pl.col(column.name).is_not_null() for column in draft.columns if column.part]
    keys = [name for name in ("id", "source_id") if name in draft.frame.columns]
    if not parts or not keys:
        return pl.lit(value=True)
    first = pl.concat_str(keys, separator="\0", ignore_nulls=True).is_first_distinct()
    return first | ~pl.any_horizontal(parts)


def _given(draft: Draft, namespace: str, *, cells: bool) -> pl.Expr:
    """Whether a row says anything of a namespace, or takes all of it away."""
    if cells:
        return pl.lit(value=True)
    keys = [name for key in draft.keys if key.namespace == namespace for name in _columns(key)]
    nulls = [flag for address, flag in draft.removed.items() if address[0] == namespace]
    return pl.any_horizontal(*(pl.col(name).is_not_null() for name in keys), *nulls)


def _columns(key: KeyColumns) -> list[str]:
    return [key.text] if key.text else list(key.variants.values())

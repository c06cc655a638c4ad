"""
Replace mode: what a row leaves empty goes away, instead of staying as it is.

Source: http-api.md (metadata is merged by key everywhere, replaced only in replace mode), the
service's CSV import (a match overwrites). A column that the file does not have is left alone.
"""

from dataclasses import replace

import polars as pl

from engine.base.kinds.registry import RECORD_TABLES
from engine.imports.columns.table import Table
from engine.imports.files.batch import Draft, KeyColumns

EMPTY, REPLACED = "@empty ", "@replaced "  # prefixes of the flags


def replacing(draft: Draft, table: Table, *, cells: bool) -> Draft:
    """
    The draft with a flag for each column and namespace that a row clears.

    The instant of a record stays, for nothing happened at no time; so do its keys (`storable`).

    Args:
        cells: an empty cell is no value. A line of JSON says null, and replaces the metadata where
            it gives any.
    """
    instant = RECORD_TABLES[table.name].instant
    columns: dict[str, list[pl.Expr]] = {}
    for each in draft.columns if cells else ():
        if each.name != instant:  # all columns of a part are cleared as one
            columns.setdefault(each.part or each.name, []).append(pl.col(each.name).is_null())
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

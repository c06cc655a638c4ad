"""A page of records of any table, as its list answers it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from engine.api.calls import Call
from engine.api.queries import PageQuery
from engine.base.profiles import Profile
from engine.lists.paging import page
from engine.lists.selection import Selection, selected


@dataclass(frozen=True, eq=False)
class RecordPage:
    """Some of the records that are asked for."""

    profile: Profile
    positions: pl.Series
    total: int
    more: bool  # whether others stand behind them


def record_page(
    call: Call, table: str, query: PageQuery, wanted: Mapping[str, Any] | None, sort: str
) -> RecordPage:
    """
    The page of a list that a query asks for.

    Args:
        wanted: a filter over the records' own fields.
        sort: the path of a field, with `-` before it for descending.

    Raises:
        FilterError: the filter cannot be understood.
    """
    found = selected(call.access, Selection(filter=wanted or None), table)
    some = page(found.records, found.mask, [sort], start=query.start, size=query.limit)
    more = query.start + len(some.positions) < some.total
    return RecordPage(found.profile, some.positions, some.total, more)
